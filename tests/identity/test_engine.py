"""The engine on any specification: good matches, generic values, and bad input."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import duckdb
import pyarrow as pa
import pytest

from identity.comparisons import comparisons
from identity.engine import Linked, link, prepare
from identity.features import SpecificationError
from identity.specification import Meaning, Specification, column
from identity.specifications import accounts, people
from tests.identity.lake_of_records import PERSON_SCHEMA, person

CONTACTS = Specification(
    "contact",
    "id",
    (column(Meaning.PERSON_NAME, "name"), column(Meaning.EMAIL, "email"), column(Meaning.PHONE, "phone")),
)
SCHEMA = pa.schema([("id", pa.string()), ("name", pa.string()), ("email", pa.string()), ("phone", pa.string())])
Contact = tuple[str | None, ...]
FILLER = [
    ("Ada Byron", "ada@byron.example"), ("Alan Mathison", "alan@bletchley.example"), ("Grace Murray", "gm@navy.example"),
    ("Edsger Wybe", "ew@tue.example"), ("Barbara Huberman", "bh@mit.example"), ("Donald Ervin", "dek@stan.example"),
    ("Radia Joy", "rj@tree.example"), ("Tony Hoare", "th@quick.example"), ("Niklaus Emil", "ne@eth.example"),
]  # fmt: skip


def linked(rows: Sequence[Contact]) -> Linked:
    """Rows of (name, email, phone), keyed r0, r1, …"""
    full = [
        dict(zip(SCHEMA.names, (f"r{index:03}", *row, None, None, None), strict=False))
        for index, row in enumerate(rows)
    ]
    con = duckdb.connect()
    con.execute("set threads = 1")
    return link(con, pa.Table.from_pylist(full, schema=SCHEMA), CONTACTS)


def together(result: Linked, *rows: int) -> bool:
    return len({int(result.labels[row]) for row in rows}) == 1


def test_no_record() -> None:
    assert linked([]).clusters() == []


def test_one_record() -> None:
    assert linked([("John Smith", "j@acme.com")]).clusters() == [["r000"]]


def test_two_records_are_matched_by_prior_weights() -> None:
    result = linked([("John Smith", "john@acme.com"), ("J. Smith", "john@acme.com")])
    assert together(result, 0, 1)
    assert set(result.parameters.sources.values()) == {"prior"}
    assert not together(linked([("John Smith", "john@acme.com"), ("Mary Jones", "mary@other.com")]), 0, 1)


def test_all_null_columns_match_nothing() -> None:
    assert len(linked([(None, None, None)] * 20).clusters()) == 20


def test_spellings_meet() -> None:
    result = linked([*FILLER, ("Jonathan Q. Kowalczyk", "jk@acme.com"), ("Kowalczyk, Jonathan", "JK+work@acme.com")])
    assert together(result, 9, 10)
    assert len(result.clusters()) == len(FILLER) + 1


@pytest.mark.parametrize(
    ("name", "same", "other"),
    [
        ("Иван Петренко", "Ivan Petrenko", "Олег Сидоренко"),
        ("Γιώργος Παπαδόπουλος", "Giorgos Papadopoulos", "Ελένη Νικολάου"),
        ("山田太郎", "山田太郎", "佐藤花子"),
        ("محمد الأحمد", "محمد الأحمد", "فاطمة الزهراء"),
        ("François Lefèvre", "FRANCOIS LEFEVRE", "Jérôme Garçon"),
    ],
)
def test_scripts_meet(name: str, same: str, other: str) -> None:
    rows = [*FILLER, (name, "one@kyiv.example"), (same, "one@kyiv.example"), (other, "two@lviv.example")]
    result = linked(rows)
    assert together(result, 9, 10)
    assert not together(result, 9, 11)
    assert len(result.clusters()) == len(FILLER) + 2


def test_a_shared_mailbox_glues_nobody() -> None:
    shared = [(name, "info@acme.com") for name, _ in FILLER]
    result = linked([*FILLER, *shared])
    assert all(together(result, row, row + len(FILLER)) for row in range(len(FILLER)))
    assert not together(result, 0, 1)


def test_an_address_that_nobody_reads_glues_nobody() -> None:
    result = linked([*FILLER, (None, "noreply@acme.com"), (None, "noreply@acme.com")])
    assert not together(result, 9, 10)


def test_a_login_stands_for_a_name_but_not_against_another_name() -> None:
    named = [("Ada Ashdown", "ada@ashdown.example"), ("Nora Velthuis", "nv@canals.example")]
    result = linked([*FILLER, *named, ("nvelthuis", None), ("Nils Koster", "nvelthuis@harbour.example")])
    assert together(result, 10, 11)
    assert not together(result, 10, 12)


def test_an_equal_login_is_no_evidence_beside_the_first_name_it_is_made_of() -> None:
    result = linked([*FILLER, ("Agnetha Berg", "agnetha@one.example"), ("Agnetha Holm", "agnetha@two.example")])
    assert not together(result, 9, 10)


@pytest.mark.parametrize("families", [2, 8, 40])
def test_a_name_alone_joins_nobody_of_two_companies_where_few_names_are_known(families: int) -> None:
    """The only value that is held once is no rarer for that than its one holder says."""
    given = ("Ada", "Bruno", "Chiara", "Dmitri", "Esther")
    names = [
        f"{first} Family{chr(97 + last // 26)}{chr(97 + last % 26)}" for first in given for last in range(families)
    ]
    records = [
        person(f"crm:contacts:{at}", name, f"{name.replace(' ', '.')}@acme.example".lower(), account=f"acc_{at % 2}")
        for at, name in enumerate(names)
    ]
    records += [
        person("crm:contacts:maria", "Maria Rossi", "maria@acme.example", account="acc_0"),
        person("crm:contacts:rossi", "Maria Rossi", "m.rossi@globex.example", account="acc_1"),
    ]
    lists = {"other_emails": [], "other_phones": [], "external_ids": []}
    schema = PERSON_SCHEMA.append(pa.field("account", pa.string()))
    con = duckdb.connect()
    result = link(con, pa.Table.from_pylist([lists | dict(row) for row in records], schema=schema), people())
    assert not together(result, len(names), len(names) + 1)
    for name, shares in result.parameters.m.items():  # nearly all have addresses of one company: others are no evidence
        assert shares[-1] <= result.parameters.u[name][-1], name


def test_all_comparisons_but_lists_of_members_end_in_a_difference() -> None:
    found = {each.name: each.ends_in_difference for each in comparisons(accounts())}
    assert {name for name, ends in found.items() if not ends} == {"members_people"}


def test_a_switchboard_glues_nobody() -> None:
    result = linked([(name, email, "+1 702 919 1300") for name, email in FILLER])
    assert len(result.clusters()) == len(FILLER)


def test_a_misspelt_name_makes_a_number_no_commoner() -> None:
    def share(other: str) -> float:
        names = ["Anthony Sato", other, *(name for name, _ in FILLER)]
        rows = [(f"r{row}", name, None, f"+1 415 555 01{max(row, 1):02}") for row, name in enumerate(names)]
        con = duckdb.connect()
        records = [dict(zip(SCHEMA.names, row, strict=True)) for row in rows]
        tables = prepare(con, pa.Table.from_pylist(records, schema=SCHEMA), CONTACTS)
        return float(con.execute(f"select max(tf_phone) from {tables.features}").fetchall()[0][0])

    assert share("Anthony Sato") == share("Anthony Stao") < share("Bruno Lindqvist")


def test_a_million_times_repeated_value_is_no_explosion() -> None:
    count = 1_000_000
    texts = {
        "name": pa.nulls(count, pa.string()),
        "email": ["none@none.com"] * count,
        "phone": ["+1 702 919 1300"] * count,
    }
    con = duckdb.connect()
    result = link(con, pa.table({"id": [f"r{row:07}" for row in range(count)], **texts}, schema=SCHEMA), CONTACTS)
    assert con.execute(f"select count(*) from {result.tables.pairs}").fetchone() == (0,)
    assert len(set(result.labels.tolist())) == count


def test_a_value_repeated_very_often_is_quick_and_glues_nobody() -> None:
    rows = [
        (f"Person{chr(97 + i % 26)}{chr(97 + i // 26 % 26)}q Family{chr(97 + i // 7 % 26)}x", "none@none.com")
        for i in range(3000)
    ]
    result = linked(rows)
    assert max(len(keys) for keys in result.clusters()) < 60


HOUSEHOLD = Specification(
    "household",
    "id",
    (column(Meaning.PERSON_NAME, "name"), column(Meaning.PHONE, "phone"), column(Meaning.ADDRESS, "address")),
)
BRANCHES = Specification(
    "branch",
    "id",
    (column(Meaning.ORGANISATION_NAME, "name"), column(Meaning.PHONE, "phone"), column(Meaning.ADDRESS, "address")),
)


@pytest.mark.parametrize(
    ("specification", "rows", "one", "apart"),
    [
        (
            HOUSEHOLD,
            [("Ada Byron", "12 Elm Street"), ("A. Byron", "12 Elm St"), ("George Byron", "12 Elm Street")],
            (0, 1),
            (0, 2),
        ),
        (
            BRANCHES,
            [("Corner Bakery", "12 Elm Street"), ("Corner Bakery", "12 Elm St"), ("Corner Bakery West", "77 Oak Road")],
            (0, 1),
            (0, 2),
        ),
    ],
)
def test_what_a_household_or_an_organisation_shares_glues_nobody(
    specification: Specification, rows: list[tuple[str, str]], one: tuple[int, int], apart: tuple[int, int]
) -> None:
    table = [
        {"id": f"r{at}", "name": name, "phone": "+1 702 919 1300", "address": place}
        for at, (name, place) in enumerate(rows)
    ] + [
        {"id": f"s{at}", "name": name, "phone": None, "address": f"{at}00 {email[:2]} Avenue"}
        for at, (name, email) in enumerate(FILLER)
    ]
    result = link(duckdb.connect(), pa.Table.from_pylist(table), specification)
    assert together(result, *one)
    assert not together(result, *apart)


def test_training_again_gives_the_same_numbers() -> None:
    rows = [*FILLER, *[(name, email.replace("@", "2@")) for name, email in FILLER]]
    assert linked(rows).parameters.to_json() == linked(rows).parameters.to_json()


@pytest.mark.parametrize(
    ("rows", "message"),
    [
        ([{"id": "a", "name": "x", "email": "y"}], "lack the column phone"),
        ([{"id": None, "name": "x", "email": "y", "phone": ""}], "1 rows have no id"),
        ([{"id": "a", "name": "x", "email": "y", "phone": ""}] * 2, "id is not unique, for example 'a'"),
    ],
)
def test_tables_that_do_not_fit_are_refused(rows: list[dict[str, Any]], message: str) -> None:
    table = pa.Table.from_pylist(rows, schema=pa.schema([SCHEMA.field(name) for name in rows[0]]))
    with pytest.raises(SpecificationError, match=message):
        link(duckdb.connect(), table, CONTACTS)
