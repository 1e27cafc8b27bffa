"""Text in any script and encoding → lower-case ASCII, so that similarity functions agree on every engine."""

from __future__ import annotations

import re
import unicodedata

from anyascii import anyascii
from ftfy import fix_text


def word_set(text: str) -> frozenset[str]:
    """A set of words written as one text: tables of words stay readable."""
    return frozenset(text.split())


# What UTF-8 leaves behind when it was read as Latin-1 or Windows-1252; repairing is slow, so only suspects are.
_MOJIBAKE = re.compile("[\u00c2-\u00c5\u00d0\u00d1\u00e2\u00e3][\u0080-\u00bf\u0152-\u0178\u2013-\u2122]|\ufffd")
_IDEOGRAPH = re.compile("([\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af])")
_WORD = re.compile(r"[a-z0-9]+")
# German, Danish and Swedish write these letters with two when they have no keyboard for one.
_UMLAUT = str.maketrans({"ä": "a", "ö": "o", "ü": "u", "ø": "o", "å": "a", "æ": "ae", "œ": "oe", "ß": "ss"})
# The same letters as logins have them.
_SPELT_OUT = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue", "ø": "oe", "å": "aa"})
# Words that say that a value is missing.
PLACEHOLDERS = word_set(
    "unknown none null nil n/a na nan undefined anonymous test tba tbd missing unspecified - -- . ? x xx xxx "
    "not_provided noname nobody root localhost (none) [unknown] (no_author) your_name you"
)


def repair_mojibake(text: str) -> str:
    """Undo text that was decoded with the wrong charset (`JosÃ©` → `José`); other text is returned as it is."""
    return fix_text(text) if _MOJIBAKE.search(text) else text


def fold(text: str | None) -> str:
    """Lower-case ASCII of any script, mojibake repaired, blanks collapsed; an empty string for nothing.

    Ideographs become one word each, so that token comparisons work on them too.
    """
    if not text:
        return ""
    if text.isascii():
        return " ".join(text.lower().split())
    fixed = unicodedata.normalize("NFKC", repair_mojibake(text)).lower().translate(_UMLAUT)
    return " ".join(anyascii(_IDEOGRAPH.sub(r" \1 ", fixed)).lower().split())


def spelt_out(text: str) -> str:
    """Letters with dots or rings as two (`Jörg Müller` → `joerg mueller`); other letters are left as they are."""
    return unicodedata.normalize("NFKC", repair_mojibake(text)).lower().translate(_SPELT_OUT)


def words(text: str | None) -> list[str]:
    """The folded words of a text, in order: runs of letters and digits."""
    return _WORD.findall(fold(text))


def is_placeholder(text: str | None) -> bool:
    """True for nothing, and for words that stand for nothing (`n/a`, `unknown`)."""
    folded = fold(text)
    return not folded or folded.replace(" ", "_") in PLACEHOLDERS


def category(text: str | None) -> str | None:
    """A free categorical value: folded words, or None for nothing."""
    return None if is_placeholder(text) else " ".join(words(text)) or None
