"""From any identifier of the truth to its entity, and from a person to what may be said about them."""

from __future__ import annotations

import re
from collections import Counter
from functools import cache
from typing import Any

import pytest

from memory.reader import AmbiguousIdentifierError, Snapshot
from tests.integration.conftest import Nights

pytestmark = pytest.mark.slow

ACCOUNTS, PEOPLE = 10, 20


@pytest.fixture(scope="module")
def snapshot(nights: Nights) -> Snapshot:
    return Snapshot.open(nights.settings.snapshots_dir)


@pytest.fixture(scope="module")
def links(nights: Nights) -> dict[tuple[str, str], str]:
    rows = nights.rows("select entity_type, record_key, entity_id from marts.identity_links")
    return {(entity_type, key): entity for entity_type, key, entity in rows}


@cache
def delivered(nights: Nights) -> tuple[str, str]:
    """All that the tools delivered, case folded, and the same without what separates a telephone number's digits.

    Telephony's logs are left out: a number that they alone know names nobody.
    """
    tables = nights.rows(
        "select schema_name, table_name from duckdb_columns() "
        "where column_name = 'payload' and schema_name != 'raw_twilio'"
    )
    query = " union all ".join(f"select payload from {schema}.{table}" for schema, table in tables)
    text = "\n".join(payload for (payload,) in nights.rows(query)).casefold()
    return text, re.sub(r"[\s().+/-]", "", text)


def emails(nights: Nights, person: dict[str, Any]) -> list[str]:
    """The person's addresses that any tool delivered."""
    return [email for email in person["emails"] if email.casefold() in delivered(nights)[0]]


def phones(nights: Nights, person: dict[str, Any]) -> list[str]:
    """The person's numbers that any tool delivered, however it wrote them."""
    return [phone for phone in person["phones"] if phone[-9:] in delivered(nights)[1]]


def holders(rows: list[dict[str, Any]], name: str) -> Counter[str]:
    """How many entities of the truth hold each value."""
    return Counter(value.casefold() for row in rows for value in set(row[name]))


def found(snapshot: Snapshot, identifier: str, entity_type: str) -> set[str]:
    """The entity, or the candidates where there are several."""
    try:
        return {snapshot.find(identifier, entity_type).entity_id}
    except AmbiguousIdentifierError as error:
        return {candidate.entity_id for candidate in error.candidates}


def customers(nights: Nights) -> list[dict[str, Any]]:
    """People of the truth whom the tools know by a mail address and by a telephone number, the best known first."""
    known = [
        person
        for person in nights.truth("people")
        if person["kind"] == "customer" and emails(nights, person) and phones(nights, person)
    ]
    return sorted(known, key=lambda person: (-len(person["records"]), person["person_id"]))[:PEOPLE]


def test_mail_and_telephone_reach_the_same_person(nights: Nights, snapshot: Snapshot, links: dict[Any, str]) -> None:
    chosen = customers(nights)
    assert len(chosen) == PEOPLE
    for person in chosen:
        entities = {links["person", key] for key in person["records"]}
        reached = [found(snapshot, value, "person") for value in (*emails(nights, person), *phones(nights, person))]
        assert all(entities & each for each in reached), person["person_id"]
        assert set.intersection(*reached), f"{person['person_id']}: no one entity has the address and the number"


def test_domain_and_name_reach_the_account(nights: Nights, snapshot: Snapshot, links: dict[Any, str]) -> None:
    accounts = nights.truth("accounts")[:ACCOUNTS]
    for account in accounts:
        entity = {links["account", key] for key in account["records"]}
        for value in (*account["domains"], account["name"]):
            assert entity & found(snapshot, value, "account"), f"{account['account_id']}: {value}"


def test_a_vendors_id_reaches_its_own_entity(nights: Nights, snapshot: Snapshot, links: dict[Any, str]) -> None:
    keys = [("account", key) for row in nights.truth("accounts")[:ACCOUNTS] for key in row["records"]]
    keys += [("person", key) for row in customers(nights) for key in row["records"] if ":addresses:" not in key]
    for entity_type, key in keys:
        native_id = key.split(":", 2)[2]
        assert links[entity_type, key] in found(snapshot, native_id, entity_type), key


def test_what_is_ambiguous_lists_its_candidates(nights: Nights, snapshot: Snapshot, links: dict[Any, str]) -> None:
    accounts = nights.truth("accounts")
    shared = [domain for domain, count in holders(accounts, "domains").items() if count > 1]
    assert shared, "the world plants subsidiaries under one domain"
    for domain in shared:
        entities = {links["account", key] for row in accounts if domain in row["domains"] for key in row["records"]}
        assert found(snapshot, domain, "account") == entities
    switchboards = nights.rows(
        "select value, list(entity_id) from marts.identifiers where type = 'phone' and entity_type = 'person' "
        "group by value having count(*) > 1"
    )
    assert switchboards, "the world plants numbers that colleagues share"
    for number, entities in switchboards:
        with pytest.raises(AmbiguousIdentifierError) as caught:
            snapshot.find(number, "person")
        assert {candidate.entity_id for candidate in caught.value.candidates} == set(entities)


def test_a_recall_keeps_to_the_person_and_their_account(nights: Nights, snapshot: Snapshot) -> None:
    about = dict(nights.rows("select memory_id, person_id from memory.documents"))
    handed_over = 0
    for person in customers(nights):
        answer = snapshot.recall(
            emails(nights, person)[0], "What do they want, and what went wrong?", budget_tokens=4000
        )
        for memory in answer.memories:
            assert about[memory.memory_id] in {None, answer.entity["entity_id"]}, memory.memory_id
            assert memory.source.source_file, memory.memory_id
            assert memory.source.source_row, memory.memory_id
        assert all(source.source_file and source.source_row for source in answer.sources)
        handed_over += len(answer.memories)
    assert handed_over > 10 * PEOPLE
