"""Which rules can match at all: each pattern's fixed words, found in one pass over the text.

Every match of a pattern holds one of its words, so a rule whose words are absent need not be tried. The words are
read off the parsed pattern (as RE2 does), not written by hand: a word forgotten by hand would lose statements.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from re import _constants, _parser  # type: ignore[attr-defined]
from typing import Any

MIN_WORD = 2  # characters
LONG_ENOUGH = 5  # beyond which a longer word tells no more
# Words so frequent that they rule out few texts: a set without them is the better filter.
FREQUENT = frozenset(
    """
    the and for you your our are was were have has had with that this from not can could would will should need want
    like please get got see use all any one new now more who what when where which there their they them been being
    its his her she him but out off over into than then also just very some about after before time good great help
    know think make made take back call mail text email e-mail day week month work team send look give going
    """.split()  # noqa: SIM905 (a block of words reads better than as many literals)
)

Words = frozenset[str]
FindCues = Callable[[str], list[tuple[int, str]]]


def required_words(pattern: re.Pattern[str]) -> Words:
    """Lower-case words of which every match contains at least one; empty when the pattern promises none."""
    return _of_sequence(_parser.parse(pattern.pattern, pattern.flags & re.IGNORECASE)) or frozenset()


def prefilter(words: Iterable[str]) -> FindCues:
    """One alternation over all words: `text in lower case → [(position, longest word there)]`."""
    trie: dict[str, Any] = {}
    for word in words:
        node = trie
        for char in word:
            node = node.setdefault(char, {})
        node[""] = {}
    found = re.compile(f"(?=({_trie_pattern(trie)}))")
    return lambda text: [(match.start(), match.group(1)) for match in found.finditer(text)]


def _of_sequence(items: Iterable[tuple[Any, Any]]) -> Words | None:
    """The best set that one element of a sequence promises; neighbouring letters make words."""
    best: Words | None = None
    run = ""
    for operation, argument in [*items, (None, None)]:
        if operation is _constants.LITERAL:
            run += chr(argument).lower()
            continue
        if len(run) >= MIN_WORD:
            best = _better(best, frozenset([run]))
        run = ""
        best = _better(best, _of_element(operation, argument))
    return best


def _of_element(operation: Any, argument: Any) -> Words | None:
    if operation is _constants.SUBPATTERN:
        return _of_sequence(argument[-1])
    if operation is _constants.BRANCH:
        alternatives = [_of_sequence(alternative) for alternative in argument[1]]
        known = [words for words in alternatives if words]
        return frozenset().union(*known) if len(known) == len(alternatives) else None
    if operation in (_constants.MAX_REPEAT, _constants.MIN_REPEAT) and argument[0] > 0:
        return _of_sequence(argument[2])
    return None


def _better(one: Words | None, other: Words | None) -> Words | None:
    """The set with fewer frequent words; of equals that whose shortest word is longer; of equals the smaller one."""
    return max((words for words in (one, other) if words), key=_rank, default=None)


def _rank(words: Words) -> tuple[int, int, int]:
    frequent = sum(word in FREQUENT or len(word) <= MIN_WORD for word in words)
    shortest = min(map(len, words))
    return -frequent, min(shortest, LONG_ENOUGH), -len(words)


def _trie_pattern(node: dict[str, Any]) -> str:
    branches = [re.escape(char) + _trie_pattern(child) for char, child in sorted(node.items()) if char]
    if not branches:
        return ""
    joined = branches[0] if len(branches) == 1 else f"(?:{'|'.join(branches)})"
    return f"(?:{joined})?" if "" in node else joined
