"""A batch of inputs read by the model, some texts a request; what it cannot read, the rules do."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, MutableMapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

import pyarrow as pa

from memory.extraction.batch import Failure, Reading, Row, from_statement, observations_table, read_input, speaking_role
from memory.extraction.llm.check import CONFIDENCE, Checked, checked
from memory.extraction.llm.client import Client, EndpointError, NoAnswerError
from memory.extraction.llm.prompt import Attribute, answer_schema, instructions, prompt_version, vocabulary
from memory.extraction.load import RuleSet
from memory.extraction.schema import INPUT

TEXTS_A_REQUEST = 8
GIVES_UP_AFTER = 3  # requests in a row without an answer, each with its retries: the rest of the night is not asked
MAX_TEXT = 12_000  # characters shown to the model; longer texts are left to the rules

LEFT_OUT = Failure("the model left the text out")
GIVEN_UP = Failure("the endpoint gave no answer to the requests before", is_lasting=False)


@dataclass
class ModelReader:
    """Reads inputs with a model; `answers` keeps what it said by content hash, so that no text is paid for twice."""

    client: Client
    rules: RuleSet
    answers: MutableMapping[str, str] = field(default_factory=dict)
    silences: int = 0  # requests in a row that had no answer

    @cached_property
    def attributes(self) -> dict[str, Attribute]:
        """The vocabulary that the model may use."""
        return vocabulary(self.rules)

    @property
    def version(self) -> str:
        """Version of everything that decides what is found: rules, model, prompt."""
        return f"{self.rules.version}+{self.client.endpoint.model}-{prompt_version(self.attributes)}"

    def __call__(self, batch: pa.RecordBatch | pa.Table) -> Reading:
        """Read a batch: records and unreadable texts by the rules, the rest by the model."""
        rows = batch.select(INPUT.names).to_pylist()
        asked = [row for row in rows if _for_model(row)]
        failures: dict[str, Failure] = {}
        for start in range(0, len(asked), TEXTS_A_REQUEST):
            failures |= self._ask(asked[start : start + TEXTS_A_REQUEST])
        found = [one for row in rows for one in self._read(row, failures)]
        return Reading(observations_table(found), failures)

    def _ask(self, rows: list[Row]) -> dict[str, Failure]:
        """Have the answers of these rows in `answers`; returns why some have none, by input."""
        missing = [row for row in rows if self._key(row) not in self.answers]
        self.client.meter.cached += len(rows) - len(missing)
        if not missing:
            return {}
        if self.silences >= GIVES_UP_AFTER:
            self.client.meter.failures += len(missing)
            return {row["input_id"]: GIVEN_UP for row in missing}
        texts = [
            {"id": i, "speaker": speaking_role(row), "said_on": str(row["occurred_at"].date()), "text": row["text"]}
            for i, row in enumerate(missing)
        ]
        messages = [
            {"role": "system", "content": instructions(self.attributes)},
            {"role": "user", "content": json.dumps(texts, ensure_ascii=False)},
        ]
        try:
            answer = self.client.complete(messages, answer_schema(self.attributes))
        except EndpointError as error:
            self.client.meter.failures += len(missing)
            refused = isinstance(error, NoAnswerError)
            self.silences = self.silences + 1 if refused else 0
            return {row["input_id"]: Failure(str(error), is_lasting=not refused) for row in missing}
        self.silences = 0
        given = dict(_given(answer.get("texts")))
        for i, row in enumerate(missing):
            if i in given:
                self.answers[self._key(row)] = json.dumps(given[i], sort_keys=True, ensure_ascii=False)
        left_out = {row["input_id"]: LEFT_OUT for i, row in enumerate(missing) if i not in given}
        self.client.meter.failures += len(left_out)
        return left_out

    def _read(self, row: Row, failures: dict[str, Failure]) -> Iterator[Row]:
        if not _for_model(row) or row["input_id"] in failures:
            yield from read_input(row, self.rules)
            return
        if row["structured"]:
            yield from read_input(row | {"text": None}, self.rules)
        role = speaking_role(row)
        statements: Any = json.loads(self.answers[self._key(row)])
        for one in checked(statements, row["text"], str(role), self.attributes):
            yield self._statement(row, str(role), one)

    def _statement(self, row: Row, role: str, one: Checked) -> Row:
        return from_statement(
            row,
            role=role,
            attribute=one.attribute.name,
            entity=one.attribute.entity,
            cardinality=one.attribute.cardinality,
            value=one.value,
            polarity=one.polarity,
            content=" ".join(row["text"][one.start : one.end].split()),
            span=(one.start, one.end),
            due_on=one.due_on,
            extractor=f"llm:{self.client.endpoint.model}",
            rule_id=f"llm.{one.attribute.name}",
            confidence=CONFIDENCE,
            importance=one.attribute.importance,
            ttl_days=one.attribute.ttl_days,
            precedence=one.attribute.precedence,
        )

    def _key(self, row: Row) -> str:
        content = "\x1f".join((self.version, str(speaking_role(row)), str(row["occurred_at"].date()), row["text"]))
        return hashlib.sha256(content.encode()).hexdigest()


def _given(texts: object) -> Iterator[tuple[int, object]]:
    """Number of a text and its statements, as far as the answer is in order."""
    for one in texts if isinstance(texts, list) else []:
        if isinstance(one, dict) and isinstance(one.get("id"), int):
            yield one["id"], one.get("statements")


def _for_model(row: Row) -> bool:
    return bool(row["text"]) and len(row["text"]) <= MAX_TEXT and speaking_role(row) is not None
