"""Rules applied to one text: sentences, the rules whose cues stand in them, and how each match is meant."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date

from memory.extraction.context import Context, read_context
from memory.extraction.dates import FoundDate, find_date
from memory.extraction.load import Rule, RuleSet
from memory.extraction.segment import Sentence, lowered, own_words, plain, sentences
from memory.extraction.spec import Handling, Otherwise, Role

MAX_CONTENT = 300  # characters of the sentence that an observation quotes
HEDGED = 0.8  # confidence of what is said with "maybe", as a share of what is said without
_CLAUSE_END = re.compile(r"[,;:.!?]")
_CAPTURE = re.compile(r"\{([a-z_|]+)\}")  # `{a|b}`: whichever of the two caught something


@dataclass(frozen=True, slots=True)
class Speech:
    """Who speaks, on which day (relative dates count from it), and where."""

    role: Role
    said: date
    channel: str | None = None


@dataclass(frozen=True, slots=True)
class Found:
    """One statement: what was said, where it stands in the text, and how sure the rule is."""

    rule: Rule
    value: str
    polarity: str
    content: str
    start: int
    end: int
    confidence: float
    subject_name: str | None
    due_on: date | None


def read_text(text: str, speech: Speech, rules: RuleSet) -> list[Found]:
    """Find every statement in a text, in the order of the text; offsets are into `text` as given."""
    body = own_words(plain(text))
    cues = rules.find_cues(lowered(body))
    if not cues:
        return []
    found: list[Found] = []
    position = 0
    for sentence in sentences(body):
        end = sentence.start + len(sentence.text)
        tried: set[int] = set()
        while position < len(cues) and cues[position][0] < end:
            if cues[position][0] >= sentence.start:
                tried.update(rules.by_cue[cues[position][1]])
            position += 1
        if tried:
            found += read_sentence(sentence, sorted(tried), speech, rules)
    return found


def read_sentence(sentence: Sentence, tried: list[int], speech: Speech, rules: RuleSet) -> list[Found]:
    """Try the patterns of some numbers on a sentence.

    Of a single-valued attribute the first reading counts, in the order of the rules; of several values each once.
    """
    found: dict[tuple[str, ...], Found] = {}
    taken: dict[str, list[tuple[int, int]]] = {}
    for number in tried:
        rule, pattern = rules.patterns[number]
        if not _may_say(rule, speech, sentence):
            continue
        stretches = taken.setdefault(rule.spec.id, [])
        match = pattern.search(sentence.text)
        while match:
            one = _found(rule, sentence, match, speech, rules) if _is_free(match, stretches) else None
            if one:
                stretches.append((match.start(), one.end - sentence.start))
                value = one.value if rule.spec.cardinality == "multi" else ""
                found.setdefault((rule.spec.entity, rule.spec.attribute, one.subject_name or "", value), one)
            # What follows a statement's date may be another: "the contract by Friday, and the report by Monday".
            read_to = one.end - sentence.start if one else match.end()
            match = pattern.search(sentence.text, max(read_to, match.start() + 1))
    return sorted(found.values(), key=lambda one: (one.start, one.rule.spec.id))


def _is_free(match: re.Match[str], taken: list[tuple[int, int]]) -> bool:
    """Patterns of one rule may overlap; the first reading of a stretch counts."""
    return not any(match.start() < end and start < match.end() for start, end in taken)


def _may_say(rule: Rule, speech: Speech, sentence: Sentence) -> bool:
    spec = rule.spec
    if speech.role not in spec.said_by or (spec.channels and speech.channel not in spec.channels):
        return False
    return spec.questions == "keep" or not sentence.is_question


def _found(rule: Rule, sentence: Sentence, match: re.Match[str], speech: Speech, rules: RuleSet) -> Found | None:
    if rule.unless and rule.unless.search(sentence.text):
        return None
    context = read_context(sentence, match.start(), match.end())
    denied = bool(match.groupdict().get("neg"))
    if context.reported and speech.role != "note":  # a note tells what others said; a customer speaks for himself
        return None
    meant = _meaning(rule, context, negated=context.negated or denied)
    if meant is None:
        return None
    polarity, replacement = meant
    due = _due(sentence, match, speech) if rule.spec.due != "none" else None
    if due is None and rule.spec.due == "required":
        return None
    until, end = match.end(), match.end()
    if due and match.start() < due.start < match.end():
        until, end = due.start, min(due.end, match.end())
    value = replacement or _value(rule, match, until, rules)
    name = rules.words.value(rule.spec.subject, match[rule.spec.subject]) if rule.spec.subject else None
    if not value or name == "":
        return None
    confidence = rule.spec.confidence * (HEDGED if context.hedged else 1)
    return Found(
        rule=rule,
        value=value,
        polarity=polarity,
        content=_content(sentence, match),
        start=sentence.start + match.start(),
        end=sentence.start + end,
        confidence=round(confidence, 3),
        subject_name=name,
        due_on=due.day if due else None,
    )


def _due(sentence: Sentence, match: re.Match[str], speech: Speech) -> FoundDate | None:
    """The date after the match's beginning, else one before it, as offsets within the sentence."""
    after = find_date(sentence.text[match.start() :], speech.said)
    if after:
        return FoundDate(after.day, match.start() + after.start, match.start() + after.end)
    return find_date(sentence.text[: match.start()], speech.said)


def _meaning(rule: Rule, context: Context, *, negated: bool) -> tuple[str, str | None] | None:
    """Polarity and, where the context turns the meaning, the value it then has; None when nothing is stated."""
    if context.quoted:
        return None
    if context.supposed:
        return _handled(rule, rule.spec.supposed)
    if negated:
        return _handled(rule, rule.spec.negated)
    return rule.spec.polarity, None


def _handled(rule: Rule, handling: Handling) -> tuple[str, str | None] | None:
    if isinstance(handling, Otherwise):
        return "affirmed", handling.value
    return {"keep": (rule.spec.polarity, None), "retract": ("negated", None), "drop": None}[handling]


def _value(rule: Rule, match: re.Match[str], end: int, rules: RuleSet) -> str:
    """Fill the rule's value with what the match caught, each catch ending before `end` (where a date begins)."""
    parts = {names: _first_caught(names.split("|"), match, end, rules) for names in _CAPTURE.findall(rule.spec.value)}
    if not all(parts.values()):
        return ""
    return _CAPTURE.sub(lambda placeholder: parts[placeholder.group(1)], rule.spec.value)


def _first_caught(names: list[str], match: re.Match[str], end: int, rules: RuleSet) -> str:
    for name in names:
        start, stop = match.span(name) if name in match.re.groupindex else (-1, -1)
        caught = match.string[start : min(stop, end)] if start >= 0 else ""
        value = rules.words.value(name, caught, _clause(match), match.string) if caught else ""
        if value:
            return value
    return ""


def _clause(match: re.Match[str]) -> str:
    """The match and what follows it up to the end of the clause."""
    stop = _CLAUSE_END.search(match.string, match.end())
    return match.string[match.start() : stop.start() if stop else len(match.string)]


def _content(sentence: Sentence, match: re.Match[str]) -> str:
    """The sentence, or as much of a long one as stands around the match."""
    text = sentence.text
    if len(text) > MAX_CONTENT:
        start = max(0, min(match.start() - MAX_CONTENT // 3, len(text) - MAX_CONTENT))
        text = text[start : start + MAX_CONTENT]
    return " ".join(text.split())
