"""The desk's own words in every language, and dates, places and sums as people of the language write them."""

from datetime import date, datetime, timedelta
from functools import cache
from gettext import NullTranslations

from babel import Locale
from babel.dates import format_date, format_time, format_timedelta
from babel.numbers import format_currency, format_decimal

from knowledge.catalogues import catalogue
from knowledge.languages import parse_tag


def texts(tag: str) -> NullTranslations:
    """Return the catalogue of one of the desk's tags; English is the source and needs none."""
    return catalogue("bot", "punte", tag)


@cache
def _locale(tag: str) -> Locale:
    return Locale.parse("en_GB" if tag == "en" else tag.replace("-", "_"))


def country_name(code: str, tag: str) -> str:
    """Return the name of an ISO country code in the language of `tag`."""
    return str(_locale(tag).territories.get(code, code))


def language_name(tag: str, in_tag: str | None = None) -> str:
    """Return the name of a language, by default in itself."""
    name = _locale(in_tag or tag).languages.get(tag.partition("-")[0], tag)
    name = name[:1].upper() + name[1:]
    return f"{name} (latinica)" if tag == "sr-Latn" else name


def day(value: date, tag: str) -> str:
    """Return a date as people of the language write it."""
    return format_date(value, "long", _locale(tag))


def moment(value: datetime, tag: str) -> str:
    """Return a moment as people of the language write it; midnight shows its day alone."""
    if (value.hour, value.minute) == (0, 0):
        return day(value.date(), tag)
    return f"{day(value.date(), tag)}, {format_time(value, 'HH:mm', locale=_locale(tag))}"


def span(value: timedelta, tag: str) -> str:
    """Return a length of time as people of the language say it, in its largest unit."""
    return format_timedelta(value, threshold=1.5, locale=_locale(tag))


def euros(amount: int, tag: str) -> str:
    """Return whole euros as people of the language write them."""
    return format_currency(amount, "EUR", locale=_locale(tag), format="#,##0 ¤", currency_digits=False)


def number(value: float, tag: str) -> str:
    """Return a number as people of the language write it."""
    return format_decimal(value, locale=_locale(tag))


def tag_of_hint(hint: str | None) -> str | None:
    """Return the desk's tag for a language that an app reported, or None."""
    return parse_tag(hint) if hint else None
