"""Published snapshots that are kept, lost or damaged: said so, passed over only when told, listed and looked after."""

import asyncio
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from memory.embedding.embed import embed
from memory.reader import DamagedSnapshotError, NoSnapshotError, Snapshot
from memory.snapshot.kept import diff_snapshots, list_snapshots, prune, rollback
from memory.snapshot.layout import latest_id
from memory.snapshot.publish import publish_snapshot
from memory.snapshot.verify import verify
from tests.memory.small_world import DAY, small_lake, small_world


@pytest.fixture(scope="module")
def published_twice(tmp_path_factory: pytest.TempPathFactory, model) -> tuple[Path, Path]:
    """Two published snapshots, the older first."""
    settings = small_lake(tmp_path_factory.mktemp("twice"))
    with small_world(settings) as con:
        embed(con, settings, model=model)
        first = publish_snapshot(con, settings, DAY, model=model)
        con.execute("update marts.accounts set plan = 'scale' where account_id = 'acc_acme'")
        return first.path, publish_snapshot(con, settings, DAY, model=model).path


@pytest.fixture
def two(published_twice: tuple[Path, Path], tmp_path: Path) -> tuple[Path, Path]:
    """A copy of both, to be damaged."""
    home = tmp_path / "snapshots"
    shutil.copytree(published_twice[0].parent, home)
    return home / published_twice[0].name, home / published_twice[1].name


@pytest.mark.parametrize("damage", ["manifest.json", "cards.parquet", "memories.lance"])
def test_a_damaged_snapshot_says_so_and_falls_back_only_when_told(two, damage: str):
    first, second = two
    target = second / damage if damage != "memories.lance" else next((second / damage / "data").iterdir())
    if damage == "cards.parquet":
        target.write_bytes(target.read_bytes()[:100])
    else:
        target.unlink()
    with pytest.raises(DamagedSnapshotError, match=second.name):
        Snapshot.open(second.parent)
    assert Snapshot.open(second.parent, fall_back=True).snapshot_id == first.name
    with pytest.raises(DamagedSnapshotError):
        verify(second)


def _alter(path: Path) -> None:
    """Change bytes throughout the file, its end aside: it opens, and what is read of it is not what was written."""
    content = bytearray(path.read_bytes())
    for at in range(4, len(content) - len(content) // 4, 50):
        content[at] ^= 0xFF
    path.write_bytes(bytes(content))


@pytest.mark.parametrize("damage", ["cards.parquet", "facts.parquet", "memories.lance"])
def test_damage_that_shows_while_asking(two, damage: str):
    """Nobody opened the damaged part before: the question meets it, is told so, or is answered by the older one."""
    first, second = two
    careful, trusting = Snapshot.open(second.parent, fall_back=True), Snapshot.open(second.parent)
    for path in [second / damage] if damage != "memories.lance" else (second / damage / "data").iterdir():
        _alter(path)
    with pytest.raises(DamagedSnapshotError, match=damage):
        trusting.recall("acc_acme", "Globex", recipe="lexical")
    answer = careful.recall("acc_acme", "Globex", recipe="lexical")
    assert (answer.snapshot_id, len(answer.memories)) == (first.name, 1)
    assert careful.snapshot_id == first.name


def test_a_current_snapshot_that_is_gone(two):
    first, second = two
    shutil.rmtree(second)
    with pytest.raises(DamagedSnapshotError, match=rf"latest names what is not there.*{first.name}"):
        Snapshot.open(second.parent)
    assert Snapshot.open(second.parent, fall_back=True).card("acc_acme")["state"]["plan"] == "growth"
    shutil.rmtree(first)
    with pytest.raises(DamagedSnapshotError):
        Snapshot.open(second.parent, fall_back=True)


def test_a_snapshot_without_its_manifest_is_listed_and_left_alone(two):
    first, _ = two
    (first / "manifest.json").unlink()
    assert [bool(kept.problem) for kept in list_snapshots(first.parent)] == [False, True]
    assert prune(first.parent, keep=1) == []


FORKED = """
import os, sys
from memory.reader import Snapshot, SnapshotError
snapshot = Snapshot.open(sys.argv[1])
{before}
if os.fork() == 0:
    print(snapshot.card("acc_acme")["entity_id"])
    try:
        snapshot.recall("acc_acme", "a rival?", recipe="{recipe}")
    except SnapshotError as error:
        print(error, flush=True)
    os._exit(0)
os.wait()
"""


@pytest.mark.parametrize(
    ("before", "recipe"),
    [
        ('snapshot.recall("acc_acme", "Globex", recipe="lexical")', "lexical"),
        ('snapshot.recall("acc_acme", "Globex")', "default"),
        ("snapshot.warm_up().join()", "default"),
    ],
)
def test_a_forked_process_is_told_instead_of_hanging(two, before: str, recipe: str):
    run = [sys.executable, "-W", "ignore", "-c", FORKED.format(before=before, recipe=recipe), str(two[0].parent)]
    said = subprocess.run(run, capture_output=True, text=True, check=True, timeout=60).stdout
    assert said.startswith("acc_acme\nthis process was forked")


def test_an_index_that_finds_somebody_elses_memories_is_damaged(two, monkeypatch):
    """As a flipped bit in the index of owners does: the filter lets through what it was not asked for."""
    everybody = "owner in ('acc_acme', 'acc_bolt', 'per_ann')"
    monkeypatch.setattr("memory.reader.filters.owner_filter", lambda _: everybody)
    monkeypatch.setattr("memory.reader.sources.owner_filter", lambda _: everybody)
    snapshot = Snapshot.open(two[1])
    for query in (None, "Globex", "phone"):
        with pytest.raises(DamagedSnapshotError, match="memories of somebody else"):
            snapshot.recall("acc_bolt", query, recipe="lexical")
    with pytest.raises(DamagedSnapshotError, match="memories of somebody else"):
        snapshot.explain_source("mem_1", "acc_bolt")


def test_an_index_that_never_answers_is_damaged(two, monkeypatch):
    """As with certain damage in its files: the library's thread dies, and whoever asked would wait for ever."""

    async def never(*_):
        await asyncio.Event().wait()

    monkeypatch.setattr("memory.reader.index.PATIENCE_SECONDS", 0.2)
    snapshot = Snapshot.open(two[1].parent)
    monkeypatch.setattr("memory.reader.index.MemoryIndex.rows", never)
    with pytest.raises(DamagedSnapshotError, match="no answer within"):
        snapshot.recall("acc_acme")


@pytest.mark.parametrize("content", [b"\xff\xfe", None])
def test_a_damaged_name_of_the_current_snapshot(two, content: bytes | None):
    latest = two[0].parent / "latest"
    latest.unlink()
    if content:
        latest.write_bytes(content)
    with pytest.raises(DamagedSnapshotError, match="rollback"):
        Snapshot.open(two[0].parent)
    assert [kept.is_latest for kept in list_snapshots(latest.parent)] == [False, False]
    assert Snapshot.open(two[0].parent, fall_back=True).snapshot_id == max(path.name for path in two)


def test_a_snapshot_that_was_asked_for_is_never_passed_over(two):
    first, second = two
    snapshot = Snapshot.open(first.parent, second.name, fall_back=True)
    _alter(second / "timeline.parquet")
    with pytest.raises(DamagedSnapshotError, match="timeline"):
        snapshot.timeline("acc_acme")


def test_verify_finds_an_altered_byte(two):
    path = two[1] / "facts.parquet"
    content = bytearray(path.read_bytes())
    content[len(content) // 2] ^= 1
    path.write_bytes(bytes(content))
    with pytest.raises(DamagedSnapshotError, match=r"facts\.parquet was altered"):
        verify(two[1])


def test_list_diff_rollback_prune(two):
    first, second = two
    home = first.parent
    assert [(kept.path, kept.is_latest) for kept in list_snapshots(home)] == [(second, True), (first, False)]
    rows = diff_snapshots(home, first.name, second.name).to_pylist()
    assert {(row["table_name"], row["change"]) for row in rows} == {("accounts", "changed"), ("cards", "changed")}
    rollback(home, first.name)
    assert latest_id(home) == first.name
    assert prune(home, keep=1) == []  # the current one stays, though it is the older
    rollback(home, second.name)
    assert prune(home, keep=1) == [first.name]
    with pytest.raises(NoSnapshotError, match=first.name):
        Snapshot.open(home, first.name)


def test_before_the_first_night(tmp_path: Path):
    with pytest.raises(NoSnapshotError, match="memhouse run"):
        Snapshot.open(tmp_path)


def test_another_folder_than_that_of_the_snapshots(two, tmp_path: Path):
    """The lake's own folder leads to the right one; a file is none."""
    home = two[0].parent
    with pytest.raises(NoSnapshotError, match=f"in {home.parent}: open {home}$"):
        Snapshot.open(home.parent)
    (tmp_path / "file").touch()
    with pytest.raises(NoSnapshotError, match=r"no snapshot has been published in .*file"):
        Snapshot.open(tmp_path / "file")
