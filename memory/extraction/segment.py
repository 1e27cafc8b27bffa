"""Sentences of a text with their place in it, and what sets a sentence apart from a plain statement.

Positions are character offsets into the text as given. Nothing here knows a rule.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

MAX_SENTENCE = 600  # characters; longer ones are cut, so that no pattern ever sees unbounded text

# One character for one character, so that offsets stay true.
_PLAIN = str.maketrans("\u2018\u2019\u02bc\u201c\u201d\u00a0\u2013\u2011\u202f\u2026", "'''\"\" -- .")
_ASK_MARKS = "?\uff1f\u061f"  # also full-width and Arabic
_END = re.compile(
    r"(?<![.!?])[.!?]++[\"')\]]*+(?=\s|$)|[\u3002\uff01\uff1f\u061f]+|[\U0001F300-\U0001FAFF]+"
    r"|\n\s*\n|\n(?=\s*(?:[-*\u2022>]|\d+[.)]\s))"
)
_ABBREVIATION = re.compile(
    r"(?:\b(?:mr|mrs|ms|dr|prof|inc|ltd|corp|co|vs|etc|e\.g|i\.e|approx|jan|feb|mar|apr|jun|jul|aug|sept?|oct|nov|dec)"
    r"|\b[a-z]|\b[ap]\.m)\.$",
    re.IGNORECASE,
)
_QUOTE_LINE = re.compile(r"^[ \t]*>(?!From ).*$", re.MULTILINE)
_REPLY_HEAD = re.compile(
    r"^(?:On .{5,120} wrote:|-{2,} ?(?:Original|Forwarded) [Mm]essage ?-{2,})[ \t]*$", re.MULTILINE
)
_QUOTED_SPEECH = re.compile(r'"[^"\n]{12,300}"')
_GREETING = re.compile(
    r"\s*(?:hi|hello|hey|dear|good (?:morning|afternoon|evening))"
    r"(?:(?: (?-i:[A-Z])[\w.'-]*){1,3}[,!]| \w+[,!]|(?: (?:there|team|all|everyone|both|again))?[,!]?)\s+(?=\S)",
    re.IGNORECASE,
)
_ASKS = re.compile(
    r"^(?:(?:and|so|but|ok(?:ay)?|hi|hello|hey|also|well|then)[, ]+)*"
    r"(?:do|does|did|is|are|was|were|can|could|would|will|should|shall|has|have|had|may|what|when|where|which|who|why|how)"
    r"(?:n't)? (?:you|i|we|they|he|she|it|there|this|that|the|your|our|my|anyone|someone|much|many|often|long|about"
    r"|is|are|do|does|can)\b",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Sentence:
    """A stretch of text: `text` is ready for matching, `start` its offset in the original."""

    text: str
    start: int
    is_question: bool
    quoted: tuple[tuple[int, int], ...]

    def is_quoted(self, start: int, end: int) -> bool:
        """True when a match lies in somebody else's words (offsets within the sentence)."""
        return any(begin <= start and end <= stop for begin, stop in self.quoted)


def plain(text: str) -> str:
    """Typographic quotes, dashes and spaces in their plain form, character by character."""
    return text.translate(_PLAIN)


def lowered(text: str) -> str:
    """Lower case of the same length: a few capitals (İ) would become two characters."""
    low = text.lower()
    if len(low) == len(text):
        return low
    return "".join(c.lower() if len(c.lower()) == 1 else c for c in text)


def own_words(text: str) -> str:
    """Blank out quoted lines and everything after a reply's heading, keeping the length."""
    head = _REPLY_HEAD.search(text)
    if head:
        text = text[: head.start()] + " " * (len(text) - head.start())
    if ">" in text:
        text = _QUOTE_LINE.sub(lambda line: " " * len(line.group()), text)
    return text


def sentences(text: str) -> Iterator[Sentence]:
    """Yield the sentences of a plain text in order; blank stretches and leading greetings are left out."""
    for start, end in _bounds(text):
        piece = text[start:end]
        greeting = _GREETING.match(piece)
        begin = greeting.end() if greeting else len(piece) - len(piece.lstrip())
        stripped = piece[begin:].rstrip()
        if stripped:
            yield _sentence(stripped, start + begin)


def _sentence(text: str, start: int) -> Sentence:
    tail = text[-4:].rstrip("\"')] ")
    asks = tail.endswith(tuple(_ASK_MARKS)) or bool(_ASKS.match(text))
    quoted = tuple(m.span() for m in _QUOTED_SPEECH.finditer(text)) if '"' in text else ()
    return Sentence(text, start, asks, quoted)


def _bounds(text: str) -> Iterator[tuple[int, int]]:
    start = 0
    for stop in _END.finditer(text):
        if stop.group() == "." and _ABBREVIATION.search(text, max(start, stop.end() - 12), stop.end()):
            continue
        yield from _cut(text, start, stop.end())
        start = stop.end()
    yield from _cut(text, start, len(text))


def _cut(text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    """Cut what is too long for a sentence, at a blank where there is one."""
    while end - start > MAX_SENTENCE:
        blank = text.rfind(" ", start + MAX_SENTENCE // 2, start + MAX_SENTENCE)
        middle = blank if blank > 0 else start + MAX_SENTENCE
        yield start, middle
        start = middle
    if start < end:
        yield start, end
