from __future__ import annotations

import json
from collections import Counter
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest

from data.demo import DemoWorld
from tests.demo.keys import account_keys, interaction_keys, own_key, person_keys, place
from tests.demo.reading import Item, items


def truth(world: DemoWorld, name: str) -> list[dict[str, Any]]:
    return [json.loads(line) for line in (world.truth / f"{name}.ndjson").read_text(encoding="utf-8").splitlines()]


@pytest.fixture(scope="module")
def everything(world: DemoWorld) -> list[Item]:
    return list(items(world.exports))


@pytest.fixture(scope="module")
def sound(world: DemoWorld, everything: list[Item]) -> list[Item]:
    """The records that the truth does not call broken."""
    broken = {(row["source_file"], row["source_row"]) for row in truth(world, "broken")}
    return [item for item in everything if (item.file, item.row) not in broken]


def test_every_account_record_is_in_exactly_one_account(world: DemoWorld, sound: list[Item]) -> None:
    stated = Counter(key for row in truth(world, "accounts") for key in row["records"])
    assert max(stated.values()) == 1
    assert set(stated) == {key for item in sound for key in account_keys(item)}


def test_every_person_record_is_in_exactly_one_person(world: DemoWorld, sound: list[Item]) -> None:
    stated = Counter(key for row in truth(world, "people") for key in row["records"])
    assert max(stated.values()) == 1
    assert set(stated) == {key for item in sound for key in person_keys(item)}


def test_every_interaction_is_in_the_exports_and_the_reverse(world: DemoWorld, sound: list[Item]) -> None:
    stated = Counter(row["record_key"] for row in truth(world, "interactions"))
    assert max(stated.values()) == 1
    assert set(stated) == {key for item in sound for key in interaction_keys(item)}


def test_broken_rows_lie_where_the_truth_says(world: DemoWorld, everything: list[Item]) -> None:
    at = {(item.file, item.row): item for item in everything}
    rows = truth(world, "broken")
    assert len({row["source"] for row in rows}) >= 9
    assert {row["reason"] for row in rows} >= {
        "too_few_fields",
        "too_many_fields",
        "invalid_json",
        "not_an_object",
        "missing_value",
        "not_a_timestamp",
    }
    for row in rows:
        item = at[row["source_file"], row["source_row"]]
        assert (item.source, item.stream) == (row["source"], row["stream"])
        assert (item.value is None) == (row["stage"] == "reading"), row
    unread = {(item.file, item.row) for item in everything if item.value is None}
    assert unread == {(row["source_file"], row["source_row"]) for row in rows if row["stage"] == "reading"}


def test_broken_rows_share_no_id_with_a_sound_one(world: DemoWorld, everything: list[Item], sound: list[Item]) -> None:
    kept = {
        own_key(item)
        for item in sound
        if item.source in {"salesforce", "hubspot", "zendesk", "stripe", "intercom", "agents"}
    }
    broken = {(row["source_file"], row["source_row"]) for row in truth(world, "broken")}
    spoiled = [item for item in everything if (item.file, item.row) in broken and item.value is not None]
    assert spoiled
    for item in spoiled:
        if place(item).split(":")[0] in {"salesforce", "hubspot", "zendesk", "stripe", "intercom", "agents"}:
            assert own_key(item) not in kept


def test_stated_things_refer_to_what_exists(world: DemoWorld, sound: list[Item]) -> None:
    happened = {row["record_key"]: row for row in truth(world, "interactions")}
    streams = {"zendesk:tickets", "zendesk:users", "salesforce:contacts", "intercom:conversations"}
    known = set(happened) | {own_key(item) for item in sound if place(item) in streams}
    people, accounts = (
        {row["person_id"] for row in truth(world, "people")},
        {row["account_id"] for row in truth(world, "accounts")},
    )
    for row in truth(world, "observations"):
        assert row["record_key"] in known
        assert row["entity_id"] in (people if row["entity_type"] == "person" else accounts)
    for row in truth(world, "facts"):
        assert set(row["record_keys"]) <= known
        assert row["closed_by"] is None or row["closed_by"] in known
        assert row["invalid_at"] is None or row["invalid_at"] >= row["valid_at"]
    for row in happened.values():
        assert row["person_id"] in people
        assert row["account_id"] is None or row["account_id"] in accounts


def test_stories_run_in_their_kinds_order(world: DemoWorld) -> None:
    kinds = {row["kind"]: row["steps"] for row in truth(world, "story_kinds")}
    stories = truth(world, "stories")
    assert len({row["kind"] for row in stories}) >= 6
    happened = {row["record_key"] for row in truth(world, "interactions")}
    for story in stories:
        steps = [step["signal"] for step in story["steps"]]
        assert len(steps) >= 2
        assert steps == [signal for signal in kinds[story["kind"]] if signal in steps]
        moments = [step["occurred_at"] for step in story["steps"]]
        assert moments == sorted(moments)
        assert moments[-1] <= "2025-06-30T23:59:59Z"
        assert all(step["record_key"] in happened for step in story["steps"] if step["record_key"])


def test_single_valued_facts_do_not_overlap(world: DemoWorld) -> None:
    held: dict[tuple[str, str], list[dict[str, Any]]] = {}
    for row in truth(world, "facts"):
        if row["attribute"] in {"contact_preference", "contact_time", "language", "renewal_intent"}:
            held.setdefault((row["entity_id"], row["attribute"]), []).append(row)
    assert any(len(rows) > 1 for rows in held.values())
    for rows in held.values():
        rows.sort(key=lambda row: row["valid_at"])
        for earlier, later in pairwise(rows):
            assert earlier["invalid_at"] == later["valid_at"]
        assert rows[-1]["invalid_at"] is None


def test_memberships_of_movers_follow_each_other(world: DemoWorld) -> None:
    for row in truth(world, "people"):
        for earlier, later in pairwise(row["memberships"]):
            assert earlier["invalid_at"] <= later["valid_at"]


def test_the_world_file_names_the_drops(world: DemoWorld) -> None:
    (row,) = truth(world, "world")
    assert row["drop_dates"] == [day.isoformat() for day in world.drop_dates]
    assert len(row["drop_dates"]) == 15
    assert {path.name for path in Path(world.truth).iterdir()} == {
        f"{name}.ndjson"
        for name in (
            "accounts",
            "people",
            "interactions",
            "stories",
            "story_kinds",
            "facts",
            "observations",
            "broken",
            "world",
        )
    }
