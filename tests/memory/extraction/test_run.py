"""The nightly step: only what is new is read, and a changed rule set reads again."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import duckdb
import pytest

from memory.extraction.load import RulesError, RuleSet, load_rules
from memory.extraction.run import extract

NIGHT = datetime(2025, 3, 12, 23, 59, tzinfo=UTC)
NEXT = datetime(2025, 3, 13, 23, 59, tzinfo=UTC)
Build = Callable[..., dict[str, Any]]
Write = Callable[..., None]


def _count(con: duckdb.DuckDBPyConnection, table: str) -> int:
    return con.execute(f"select count(*) from lake.memory.{table}").fetchall()[0][0]


def test_only_new_inputs_are_read(con: duckdb.DuckDBPyConnection, write_inputs: Write, an_input: Build) -> None:
    first = an_input("I prefer e-mail.")
    write_inputs(first, an_input("Hello there.", input_id="inp_2"))
    report = extract(con, NIGHT)
    assert (report.inputs, report.observations, report.remaining) == (2, 1, 0)
    again = extract(con, NIGHT)
    assert (again.inputs, again.observations, again.remaining) == (0, 0, 2)
    write_inputs(first, an_input("Please call me instead.", input_id="inp_3"))
    assert extract(con, NEXT).inputs == 1
    assert con.execute("select value, created_at from lake.memory.extractions order by created_at").fetchall() == [
        ("email", NIGHT),
        ("phone", NEXT),
    ]


def test_other_rules_read_everything_again(
    con: duckdb.DuckDBPyConnection, write_inputs: Write, an_input: Build, rules: RuleSet
) -> None:
    write_inputs(an_input("I prefer e-mail."))
    extract(con, NIGHT)
    extract(con, NEXT, rules=replace(rules, version="rules-other"))
    assert _count(con, "extractions") == 2
    assert con.execute("select count(distinct observation_id) from lake.memory.extractions").fetchall() == [(1,)]
    extract(con, NEXT)  # back to the first: nothing to read, but it counts again
    versions = con.execute("select rules_version from lake.memory.extraction_versions order by sequence").fetchall()
    assert [version for (version,) in versions] == [rules.version, "rules-other", rules.version]
    assert _count(con, "extractions") == 2


def test_a_failure_leaves_nothing_behind(con: duckdb.DuckDBPyConnection, write_inputs: Write, an_input: Build) -> None:
    write_inputs(an_input("I prefer e-mail."), an_input(structured="{broken", input_id="inp_2"))
    with pytest.raises(ValueError, match="property name"):
        extract(con, NIGHT)
    assert [_count(con, table) for table in ("extractions", "extracted_inputs", "extraction_versions")] == [0, 0, 0]


def test_progress_is_told(con: duckdb.DuckDBPyConnection, write_inputs: Write, an_input: Build) -> None:
    told: list[tuple[int, int]] = []
    write_inputs(an_input("I prefer e-mail."))
    extract(con, NIGHT, progress=lambda done, total: told.append((done, total)))
    assert told == [(1, 1)]


LEXICON = "fragments: {}\ncaptures: {topic: {}}\ntexts: {}\n"
RULE = """
topic: t
rules:
  - {id: a.b, attribute: a, entity: person, cardinality: single, said_by: [customer], patterns: ["%s"],
     value: x, confidence: 0.9, importance: 0.5, examples: [{text: "yes", value: x}], counterexamples: ["maybe"]}
"""


@pytest.mark.parametrize(
    ("rule", "message"),
    [
        (RULE % "(yes", r"a\.b: pattern '\(yes' does not compile"),
        (RULE % "{nobody}", r"a\.b: \{nobody\} is in no part of lexicon\.yml"),
        ((RULE % "yes").replace("value: x, confidence", "confidence"), r"t\.yml, rule a\.b: value: Field required"),
        (RULE % ".+", r"a\.b: pattern '\.\+' holds no fixed word"),
        ((RULE % "yes").replace("single", "some"), r"t\.yml, rule a\.b: cardinality: "),
        ("topic: [", r"t\.yml is not YAML"),
    ],
)
def test_a_wrong_rules_file_is_named(tmp_path: Path, rule: str, message: str) -> None:
    (tmp_path / "lexicon.yml").write_text(LEXICON)
    (tmp_path / "t.yml").write_text(rule)
    with pytest.raises(RulesError, match=message):
        load_rules(tmp_path)


def test_the_version_changes_with_the_rules(tmp_path: Path) -> None:
    for name, pattern in (("one", "yes"), ("two", "yes!")):
        (tmp_path / name).mkdir()
        (tmp_path / name / "lexicon.yml").write_text(LEXICON)
        (tmp_path / name / "t.yml").write_text(RULE % pattern)
    assert load_rules(tmp_path / "one").version != load_rules(tmp_path / "two").version
