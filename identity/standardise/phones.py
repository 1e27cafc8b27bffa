"""Telephone numbers, as E.164 where they can be read as such."""

from __future__ import annotations

import re

import phonenumbers
from phonenumbers import NumberParseException, PhoneNumberFormat

DEFAULT_REGION = "US"
_MIN_DIGITS, _MAX_DIGITS = 6, 15  # E.164 has no longer number: what is may be several
_SUBSCRIBER_DIGITS = 7
_DIALLED_ABROAD = re.compile(r"^00\s?(?=[1-9])")  # most of the world's way of writing `+`, wherever it was written down


def phone(text: str | None, region: str = DEFAULT_REGION) -> str | None:
    """E.164 of a valid number, or of a possible one that names its country; None for what is no number.

    What is neither keeps its digits, six at least, without leading zeros: it may be the same digits elsewhere.
    """
    if not text:
        return None
    bare = _DIALLED_ABROAD.sub("+", text.removeprefix("whatsapp:").removeprefix("tel:").strip())
    try:
        parsed = phonenumbers.parse(bare, region)
        international = bare.startswith("+") and phonenumbers.is_possible_number(parsed)
        if international or phonenumbers.is_valid_number(parsed):
            number = str(phonenumbers.format_number(parsed, PhoneNumberFormat.E164))
            return number if _has_digits_of_a_number(number[1:]) else None
    except NumberParseException:
        pass  # its digits are kept below
    digits = re.sub(r"[^0-9]", "", bare.partition("x")[0]).lstrip("0")
    return digits if _has_digits_of_a_number(digits) and len(set(digits)) > 1 else None


def _has_digits_of_a_number(digits: str) -> bool:
    return _MIN_DIGITS <= len(digits) <= _MAX_DIGITS


def subscriber(number: str | None) -> str | None:
    """The last seven digits: the same in local, national and international spelling."""
    digits = re.sub(r"\D", "", number) if number else ""
    return digits[-_SUBSCRIBER_DIGITS:] if len(digits) >= _SUBSCRIBER_DIGITS else None
