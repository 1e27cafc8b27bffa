"""Long texts in passages that end where a sentence or line ends."""

from __future__ import annotations

import re
from collections.abc import Iterator

# Measured with bench/memory.py retrieval: shorter says too little, longer hides what matters among what does not.
MIN_CHARACTERS = 300
MAX_CHARACTERS = 420
_ENDS = re.compile(r"[.!?…][\"')\]]*\s|[\u3002\uff01\uff1f]|\n")


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
    """The stretch of at most `size` characters that has most of the query's words; the beginning when it has none."""
    wanted = {word for word in re.findall(r"\w+", query.lower()) if len(word) > 2}
    longest = max(1, min(size, MAX_CHARACTERS))
    pieces = list(passages(text, min(MIN_CHARACTERS, longest), longest))
    hits = [len(wanted & set(re.findall(r"\w+", text[begin:end].lower()))) for begin, end in pieces]
    best = max(range(len(pieces)), key=lambda at: (hits[at], -at), default=0)
    last = best
    while last + 1 < len(pieces) and pieces[last + 1][1] - pieces[best][0] <= size:
        last += 1
    return text[pieces[best][0] : pieces[last][1]].strip() if pieces else ""
