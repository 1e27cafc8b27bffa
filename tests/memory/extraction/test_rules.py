"""Every rule against its own examples: what it must read, and what it must leave alone."""

from __future__ import annotations

import json
from collections.abc import Callable

import pytest

from memory.extraction.engine import Found
from memory.extraction.load import Rule, RuleSet, load_rules
from memory.extraction.records import read_record
from memory.extraction.segment import plain, sentences
from memory.extraction.spec import Example, RecordRuleSpec

RULES = load_rules()
Read = Callable[..., list[Found]]


def _ids(rule: Rule | RecordRuleSpec) -> str:
    return rule.spec.id if isinstance(rule, Rule) else rule.id


@pytest.mark.parametrize("rule", RULES.rules, ids=_ids)
def test_a_rule_reads_its_examples(rule: Rule, read: Read) -> None:
    for example in rule.spec.examples:
        found = read(example.text, example.role or rule.spec.said_by[0], example.channel)
        own = [(f.value, f.polarity, f.subject_name, f.due_on) for f in found if f.rule.spec.id == rule.spec.id]
        wanted = (example.value, example.polarity, example.subject_name, example.due_on)
        assert any(
            got[:2] == wanted[:2] and wanted[2] in (None, got[2]) and wanted[3] in (None, got[3]) for got in own
        ), f"{example.text!r}: wanted {wanted}, got {own or [(f.rule.spec.id, f.value) for f in found]}"


@pytest.mark.parametrize("rule", RULES.rules, ids=_ids)
def test_a_rule_leaves_its_counterexamples_alone(rule: Rule, read: Read) -> None:
    for given in rule.spec.counterexamples:
        example = given if isinstance(given, Example) else Example(text=given, value="")
        found = read(example.text, example.role or rule.spec.said_by[0], example.channel)
        assert [f.value for f in found if f.rule.spec.id == rule.spec.id] == [], example.text


@pytest.mark.parametrize("rule", RULES.records, ids=_ids)
def test_a_record_rule_reads_its_examples(rule: RecordRuleSpec) -> None:
    for example in rule.examples:
        read = list(read_record(rule.streams[0], json.dumps(example["fields"]), RULES))
        assert [one.value for one in read if one.spec.id == rule.id] == [example["value"]]
    for example in rule.counterexamples:
        read = list(read_record(rule.streams[0], json.dumps(example["fields"]), RULES))
        assert [one.value for one in read if one.spec.id == rule.id] == []


def test_the_prefilter_loses_nothing_that_a_pattern_would_find(rules: RuleSet) -> None:
    texts = [example.text for rule in rules.rules for example in rule.spec.examples]
    for text in texts:
        for sentence in sentences(plain(text)):
            cues = {cue for _, cue in rules.find_cues(sentence.text.lower())}
            tried = {number for cue in cues for number in rules.by_cue[cue]}
            for number, (rule, pattern) in enumerate(rules.patterns):
                if pattern.search(sentence.text):
                    assert number in tried, f"{rule.spec.id} matches {sentence.text!r} but none of its words is in it"


def test_every_topic_of_the_vocabulary_has_a_rule(rules: RuleSet) -> None:
    attributes = {rule.spec.attribute for rule in rules.rules}
    assert attributes >= {
        "contact_preference", "contact_time", "language", "do_not", "role_change", "departure", "personal_note",
        "sentiment", "competitor", "renewal_intent", "expansion_interest", "feature_request", "problem",
        "payment_trouble", "plan_interest", "integration", "business_context", "promise", "legal_demand",
        "security_demand", "satisfaction",
    }  # fmt: skip
