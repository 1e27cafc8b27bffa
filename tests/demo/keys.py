"""From a record of an export to the keys that the truth uses."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

from tests.demo.reading import Item

ACCOUNT_STREAMS = {
    "salesforce:accounts",
    "hubspot:companies",
    "zendesk:organizations",
    "intercom:companies",
    "stripe:customers",
}
PERSON_STREAMS = {"salesforce:contacts", "salesforce:users", "hubspot:contacts", "zendesk:users", "intercom:contacts"}
IDS = {
    "salesforce": "Id",
    "hubspot": "Record ID",
    "zendesk": "id",
    "intercom": "id",
    "stripe": "id",
    "agents": "event_id",
}
OWN_NUMBERS = {"+18885550142", "+15035550177", "+15035550178"}


def place(item: Item) -> str:
    return f"{item.source}:{item.stream}"


def own_key(item: Item) -> str:
    if item.source == "twilio":
        return f"{place(item)}:{item.value.get('Sid') or item.value.get('sid')}"
    if item.source == "mailbox":
        return f"{place(item)}:{str(item.value['Message-ID']).strip().strip('<>')}"
    return f"{place(item)}:{item.value[IDS[item.source]]}"


def account_keys(item: Item) -> Iterator[str]:
    if place(item) in ACCOUNT_STREAMS:
        yield own_key(item)
    elif item.source == "segment" and item.value["type"] == "group":
        yield f"segment:groups:{item.value['groupId']}"


def person_keys(item: Item) -> Iterator[str]:
    if place(item) in PERSON_STREAMS or (place(item) == "stripe:customers" and item.value["email"]):
        yield own_key(item)
    elif item.source == "segment" and item.value["userId"]:
        yield f"segment:users:{item.value['userId']}"
    elif place(item) in {"twilio:messages", "twilio:calls"}:
        numbers = {
            str(item.value.get(name) or item.value.get(name.lower())).removeprefix("whatsapp:")
            for name in ("From", "To")
        }
        yield from (f"twilio:numbers:{number}" for number in numbers - OWN_NUMBERS)
    elif item.source == "mailbox":
        for header in ("From", "To", "Cc"):
            if item.value[header]:
                yield from (f"mailbox:addresses:{a.addr_spec.lower()}" for a in item.value[header].addresses)
    elif item.source == "calendar":
        for line in item.value.get("ATTENDEE", []) + item.value.get("ORGANIZER", []):
            yield f"calendar:addresses:{line.rpartition('mailto:')[2].lower()}"
    elif place(item) == "intercom:conversations":
        yield from _admins(item)


def _admins(item: Item) -> Iterator[str]:
    for said in (item.value["source"], *item.value["conversation_parts"]["conversation_parts"]):
        if said["author"]["type"] == "admin":
            yield f"intercom:admins:{said['author']['id']}"


def interaction_keys(item: Item) -> Iterator[str]:
    if place(item) in {
        "zendesk:ticket_comments",
        "twilio:messages",
        "twilio:calls",
        "mailbox:messages",
        "salesforce:tasks",
    } or (place(item) == "agents:events" and item.value["type"] != "recall"):
        yield own_key(item)
    elif place(item) == "intercom:conversations":
        yield own_key(item)
        for part in item.value["conversation_parts"]["conversation_parts"]:
            yield f"intercom:conversation_parts:{part['id']}"
    elif item.source == "calendar":
        uid, [start] = item.value["UID"][0], item.value["DTSTART"]
        changed = "".join(item.value.get("RECURRENCE-ID", []))
        yield f"calendar:events:{uid}{_of_series(changed) if changed else ''}"
        if "RRULE" in item.value:  # weekly, four times
            first = datetime.strptime(start, "%Y%m%dT%H%M%SZ").replace(tzinfo=UTC)
            for week in (1, 2, 3):
                yield f"calendar:events:{uid}{_of_series(f'{first + timedelta(weeks=week):%Y%m%dT%H%M%SZ}')}"


def _of_series(stamp: str) -> str:
    return re.sub(r"(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z", r"/\1-\2-\3T\4:\5:\6Z", stamp)
