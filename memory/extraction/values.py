"""Tidying what a pattern caught: free text cut at the end of its clause, names without the words around them."""

from __future__ import annotations

import re

MAX_WORDS = 12

_STOP = re.compile(
    r",? (?:but|because|since|so that|so (?:we|i)|which|who|although|though|unless|until then|otherwise"
    r"|as (?:we|i|it|they)|when (?:we|i|you|it)|while (?:we|i)|if|before (?:we|i|you|they)"
    r"|and (?:we|i|it|that|this|they|then|please|would|could|can|also|so)|or (?:else|we|i)"
    r"|please|thanks|thank you|let me know|just|then|though|however|instead|right now|at the moment|these days"
    r"|for now|any ?more|again|asap|soon)\b|,(?: and| or)? (?!\w+,? (?:and|or) )|:| - | -- ",
    re.IGNORECASE,
)
_HEAD = re.compile(
    r"^(?:(?:the|a|an|any|some|our|my|your|their|its|his|her|this|that|these|those|to|of|for|on|in|with|about|also"
    r"|really|very|new|is|are|there)\s+)+(?=\S)",
    re.IGNORECASE,
)
_TAIL = re.compile(
    r"(?:[\s,]+(?:the|a|an|of|to|for|with|in|on|at|by|and|or|as|is|are|it|too|also|please|here|there|yet|today|currently"
    r"|now|well))+$",
    re.IGNORECASE,
)
_HANDED = re.compile(
    r"^(?:(?:get|come|be) back(?: to)?(?: you| us)? with|send|get|share|have"
    r"|receive|provide|deliver|forward|give|e-?mail|bring|hand)(?: (?:you|us|over|back))*"
    r" (?P<thing>(?!(?:back|ready|it|this|that|them|in touch)\b).+?)"
    r"(?: (?:over|across|back|ready|(?:to|for|with) (?:you|us)))*$"
)
_NOT_NAMES = frozenset(
    """
    Monday Tuesday Wednesday Thursday Friday Saturday Sunday January February March April May June July August September
    October November December I We You They He She It The This That These Those My Our Your A An And But Or If So Please
    Thanks Hi Hello Dear Q1 Q2 Q3 Q4 CEO CTO CFO COO CIO VP API SSO CSV PDF ROI IT HR OK EU US UK Europe Germany France
    Spain Asia America London Berlin Paris Easter Christmas English German French Spanish Excel Also Today Tomorrow Team
    What Which When Where Why How Is Are Do Does Did Can Could Would Will Not No Yes As At In On For From To With By
    """.split()  # noqa: SIM905 (a block of words reads better than ninety literals)
)


def phrase(text: str) -> str:
    """A noun or verb phrase: cut at the clause's end, without its article or dangling words, at most MAX_WORDS."""
    text = " ".join(text.split())
    stop = _STOP.search(text)
    if stop:
        text = text[: stop.start()]
    text = _HEAD.sub("", text)
    text = " ".join(text.split()[:MAX_WORDS])
    return _TAIL.sub("", text).strip(" ,.:;'\"-").lower()


def name(text: str) -> str:
    """A proper name, or empty when it is only a capitalised ordinary word."""
    words = " ".join(text.split()).strip(" .,'\"").split(" ")
    while words and words[0] in _NOT_NAMES:
        words = words[1:]
    while words and (words[-1] in _NOT_NAMES or words[-1] in ("of", "&")):
        words = words[:-1]
    found = " ".join(words).removesuffix("'s")
    return found if found[:1].isupper() else ""


def as_said(text: str) -> str:
    """The words as they stand, blanks made single."""
    return " ".join(text.split()).strip(" ,.;:")


def lower(text: str) -> str:
    """The words in lower case."""
    return as_said(text).lower()


def time_of_day(text: str) -> str:
    """Parts of the day in the plural, as people say them of habits ("mornings")."""
    words = re.sub(r"^(?:on|in the|the) ", "", lower(text))
    return re.sub(r"\b(morning|afternoon|evening|weekend)\b", r"\1s", words)


def said(text: str) -> str:
    """Short remarks as they were said; only words that are no names in lower case."""
    words = as_said(text).split(" ")
    return " ".join(word if word[:1].isupper() and i else word.lower() for i, word in enumerate(words))


def tool(text: str) -> str:
    """A tool's name as it is usually written: its own capitals, or capitals on each word."""
    words = as_said(text).split(" ")
    return " ".join(word if any(c.isupper() for c in word) else word.capitalize() for word in words)


def deed(text: str) -> str:
    """What somebody promises: a thing to hand over by its name, whichever verb hands it over, else the whole deed."""
    words = phrase(text)
    handed = _HANDED.match(words)
    return phrase(handed["thing"]) if handed else words if len(words) > 2 else ""


TIDY = {
    "life": said,
    "deed": deed,
    "tool": tool,
    "said": said,
    "time": time_of_day,
    "phrase": phrase,
    "name": name,
    "person": name,
    "as_said": as_said,
    "lower": lower,
}
