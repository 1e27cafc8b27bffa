"""What identity resolution is given: one row a source record, with kind, links and strong ids."""

from __future__ import annotations

import duckdb

Con = duckdb.DuckDBPyConnection


def test_own_domains_are_found_from_staff_addresses_but_not_from_one_consultant(staged: Con) -> None:
    assert staged.execute("select domain, evidence from identity.own_domains").fetchall() == [
        ("own.example", "staff addresses")
    ]


def test_every_person_record_has_its_kind(staged: Con) -> None:
    kinds = dict(staged.execute("select record_key, kind from identity.person_records").fetchall())
    assert kinds == {
        "salesforce:contacts:003A": "customer",
        "salesforce:contacts:003B": "customer",
        "salesforce:contacts:003E": "customer",
        "salesforce:contacts:003F": "customer",
        "salesforce:users:005A": "staff",
        "salesforce:users:005B": "staff",
        "salesforce:users:005C": "staff",
        "salesforce:users:005D": "bot",
        "hubspot:contacts:51": "customer",
        "hubspot:contacts:52": "customer",
        "zendesk:users:70": "customer",
        "zendesk:users:71": "staff",
        "zendesk:users:72": "shared",
        "intercom:contacts:c1": "customer",
        "intercom:admins:a1": "staff",
        "stripe:customers:cus_1": "shared",
        "custom:people:x1": "customer",
        "custom:people:x2": "staff",
        "segment:users:usr_1": "customer",
        "twilio:numbers:+15550100": None,
        "twilio:numbers:+15550101": None,
        "mailbox:addresses:jane.roe@acme.example": None,
        "mailbox:addresses:ann@own.example": "staff",
        "mailbox:addresses:news-robot@news.example": "bot",
        "calendar:addresses:ann@own.example": "staff",
        "calendar:addresses:jane.roe@acme.example": None,
        "calendar:addresses:room4@own.example": "shared",
    }


def test_people_carry_what_links_them(staged: Con) -> None:
    people = {
        key: rest
        for key, *rest in staged.execute(
            "select record_key, account_record_key, company_domain, external_ids, same_as_record_key "
            "from identity.person_records"
        ).fetchall()
    }
    assert people["zendesk:users:70"] == ["zendesk:organizations:7", "acme.example", ["app_user:usr_1"], None]
    assert people["salesforce:contacts:003B"] == [
        "salesforce:accounts:001A",
        "acme.example",
        [],
        "salesforce:contacts:003A",
    ]
    assert people["hubspot:contacts:51"] == ["hubspot:companies:9", None, [], None]


def test_names_of_addresses_come_from_messages(staged: Con) -> None:
    names = dict(
        staged.execute(
            "select record_key, full_name from identity.person_records where source in ('mailbox', 'twilio')"
        ).fetchall()
    )
    assert names["mailbox:addresses:jane.roe@acme.example"] == "Jane Roe"
    assert names["twilio:numbers:+15550100"] == "ROE JANE"


def test_accounts_carry_strong_ids_and_company_domains_only(staged: Con) -> None:
    accounts = {
        key: rest
        for key, *rest in staged.execute(
            "select record_key, domain, external_ids from identity.account_records"
        ).fetchall()
    }
    assert accounts["stripe:customers:cus_1"] == ["acme.example", ["app_workspace:ws_1", "salesforce_account:001A"]]
    assert accounts["zendesk:organizations:7"] == ["acme.example", ["app_workspace:ws_1"]]
    assert accounts["segment:groups:ws_1"] == ["acme.example", ["app_workspace:ws_1"]]
    assert set(accounts) == {
        "salesforce:accounts:001A",
        "salesforce:accounts:001B",
        "salesforce:accounts:001C",
        "salesforce:accounts:001E",
        "hubspot:companies:9",
        "zendesk:organizations:7",
        "stripe:customers:cus_1",
        "segment:groups:ws_1",
    }


def test_an_address_that_was_corrected_stays_the_persons(staged: Con) -> None:
    """Whoever was entered over somebody else does not take over that address."""
    others = dict(staged.execute("select native_id, other_emails from identity.person_records").fetchall())
    assert others["003E"] == ["eve@acme.example"]
    assert others["003F"] == []


def test_a_renamed_company_keeps_its_earlier_names(staged: Con) -> None:
    """Of a version that is out of date, and not of one that could not be read."""
    rows = staged.execute("select native_id, other_names, other_domains from identity.account_records").fetchall()
    others = {key: rest for key, *rest in rows}
    assert others["001A"] == [["Stale version"], []]
    assert others["001B"] == [[], []]
    assert others["001C"] == [[], []]
