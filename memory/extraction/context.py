"""How a match is meant: denied, supposed, hedged, or somebody else's words.

The scope rules follow NegEx: a cue reaches forward to the match within its clause, and a few words look like a cue
without being one ("not only", "no problem").
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from memory.extraction.segment import Sentence

NEGATION_REACH = 6  # words between a negation and what it denies

_CLAUSE = re.compile(
    r"(?:\S+\s+){3,}\S+,\s|[;:]| - "
    r"|,? (?:but|however|although|though|whereas|because|since|yet|instead|so) "
    r"|, (?:and|or|then|we|i|you|please|it|this|that|they|your|our|the|he|she|there)(?=[\s'])",
    re.IGNORECASE,
)
_PSEUDO = re.compile(
    r"\bnot (?:only|just|to mention|sure if you know)\b|\bno (?:problem|doubt|worries|matter)\b|\bcan(?:no|')t wait\b"
    r"|\bno,? (?:thanks|thank you)\b|\bnot at all(?=[.,!])|\bcan't (?:recommend|thank)\b|\bwhy (?:not|don't)\b"
    r"|\bif not\b|\bor not\b|\bno\s?,",
    re.IGNORECASE,
)
_NEGATION = re.compile(
    r"\b(?:not|never|no|nobody|none|neither|nor|without|cannot|cant|dont|wont|isnt|hardly|no longer|stopped|stop"
    r"|instead of|rather than|far from|nothing|decided against|ruled out|[a-z]+n't)\b",
    re.IGNORECASE,
)
_SUPPOSED = re.compile(
    r"\b(?:if|unless|whether|in case|suppose|supposing|imagine|hypothetically|assuming|even if|as if|what if"
    r"|(?:would|could|might) (?:we|you|i|they) (?:ever )?(?:be|have))\b",
    re.IGNORECASE,
)
_CONDITION_OVER = re.compile(r",(?: then)? ", re.IGNORECASE)
_POLITE = re.compile(  # an "if" that asks instead of supposing
    r"\b(?:appreciate(?: it)?|grateful|great|nice|good|helpful|glad|best|better|easier|prefer it|like it)"
    r" if (?:you|we)\b"
    r"|\bif (?:possible|you (?:can|could|don't mind)|that's (?:ok|okay|fine|possible))\b",
    re.IGNORECASE,
)
_HEDGE = re.compile(
    r"\b(?:maybe|perhaps|possibly|probably|might|i (?:think|guess|suppose)|not sure|kind of|sort of)\b", re.I
)
_OTHERS = re.compile(
    r"\b(?:he|she|they|someone|my (?:boss|colleague|friend|brother|sister|wife|husband)|[A-Z][a-z]+)"
    r" (?:said|says|told (?:me|us)|wrote|mentioned|claims?|asked)\b"
)


@dataclass(frozen=True, slots=True)
class Context:
    """What surrounds a match in its sentence."""

    negated: bool
    supposed: bool
    conditional: bool
    quoted: bool
    reported: bool
    hedged: bool


def read_context(sentence: Sentence, start: int, end: int) -> Context:
    """Judge the match at `start:end` of the sentence by the words before it."""
    before = sentence.text[:start]
    clause = before[_clause_start(before) :]
    supposed = _SUPPOSED.search(_POLITE.sub(lambda words: "_" * len(words.group()), before))
    return Context(
        negated=is_negated(clause),
        supposed=bool(supposed) and not _CONDITION_OVER.search(before, supposed.end() if supposed else 0),
        conditional=bool(supposed),
        quoted=sentence.is_quoted(start, end),
        reported=bool(_OTHERS.search(clause)),
        hedged=bool(_HEDGE.search(clause)) or bool(_HEDGE.match(sentence.text[start:end])),
    )


def is_negated(clause: str) -> bool:
    """True when a negation in the clause reaches its end (where the match begins)."""
    clause = _PSEUDO.sub(lambda cue: "_" * len(cue.group()), clause)
    cues = list(_NEGATION.finditer(clause))
    if not cues:
        return False
    between = clause[cues[-1].end() :].split()
    return len(between) <= NEGATION_REACH and len(cues) % 2 == 1


def _clause_start(before: str) -> int:
    boundaries = [m.end() for m in _CLAUSE.finditer(before)]
    return boundaries[-1] if boundaries else 0
