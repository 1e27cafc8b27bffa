"""Long texts in passages that end where a sentence or line ends."""

from __future__ import annotations

import re
from collections.abc import Iterator

# Measured with bench/memory.py retrieval: shorter says too little, longer hides what matters among what does not.
MIN_CHARACTERS = 300
MAX_CHARACTERS = 420
_ENDS = re.compile(r"[.!?…][\"')\]]*\s|[\u3002\uff01\uff1f]|\n")
_SPEAKER = re.compile(r"^(?:Customer|Staff|Agent): ", re.MULTILINE)
_LONGEST_SPEAKER = len("Customer: ")
_CUT = " … "


def passages(text: str, shortest: int = MIN_CHARACTERS, longest: int = MAX_CHARACTERS) -> Iterator[tuple[int, int]]:
    """Begin and end of each passage, in order, together the whole text.

    Each has `shortest` to `longest` characters; the last begins early enough for that, so it may repeat some of the
    one before. A text that is shorter is one passage; an empty one has none.
    """
    begin, end = 0, 0
    while end < len(text):
        begin, end = end, _end(text, end, shortest, longest)
        if end == len(text):
            begin = min(begin, max(0, end - shortest))
        yield begin, end


def _end(text: str, begin: int, shortest: int, longest: int) -> int:
    """Where to stop: after the first sentence that is long enough, else after the last word that fits."""
    limit = begin + longest
    if limit >= len(text):
        return len(text)
    sentence = _ENDS.search(text, begin + shortest - 1, limit)
    if sentence:
        return sentence.end()
    space = text.rfind(" ", begin + shortest, limit)
    return space + 1 if space >= 0 else limit


def best_excerpt(text: str, query: str, size: int) -> str:
    """The stretch of at most `size` characters that has most of the query's words; the beginning when it has none.

    It begins with a whole word and with who speaks, where the lines of the text say so; dots mark what is left out.
    """
    wanted = {word for word in re.findall(r"\w+", query.lower()) if len(word) > 2}
    room = max(1, size - 2 * len(_CUT) - _LONGEST_SPEAKER)
    longest = max(1, min(room, MAX_CHARACTERS))
    pieces = list(passages(text, min(MIN_CHARACTERS, longest), longest))
    if not pieces:
        return ""
    hits = [len(wanted & set(re.findall(r"\w+", text[begin:end].lower()))) for begin, end in pieces]
    best = max(range(len(pieces)), key=lambda at: (hits[at], -at))
    last = best
    while last + 1 < len(pieces) and pieces[last + 1][1] - pieces[best][0] <= room:
        last += 1
    begin, end = _at_a_word(text, pieces[best][0], pieces[last][1]), pieces[last][1]
    shown = text[begin:end].strip()
    before = _speaker(text, begin) + _CUT.lstrip() if begin else ""
    return before + shown + (_CUT.rstrip() if end < len(text) else "")


def _at_a_word(text: str, begin: int, end: int) -> int:
    """The begin of the first whole word; where none begins, as for a language without spaces, `begin` itself."""
    if begin == 0 or not (text[begin - 1].isalnum() and text[begin : begin + 1].isalnum()):
        return begin
    space = text.find(" ", begin, end - 1)
    return space + 1 if space >= 0 else begin


def _speaker(text: str, begin: int) -> str:
    """Who speaks at a place within a line that begins further up; nothing where no line says."""
    if _SPEAKER.match(text, begin):
        return ""
    said = None
    for said in _SPEAKER.finditer(text, 0, begin):  # noqa: B007 (the last one)
        pass
    return said.group(0) if said else ""
