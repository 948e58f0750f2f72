"""Passwords of accounts: which ones are taken, and whether one is right. Pure."""

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from knowledge.errors import InvalidInput, LoginRefused

MIN_PASSWORD = 10
hasher = PasswordHasher()


def verify_password(password_hash: str, password: str) -> None:
    try:
        hasher.verify(password_hash, password)
    except (VerificationError, InvalidHashError, UnicodeEncodeError) as error:
        raise LoginRefused from error


def check_password(password: str) -> None:
    if not MIN_PASSWORD <= len(password) <= 200 or not password.isprintable():
        raise InvalidInput(f"password: use {MIN_PASSWORD} to 200 characters that can be seen")
