from __future__ import annotations

import gzip
import json
import re
from pathlib import Path
from typing import Any

import pytest

from data.demo import DemoWorld, generate
from tests.demo.conftest import files
from tests.demo.keys import own_key
from tests.demo.reading import items


def test_equal_arguments_give_equal_bytes(world: DemoWorld, twin: DemoWorld) -> None:
    assert files(world.exports) == files(twin.exports)
    assert files(world.truth) == files(twin.truth)


def test_another_seed_gives_another_world(world: DemoWorld, tmp_path: Path) -> None:
    other = generate(tmp_path, accounts=4, seed=8)
    assert (other.truth / "people.ndjson").read_text() != (world.truth / "people.ndjson").read_text()


def test_what_lay_there_is_replaced(tmp_path: Path) -> None:
    (tmp_path / "exports" / "zendesk").mkdir(parents=True)
    (tmp_path / "exports" / "zendesk" / "old.ndjson").write_text("{}\n")
    generate(tmp_path, accounts=1, days=1)
    assert not (tmp_path / "exports" / "zendesk" / "old.ndjson").exists()


@pytest.mark.parametrize(("accounts", "days"), [(0, 14), (5, 0), (5, 400)])
def test_impossible_sizes_are_refused(tmp_path: Path, accounts: int, days: int) -> None:
    with pytest.raises(ValueError, match=f"accounts={accounts}, days={days}"):
        generate(tmp_path, accounts=accounts, days=days)


def test_every_stream_is_exported(world: DemoWorld) -> None:
    streams = {(item.source, item.stream) for item in items(world.exports)}
    assert len(streams) == 27
    assert 10 <= len(list((world.exports / "knowledge").rglob("*.md"))) <= 15


def test_later_drops_hold_only_what_is_new_or_changed(world: DemoWorld) -> None:
    """A record may come again, but never unchanged: neither in the next drop nor in any later one."""
    seen: dict[str, str] = {}
    repeated = 0
    for item in sorted(items(world.exports), key=lambda item: (item.day, item.file, item.row)):
        if item.source in {"segment", "mailbox", "calendar"} or item.value is None or not _identified(item.value):
            continue
        content = json.dumps(
            {name.replace("_", "").lower(): value for name, value in item.value.items()}, sort_keys=True
        )
        key = own_key(item)
        if key in seen:
            repeated += 1
            assert seen[key] != content, f"{key} came again unchanged in {item.file}"
        seen[key] = content
    assert repeated > 10


def _identified(value: dict[str, Any]) -> bool:
    return any(value.get(name) for name in ("Id", "Record ID", "id", "Sid", "sid", "event_id"))


def test_the_first_drop_holds_nothing_that_happens_later(world: DemoWorld) -> None:
    first = world.drop_dates[0].isoformat()
    checked = 0
    for item in items(world.exports):
        moment = str((item.value or {}).get("updated_at") or (item.value or {}).get("created_at"))
        if item.day == first and item.source == "zendesk" and re.match(r"20\d\d-[01]\d-[0-3]\dT", moment):
            assert moment[:10] <= first
            checked += 1
    assert checked > 200


def test_segment_brings_a_file_a_day(world: DemoWorld) -> None:
    paths = sorted((world.exports / "segment").iterdir())
    assert len(paths) == 547
    for path in paths[200:210]:
        for line in gzip.decompress(path.read_bytes()).decode().splitlines():
            assert json.loads(line)["receivedAt"][:10] == path.name[:10]


def test_without_stories_the_noise_is_the_same(world: DemoWorld, calm: DemoWorld) -> None:
    def happened(of: DemoWorld) -> dict[str, list[str]]:
        found: dict[str, list[str]] = {}
        for line in (of.truth / "interactions.ndjson").read_text().splitlines():
            row = json.loads(line)
            found.setdefault(row["account_id"], []).append(row["record_key"])
        return found

    def rows(of: DemoWorld, name: str) -> list[dict[str, Any]]:
        return [json.loads(line) for line in (of.truth / f"{name}.ndjson").read_text().splitlines()]

    assert rows(calm, "stories") == []
    with_story = {row["account_id"] for row in rows(world, "stories")}
    loud, quiet = happened(world), happened(calm)
    untouched = {row["account_id"] for row in rows(world, "accounts")} - with_story
    assert untouched
    for account in untouched:
        assert loud[account] == quiet[account]
    for account in with_story:
        assert len(set(loud[account]) & set(quiet[account])) > 5


def test_people_arrive_anonymously_and_get_their_name_later(world: DemoWorld) -> None:
    anonymous: set[str] = set()
    identified: set[str] = set()
    for item in items(world.exports):
        if item.source == "segment" and item.value:
            (identified if item.value["userId"] else anonymous).add(item.value["anonymousId"])
    assert len(anonymous & identified) > 20
