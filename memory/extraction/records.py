"""Rules applied to one structured record: a field's value is a statement of the tool that keeps it."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass

from memory.extraction.load import RuleSet
from memory.extraction.spec import RecordRuleSpec


@dataclass(frozen=True, slots=True)
class FieldRead:
    """What a record's field states."""

    spec: RecordRuleSpec
    value: str
    polarity: str
    content: str


def read_record(stream: str, structured: str, rules: RuleSet) -> Iterator[FieldRead]:
    """Read a record's fields, given as a JSON object; `stream` is `source:stream`.

    Raises ValueError when the JSON cannot be read: the model that writes it is broken, not the customer's data.
    """
    fields = json.loads(structured)
    for spec in rules.records:
        if stream not in spec.streams or fields.get(spec.field) is None:
            continue
        given = str(fields[spec.field]).lower()
        for polarity, values in (("affirmed", spec.values or {}), ("negated", spec.negates)):
            if given in values:
                value = values[given]
                yield FieldRead(spec, value, polarity, spec.content.format(value=value))
