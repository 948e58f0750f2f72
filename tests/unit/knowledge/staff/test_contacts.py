"""Addresses and telephone numbers have one form each."""

import pytest

from knowledge.errors import InvalidInput
from knowledge.staff.contacts import parse_email, parse_phone


def test_addresses_and_numbers_have_one_form() -> None:
    assert parse_email(" Ivo@Wine.MK ") == "Ivo@wine.mk"
    assert parse_phone("0888 123 456", "BG") == "+359888123456"
    assert parse_phone("+381 64 123 4567", None) == "+381641234567"
    for wrong in ("ivo", "a@b@c", "a@b", ""):
        with pytest.raises(InvalidInput):
            parse_email(wrong)
    for wrong in ("", "12", "call me"):
        with pytest.raises(InvalidInput):
            parse_phone(wrong, "BG")
