"""What the customer records' comparisons take for evidence, and what they do not."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path

import duckdb
import pyarrow as pa

from identity import specifications
from identity.engine import prepare
from identity.explanation import explain
from identity.resolution import resolve
from tests.identity.lake_of_records import (
    AS_OF,
    FAMILY,
    PERSON_SCHEMA,
    Row,
    account,
    lake_at,
    links,
    people,
    person,
    put,
)

Evidence = dict[tuple[str, str], str]
MANY = "+1 702 919 1300"
OLD = "zora.quisenberry@old.example"


def linked(folder: Path, accounts: Sequence[Row] = (), people: Sequence[Row] = ()) -> tuple[dict[str, str], Evidence]:
    """Record key → entity id, and what the kept pairs have for evidence, after a first night with these records."""
    with lake_at(folder) as con:
        put(con, accounts, people)
        resolve(con, AS_OF, folder / "identity")
        found = con.execute("select left_key, right_key, evidence from lake.identity.edges").fetchall()
        return links(con, "person" if people else "account"), {(a, b): evidence for a, b, evidence in found}


def test_an_earlier_address_in_common_says_more_than_the_login_that_both_are_made_of(tmp_path: Path) -> None:
    moved = person("crm:contacts:1", "Zora Quisenberry", "zora.quisenberry@new.example", other_emails=[OLD])
    filed = [moved, person("desk:users:1", "Zora Quisenberry", OLD)]
    found, evidence = linked(tmp_path, people=[*people(), *filed])
    assert found["crm:contacts:1"] == found["desk:users:1"]
    assert "one e-mail address in common" in evidence["crm:contacts:1", "desk:users:1"]


def test_a_bare_number_is_its_only_holders(tmp_path: Path) -> None:
    """Beside a switchboard, too, and by a form of the first name; not where two people have it."""
    desk, mobile, shared = "+1 415 555 0100", "+1 415 555 0111", "+1 415 555 0122"
    colleagues = [
        person(f"crm:contacts:{given}{family}".lower(), f"{given} {family}", phone=desk)
        for given, family in (("Ines", "Ziegler"), ("Otto", "Ullmann"), ("Pia", "Wexler"), ("Rosa", "Yilmaz"))
    ]
    holders = [
        person("crm:contacts:robert", "Robert Quisenberry", "robert@one.example", phone=desk, other_phones=[mobile]),
        person("desk:users:bob", "Bob Quisenberry", "robert@one.example", phone=mobile),
        person("crm:contacts:1", "Lars Thackeray", "lars@one.example", phone=shared),
        person("crm:contacts:2", "Mona Thackeray", "mona@one.example", phone=shared),
    ]
    bare = [person(f"sms:numbers:{number}", phone=number) for number in (mobile, shared, desk)]
    found, evidence = linked(tmp_path, people=[*people(), *colleagues, *holders, *bare])
    assert found[f"sms:numbers:{mobile}"] == found["crm:contacts:robert"] == found["desk:users:bob"]
    assert "the number is all that one tells" in evidence["crm:contacts:robert", f"sms:numbers:{mobile}"]
    for number in (shared, desk):
        assert list(found.values()).count(found[f"sms:numbers:{number}"]) == 1


def test_a_number_in_common_is_as_rare_as_that_number(tmp_path: Path) -> None:
    """Whichever number a record names first; and what many share joins nobody in any place."""
    rows = [row | {"phone": f"+1 415 555 {at // 2:04}", "other_phones": [MANY]} for at, row in enumerate(people())]
    rows += [
        person("crm:contacts:1", "Zora Quisenberry", phone="+1 415 555 0901", other_phones=["+1 415 555 0902"]),
        person("crm:contacts:2", "Ines Ziegler", phone="+1 415 555 0901"),
        person("crm:contacts:3", "Otto Ullmann", phone=MANY, other_phones=["+1 415 555 0903"]),
    ]
    empty = {"other_emails": [], "other_phones": [], "external_ids": [], "kind": "customer"}
    schema = PERSON_SCHEMA.append(pa.field("account", pa.string()))
    con = duckdb.connect()
    records = pa.Table.from_pylist([empty | dict(row) for row in rows], schema=schema)
    tables = prepare(con, records, specifications.people())
    assert con.execute(f"select value from {tables.generic} where type = 'phone'").fetchall() == [("+17029191300",)]
    assert con.execute(f"select count(*) from {tables.features} where '+17029191300' in phones").fetchone() == (0,)
    query = f"select phone, phone_rare, tf_phone_rare, tf_phones from {tables.features} where record_key = ?"
    zora, otto = (con.execute(query, [f"crm:contacts:{at}"]).fetchone() or () for at in (1, 3))
    assert zora[:2] == ("+14155550901", "+14155550902")
    assert otto[:2] == ("+14155550903", "+14155550903")
    assert zora[3] > zora[2] == otto[2] == otto[3]


def test_a_renamed_company_stays_with_those_who_know_it_by_its_earlier_name(tmp_path: Path) -> None:
    """And apart from its subsidiary, which keeps a word of that name."""
    firms = [
        account(f"{tool}:accounts:{name.lower()}", f"{name} Works", f"{name.lower()}.example")
        for name in FAMILY
        for tool in ("crm", "desk")
    ]
    earlier = {"other_names": ["Kestrel Analytics GmbH"], "other_domains": ["kestrel.example"]}
    renamed = account("crm:accounts:1", "Solstice Partners", "solstice.example", **earlier)
    known = [account(f"{tool}:accounts:1", "Kestrel Analytics", "kestrel.example") for tool in ("desk", "billing")]
    subsidiary = account("crm:accounts:2", "Kestrel Logistics", None, parent_record_key="crm:accounts:1")
    found, evidence = linked(tmp_path, accounts=[*firms, renamed, *known, subsidiary])
    assert found["crm:accounts:1"] == found["desk:accounts:1"] == found["billing:accounts:1"] != found["crm:accounts:2"]
    told = evidence["crm:accounts:1", "desk:accounts:1"]
    assert "a name in common, now or earlier" in told
    assert "a web domain in common, now or earlier" in told


def test_a_word_of_a_name_says_no_more_than_the_whole_where_few_names_are_known(tmp_path: Path) -> None:
    place = {"phone": "+49 40 5550100", "city": "Hamburg", "postcode": "20457"}
    parent = [account(f"{tool}:accounts:1", "Brightleaf Foods", "brightleaf.example") for tool in ("crm", "desk")]
    others = [account("crm:accounts:2", "Quokka Studio", "quokka.example"), account("crm:accounts:3", "Delta Freight")]
    subsidiary = account("crm:accounts:4", "Brightleaf Logistics", "brightleaf.example", **place)
    paying = account("pay:accounts:1", "Brightleaf Foods", **place)
    _, evidence = linked(tmp_path, accounts=[*parent, paying, *others, subsidiary])
    told = [item for items in evidence.values() for item in json.loads(items) if item["comparison"] == "organisation"]
    weights = {item["says"]: item["weight"] for item in told}
    assert weights["a word of the name in common"] < weights["same name"]


def test_what_colleagues_share_is_said_once(tmp_path: Path) -> None:
    """A switchboard, the company's domain and its account say the same, and nothing of two people there being one."""
    desk, crm = "+49 221 5550100", "crm:accounts:1"
    small = [account(crm, "Quokka Studio", "quokka.example"), account("crm:accounts:2", "Delta Freight")]
    victoria, celine = (
        person(f"crm:contacts:{name}", name, f"{name[0]}.{name.split()[1]}@quokka.example".lower(), phone=desk)
        for name in ("Victoria Zimmer", "Celine Laurent")
    )
    team = [row | {"account_record_key": crm} for row in (victoria, celine)]
    with lake_at(tmp_path) as con:
        put(con, small, [*people(), *team])
        resolve(con, AS_OF, tmp_path / "identity")
        (pair,) = explain(con, *(row["record_key"] for row in team), entity_type="person").pairs
    weights = {item["comparison"]: item["weight"] for item in pair["evidence"]}
    assert weights["category_account"] > 0 > weights["email"]
    assert "phone" not in weights


def test_a_login_that_spells_an_umlaut_with_two_letters_repeats_the_name(tmp_path: Path) -> None:
    """It is no evidence beside the name that it is made of."""
    name = "Jörg Quisenmüller"
    two = [
        person("crm:contacts:1", name, "joerg.quisenmueller@one.example"),
        person("hub:contacts:1", name, "joerg.quisenmueller@two.example"),
    ]
    _, evidence = linked(tmp_path, people=[*people(), *two])
    told = {item["comparison"] for item in json.loads(evidence.get(("crm:contacts:1", "hub:contacts:1"), "[]"))}
    assert "email" not in told
