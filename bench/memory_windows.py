"""Texts of the public sets as the memories that memhouse makes of them: what `documents__windows.sql` and
`documents__knowledge.sql` do, written once more in Python, for these sets are no exports of a tool."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from bench.memory_sets import Stretch, Text

SIZE = 420  # dbt_project.yml: memory_window_characters
PIECES = re.compile(rf"(?s).{{1,{SIZE}}}(?:\s|$)|.{{1,{SIZE}}}")
STAFF = "assistant"  # whoever else speaks is taken for the customer
CUT = re.compile(r"^(?:(?:Customer|Staff): )?… | …$")  # what an excerpt has around the text that it shows
KNOWLEDGE_IMPORTANCE = 0.5


@dataclass(frozen=True)
class Part:
    """A stretch of a text, and at which character of the memory it begins."""

    key: str
    place: Stretch
    at: int


@dataclass(frozen=True)
class Window:
    """A memory, and which stretches of which texts are in it."""

    owner: str
    text: str
    importance: float
    parts: tuple[Part, ...]

    def handed(self, shown: str, *, is_excerpt: bool) -> Iterator[tuple[str, Stretch]]:
        """The stretches, by text, that lie in what a recall shows of the memory: all of it, or an excerpt."""
        if not is_excerpt:
            yield from ((part.key, part.place) for part in self.parts)
            return
        excerpt = CUT.sub("", shown)
        begin = self.text.index(excerpt)
        for part in self.parts:
            first, last = part.place
            moved = first - part.at
            stretch = max(first, begin + moved), min(last, begin + len(excerpt) + moved)
            if stretch[0] < stretch[1]:
                yield part.key, stretch


Piece = tuple[Text, Stretch, str]


def windows(texts: Sequence[Text]) -> list[Window]:
    """The memories of messages, or of documents where nobody speaks."""
    spoken = [text for text in texts if text.speaker]
    return [*_conversations(spoken), *_knowledge(text for text in texts if not text.speaker)]


def _conversations(texts: Sequence[Text]) -> Iterator[Window]:
    threads = defaultdict(list)
    for text in texts:
        threads[text.owner, text.thread].append(text)
    for messages in threads.values():
        for pieces in _grouped(messages):
            length = sum(len(said) for *_, said in pieces)
            share = sum(len(said) for text, _, said in pieces if text.speaker != STAFF) / length
            heads = ["Staff: " if text.speaker == STAFF else "Customer: " for text, *_ in pieces]
            yield _window(pieces, heads, round(0.2 + 0.5 * share, 3))


def _grouped(messages: Sequence[Text]) -> Iterator[list[Piece]]:
    """A long message's pieces each by itself; short messages with their neighbours."""
    group: list[Piece] = []
    before = 0
    for message in messages:
        pieces = list(_pieces(message, message.text, 0))
        is_long = len(message.text) > SIZE
        if group and (is_long or before // SIZE > (before - len(group[-1][2])) // SIZE):
            yield group
            group = []
        if is_long:
            before = 0
            yield from ([piece] for piece in pieces)
        else:
            group += pieces
            before += sum(len(said) for *_, said in pieces)
    if group:
        yield group


def _knowledge(texts: Iterable[Text]) -> Iterator[Window]:
    for text in texts:
        title, _, body = text.text.partition("\n")
        for piece in _pieces(text, body, len(title) + 1):
            yield _window([piece], [f"{title}\n"], KNOWLEDGE_IMPORTANCE)


def _pieces(text: Text, part: str, offset: int) -> Iterator[Piece]:
    for found in PIECES.finditer(part):
        if found.group().strip():
            yield text, (offset + found.start(), offset + found.end()), found.group().strip()


def _window(pieces: Sequence[Piece], heads: Sequence[str], importance: float) -> Window:
    """A line for each piece, after its head."""
    text, parts = "", []
    for (source, place, said), head in zip(pieces, heads, strict=True):
        text += ("\n" if text else "") + head
        blanks = source.text[slice(*place)].index(said)  # of the place, before what was said
        parts.append(Part(source.key, place, len(text) - blanks))
        text += said
    return Window(pieces[0][0].owner, text, importance, tuple(parts))
