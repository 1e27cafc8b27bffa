"""Reading the rules: YAML files checked, patterns compiled, and a version that changes with any of them."""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, TypeVar

import yaml
from pydantic import ValidationError

from memory.extraction.patterns import Patterns
from memory.extraction.prefilter import FindCues, Words, prefilter, required_words
from memory.extraction.spec import BaseRule, Lexicon, RecordRuleSpec, RuleSpec, TopicFile

RULES_DIR = Path(__file__).parent / "rules"
LEXICON_FILE = "lexicon.yml"


SpecT = TypeVar("SpecT", bound=BaseRule)


class RulesError(ValueError):
    """A rules file cannot be used; the message names the file, the rule and what to change."""


@dataclass(frozen=True, slots=True)
class Rule:
    """A rule with its patterns compiled."""

    spec: RuleSpec
    patterns: tuple[re.Pattern[str], ...]
    unless: re.Pattern[str] | None


@dataclass(frozen=True, slots=True)
class RuleSet:
    """All rules and their patterns, in the order in which they are tried.

    `by_cue` leads from a word found in a text to the numbers of the patterns that may match there.
    """

    version: str
    rules: tuple[Rule, ...]
    records: tuple[RecordRuleSpec, ...]
    words: Patterns
    patterns: tuple[tuple[Rule, re.Pattern[str]], ...]
    find_cues: FindCues
    by_cue: dict[str, tuple[int, ...]]


def load_rules(folder: Path = RULES_DIR) -> RuleSet:
    """Read every `*.yml` of a folder. Raises RulesError for a file, rule or pattern that cannot be used."""
    return _load(folder.resolve())


@cache
def _load(folder: Path) -> RuleSet:
    files = sorted(path for path in folder.glob("*.yml") if path.name != LEXICON_FILE)
    if not files:
        raise RulesError(f"no rules in {folder}: expected *.yml files and {LEXICON_FILE}")
    words = Patterns.from_lexicon(Lexicon.model_validate(_yaml(folder / LEXICON_FILE)))
    topics = [(path, _topic(path)) for path in files]
    rules = [
        _rule(spec, words) for path, topic in topics for spec in _specs(path, topic.rules, topic.defaults, RuleSpec)
    ]
    records = [spec for path, topic in topics for spec in _specs(path, topic.records, topic.defaults, RecordRuleSpec)]
    _check_consistent([*(rule.spec for rule in rules), *records])
    return _rule_set(_version([folder / LEXICON_FILE, *files]), rules, records, words)


def _rule_set(version: str, rules: list[Rule], records: list[RecordRuleSpec], words: Patterns) -> RuleSet:
    numbered = tuple((rule, pattern) for rule in rules for pattern in rule.patterns)
    by_cue: dict[str, set[int]] = {}
    for number, (rule, pattern) in enumerate(numbered):
        for word in _cues(rule, pattern):
            by_cue.setdefault(word, set()).add(number)
    # Where a long word is found, the shorter ones that it begins with stand too.
    tried = {
        cue: tuple(sorted({number for word, own in by_cue.items() if cue.startswith(word) for number in own}))
        for cue in by_cue
    }
    return RuleSet(version, tuple(rules), tuple(records), words, numbered, prefilter(by_cue), tried)


def _cues(rule: Rule, pattern: re.Pattern[str]) -> Words:
    words = required_words(pattern)
    if not words:
        written = rule.spec.patterns[rule.patterns.index(pattern)]
        raise RulesError(f"{rule.spec.id}: pattern {written!r} holds no fixed word: it would be tried on every text")
    return words


def _topic(path: Path) -> TopicFile:
    try:
        return TopicFile.model_validate(_yaml(path))
    except ValidationError as error:
        raise RulesError(_problem(path, "the file", error)) from error


def _specs(path: Path, rows: list[dict[str, Any]], defaults: dict[str, Any], kind: type[SpecT]) -> list[SpecT]:
    specs = []
    for row in rows:
        known = {name: value for name, value in defaults.items() if name in kind.model_fields}
        try:
            specs.append(kind.model_validate({**known, **row}))
        except ValidationError as error:
            raise RulesError(_problem(path, f"rule {row.get('id', '?')}", error)) from error
    return specs


def _problem(path: Path, what: str, error: ValidationError) -> str:
    details = "; ".join(f"{'.'.join(map(str, e['loc']))}: {e['msg']}" for e in error.errors())
    return f"{path.name}, {what}: {details}"


def _rule(spec: RuleSpec, words: Patterns) -> Rule:
    try:
        patterns = tuple(words.compile(pattern, spec.id) for pattern in spec.patterns)
        unless = words.compile(spec.unless, spec.id, stems=True) if spec.unless else None
    except ValueError as error:
        raise RulesError(str(error)) from error
    return Rule(spec, patterns, unless)


def _check_consistent(specs: list[BaseRule]) -> None:
    """An id stands once; an attribute has one entity type and one cardinality, whoever reads it."""
    seen: dict[str, tuple[str, str]] = {}
    ids: set[str] = set()
    for spec in specs:
        if spec.id in ids:
            raise RulesError(f"rule {spec.id} stands twice: ids are unique over all files")
        ids.add(spec.id)
        kind = seen.setdefault(f"{spec.entity}.{spec.attribute}", (spec.cardinality, spec.id))
        if kind[0] != spec.cardinality:
            raise RulesError(f"{spec.id} says {spec.attribute} is {spec.cardinality}, {kind[1]} says {kind[0]}")


def _version(paths: list[Path]) -> str:
    digest = hashlib.sha256()
    engine = sorted(Path(__file__).parent.rglob("*.py"))  # a change of it may find something else by the same rules
    for path in [*engine, *paths]:
        digest.update(path.name.encode() + b"\0" + path.read_bytes() + b"\0")
    return f"rules-{digest.hexdigest()[:12]}"


def _yaml(path: Path) -> Any:
    try:
        return yaml.safe_load(path.read_text(encoding="utf-8"))
    except FileNotFoundError as error:
        raise RulesError(f"{path} is missing") from error
    except yaml.YAMLError as error:
        raise RulesError(f"{path.name} is not YAML: {error}") from error
