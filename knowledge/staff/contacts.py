"""How somebody can be reached: e-mail addresses and telephone numbers, brought to one form. Pure, no network."""

import phonenumbers
from email_validator import EmailNotValidError, validate_email

from knowledge.errors import InvalidInput


def parse_email(text: str) -> str:
    """Return an e-mail address in its usual form; raises `InvalidInput` for what cannot be one."""
    try:
        return validate_email(text.strip(), check_deliverability=False, allow_smtputf8=False).normalized[:254]
    except EmailNotValidError as error:
        raise InvalidInput(f"email: {error}", {"email": str(error)}) from error


def parse_phone(text: str, country: str | None) -> str:
    """Return a telephone number in international form (`+359888123456`); raises `InvalidInput`.

    `country` is where a number without a country's prefix is dialled.
    """
    try:
        number = phonenumbers.parse(text, country)
    except phonenumbers.NumberParseException as error:
        raise InvalidInput("phone: not a telephone number", {"phone": "not a telephone number"}) from error
    if not phonenumbers.is_possible_number(number):
        raise InvalidInput("phone: not a telephone number", {"phone": "not a telephone number"})
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)
