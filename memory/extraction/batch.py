"""Extraction as a pure function over Arrow: a batch of texts and records in, a table of observations out."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any, Protocol

import pyarrow as pa

from memory.extraction.engine import Found, Speech, read_text
from memory.extraction.load import RuleSet
from memory.extraction.records import FieldRead, read_record
from memory.extraction.schema import INPUT, OBSERVATION
from memory.extraction.spec import RecordRuleSpec, Role, RuleSpec

Row = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Failure:
    """Why the extractor asked for did not read an input. What is not lasting is tried again the next night."""

    reason: str
    is_lasting: bool = True


@dataclass(frozen=True, slots=True)
class Reading:
    """What a batch states; `failures` says by input why the extractor asked for did not read it (the rules did)."""

    observations: pa.Table
    failures: dict[str, Failure] = field(default_factory=dict)


class Reader(Protocol):
    """Anything that reads batches; `version` changes with whatever changes what it finds."""

    @property
    def version(self) -> str: ...  # noqa: D102

    def __call__(self, batch: pa.RecordBatch) -> Reading: ...  # noqa: D102


@dataclass(frozen=True, slots=True)
class RulesReader:
    """Reads batches by the rules."""

    rules: RuleSet

    @property
    def version(self) -> str:
        """The rules' own version."""
        return self.rules.version

    def __call__(self, batch: pa.RecordBatch) -> Reading:
        """Read a batch; rules never fail."""
        return Reading(extract_batch(batch, self.rules))


def extract_batch(batch: pa.RecordBatch | pa.Table, rules: RuleSet) -> pa.Table:
    """Read every input of a batch (schema `INPUT`, further columns allowed); rows come in the order of the inputs."""
    rows = batch.select(INPUT.names).to_pylist()
    return observations_table(one for row in rows for one in read_input(row, rules))


def observations_table(rows: Iterable[Row]) -> pa.Table:
    """Observations as a table of the schema `OBSERVATION`."""
    return pa.Table.from_pylist(list(rows), schema=OBSERVATION)


def read_input(row: Row, rules: RuleSet) -> Iterator[Row]:
    """The observations of one input; empty when its speaker states nothing, or is neither customer nor staff."""
    if row["structured"]:
        for read in read_record(f"{row['source']}:{row['stream']}", row["structured"], rules):
            yield _from_record(row, read)
    role = speaking_role(row)
    if role and row["text"]:
        speech = Speech(role, row["occurred_at"].date(), row["channel"])
        for found in read_text(row["text"], speech, rules):
            yield _from_text(row, found, role)


def speaking_role(row: Row) -> Role | None:
    """Who speaks: an agent, a bot or a system states nothing for the customer."""
    if row["author_role"] == "customer":
        return "customer"
    if row["author_role"] == "staff":
        return "note" if row["direction"] == "internal" or row["channel"] == "note" else "staff"
    return None


def observation_id(input_id: str, *parts: object) -> str:
    """An id from what defines the observation, without entity ids, so that a re-run and a new link change nothing."""
    text = "\x1f".join([input_id, *("" if part is None else str(part) for part in parts)])
    return "obs_" + hashlib.md5(text.encode(), usedforsecurity=False).hexdigest()[:20]


def from_statement(
    row: Row, *, role: str, entity: str, attribute: str, value: str, polarity: str, span: tuple[int, int], **rest: Any
) -> Row:
    """An observation of a text: what was said, by whom and where it stands. `rest`: the schema's remaining columns."""
    parts = (entity, attribute, value, polarity, rest.get("subject_name"), span[0])
    return _shared(row, entity) | {
        "observation_id": observation_id(row["input_id"], *parts),
        "entity_type": entity,
        "attribute": attribute,
        "value": value,
        "polarity": polarity,
        "stated_by": "staff" if role == "note" else role,
        "span_start": span[0],
        "span_end": span[1],
        **rest,
    }


def _from_text(row: Row, found: Found, role: Role) -> Row:
    return from_statement(
        row,
        role=role,
        value=found.value,
        polarity=found.polarity,
        span=(found.start, found.end),
        content=found.content,
        subject_name=found.subject_name,
        due_on=found.due_on,
        **_of_rule(found.rule.spec) | {"confidence": found.confidence},
    )


def _from_record(row: Row, read: FieldRead) -> Row:
    spec = read.spec
    return (
        _shared(row, spec.entity)
        | {key: value for key, value in _of_rule(spec).items() if key != "entity"}
        | {
            "observation_id": observation_id(row["input_id"], spec.entity, spec.attribute, read.value, read.polarity),
            "entity_type": spec.entity,
            "value": read.value,
            "polarity": read.polarity,
            "content": read.content,
            "stated_by": "record",
        }
    )


def _of_rule(spec: RuleSpec | RecordRuleSpec) -> Row:
    """What an observation takes over from the rule that made it."""
    return {
        "entity": spec.entity,
        "attribute": spec.attribute,
        "cardinality": spec.cardinality,
        "rule_id": spec.id,
        "confidence": spec.confidence,
        "importance": spec.importance,
        "ttl_days": spec.ttl_days,
        "precedence": spec.precedence,
    }


def _shared(row: Row, entity: str) -> Row:
    person, account = row["person_record_key"], row["account_record_key"]
    return {
        "input_id": row["input_id"],
        "subject_record_key": person if entity == "person" else account or person,
        "occurred_at": row["occurred_at"],
        "source": row["source"],
        "record_key": row["record_key"],
        "interaction_id": row["interaction_id"],
        "extractor": "rules",
    }
