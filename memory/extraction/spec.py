"""The shape of a rules file, checked when it is read: a wrong key, type or choice is an error that names it."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

EntityType = Literal["person", "account"]
Role = Literal["customer", "staff", "note"]  # note: staff writing for themselves about the customer
Cardinality = Literal["single", "multi", "event"]
Precedence = Literal["record", "statement", "inferred"]
Slug = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_.]*$")]


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Otherwise(_Strict):
    """What a denied or supposed statement means instead."""

    value: str


Handling = Literal["drop", "keep", "retract"] | Otherwise


class Example(_Strict):
    """A text that the rule must read, and what it must find there."""

    text: str
    value: str
    role: Role | None = None
    channel: str | None = None
    polarity: Literal["affirmed", "negated"] = "affirmed"
    due_on: date | None = None
    subject_name: str | None = None


class BaseRule(_Strict):
    """What every rule says of the observations it makes."""

    id: Slug
    attribute: Slug
    entity: EntityType
    cardinality: Cardinality
    ttl_days: int | None = Field(None, ge=1)
    confidence: float = Field(ge=0, le=1)
    importance: float = Field(ge=0, le=1)


class RuleSpec(BaseRule):
    """One rule as written, the defaults of its topic filled in."""

    said_by: list[Role] = Field(min_length=1)
    patterns: list[str] = Field(min_length=1)
    value: str
    subject: str | None = Field(
        None, description="Capture that names the person meant; default: the customer speaking."
    )
    due: Literal["none", "optional", "required"] = Field(
        "none", description="Look for a date in the sentence, resolved against the day said."
    )
    polarity: Literal["affirmed", "negated"] = Field(
        "affirmed", description="`negated` for statements that take something back; value `*` takes back all."
    )
    channels: list[str] | None = Field(None, description="Only in these channels; default: all.")
    unless: str | None = Field(None, description="A sentence that matches this is left alone.")
    questions: Literal["drop", "keep"] = "drop"
    negated: Handling = "drop"
    supposed: Handling = "drop"
    precedence: Precedence = "statement"
    examples: list[Example] = Field(min_length=1)
    counterexamples: list[str | Example] = Field(min_length=1)


class RecordRuleSpec(BaseRule):
    """A rule that reads a field of a structured record instead of a text."""

    streams: list[str] = Field(min_length=1, description="`source:stream` of the records that carry the field.")
    field: str
    values: dict[str, str] | None = Field(
        None, description="The field's value → the observation's; others are ignored."
    )
    negates: dict[str, str] = Field(default_factory=dict, description="The field's value → the value it takes back.")
    content: str = Field(description="The statement in words; `{value}` stands for the observation's value.")
    precedence: Precedence = "record"
    examples: list[dict[str, Any]] = Field(min_length=1)
    counterexamples: list[dict[str, Any]] = Field(default_factory=list)


class TextCapture(_Strict):
    """A named piece of free text: how it looks and how it is tidied."""

    pattern: str
    tidy: Literal["phrase", "topic", "name", "person", "as_said", "lower", "time", "said", "tool", "deed", "life"]


class Lexicon(_Strict):
    """Words shared by the rules: fragments to write patterns with, and captures that give values."""

    fragments: dict[str, str]
    captures: dict[str, dict[str, list[str]]]
    texts: dict[str, TextCapture]


class TopicFile(_Strict):
    """A file of rules on one topic."""

    topic: str
    defaults: dict[str, Any] = Field(default_factory=dict)
    rules: list[dict[str, Any]] = Field(default_factory=list)
    records: list[dict[str, Any]] = Field(default_factory=list)
