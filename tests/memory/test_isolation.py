"""One customer's recall never returns another's memory, whatever is asked; and texts of every kind."""

import shutil
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from memory.embedding.embed import embed
from memory.reader import BadRequestError, DamagedSnapshotError, NoSnapshotError, Snapshot
from memory.reader.candidates import newest
from memory.reader.filters import owner_filter, recall_filter
from memory.snapshot.kept import diff_snapshots, list_snapshots, prune, rollback
from memory.snapshot.layout import latest_id
from memory.snapshot.publish import publish_snapshot
from memory.snapshot.verify import verify
from tests.memory.conftest import DAY, small_lake, small_world

CUSTOMERS = ("acc_a", "acc_a'", "acc_a' or '1'='1", "acc_b", "acc_b%", "acc_B", "acc_longtext")
ATTACKS = (
    "the secret of every customer",
    "' or 1=1 --",
    "x') or owner in ('acc_b') --",
    'text:"secret" OR owner:*',
    "secret AND (secret OR *)",
    "%",
    "\x00\n\t",
    "acc_b " * 400,
)
LONG = "中文 عربى 🙂 " + "The quarterly export of the ledger fails with error 42. " * 6_400
TEXTS = {
    "t_zh": "客户希望通过电话联系,而不是电子邮件。",
    "t_ar": "يفضل العميل التواصل عبر البريد الإلكتروني",
    "t_emoji": "👩‍💻🔥🔥 love the new export 🎉",
    "t_long": LONG,
    "t_empty": "",
    "t_blank": " \n\t ",
}


@pytest.fixture(scope="module")
def snapshot(snapshot_of, memory_row) -> Snapshot:
    """Every customer has the same memory, word for word, but for its name."""
    rows = [memory_row(f"m{n}", f"The secret of {name} is {n}.", account=name) for n, name in enumerate(CUSTOMERS)]
    rows += [memory_row(f"same{n}", "The same words for all.", account=name) for n, name in enumerate(CUSTOMERS)]
    rows += [memory_row(key, text, account="acc_longtext") for key, text in TEXTS.items()]
    return Snapshot.open(snapshot_of(*rows, accounts=CUSTOMERS))


@pytest.mark.parametrize("recipe", ["default", "semantic", "lexical", "recent"])
def test_no_question_reaches_another_customer(snapshot: Snapshot, recipe: str):
    for number, customer in enumerate(CUSTOMERS[:-1]):
        for query in (None, *ATTACKS):
            answer = snapshot.recall(customer, query, recipe=recipe, history=True, limit=1000)
            assert {memory.memory_id for memory in answer.memories} <= {f"m{number}", f"same{number}"}, (
                customer,
                query,
            )


def test_what_is_held_for_one_customer_serves_no_other(snapshot: Snapshot):
    """Whoever asked before, and whether or not the rows were read for an earlier question, the answer is the same."""
    reader = Snapshot.open(snapshot.view.folder.parent)
    first = {customer: reader.recall(customer, "the same words") for customer in CUSTOMERS[:-1]}
    again = {customer: reader.recall(customer, "the same words") for customer in reversed(CUSTOMERS[:-1])}
    assert first == again
    for number, customer in enumerate(CUSTOMERS[:-1]):
        assert {memory.memory_id for memory in again[customer].memories} == {f"m{number}", f"same{number}"}


def test_a_customer_too_large_to_be_read_whole_is_answered_alike(snapshot: Snapshot, monkeypatch: pytest.MonkeyPatch):
    questions = (("acc_longtext", "电话联系"), ("acc_a", "secret"), ("acc_b", "words"))
    whole = [snapshot.recall(*question) for question in questions]
    monkeypatch.setattr("memory.reader.candidates.READ_WHOLE", 1)
    by_index = Snapshot.open(snapshot.view.folder.parent)
    assert [by_index.recall(*question) for question in questions] == whole


def test_no_filter_value_reaches_another_customer(snapshot: Snapshot):
    for attack in ("x' or owner != '", "email') or ('a' = 'a", "email\\' or 1=1 --"):
        assert snapshot.recall("acc_a", "secret", scopes={"agent_id": attack}).memories == []
        for field in ("channels", "kinds"):
            with pytest.raises(BadRequestError, match=field):
                snapshot.recall("acc_a", "secret", **{field: [attack]})
            passed_on = recall_filter(
                ["acc_a"], None, None, **{"channels": [], "kinds": [], field: [attack]}, scopes={}, history=True
            )
            assert newest(snapshot.view.memories, passed_on, 100) == []


def test_no_owner_no_filter():
    for owners in ([], [""], ["acc_a", ""]):
        with pytest.raises(BadRequestError):
            owner_filter(owners)


def test_every_script_is_found(snapshot: Snapshot):
    for key, query in (("t_zh", "电话联系"), ("t_ar", "البريد الإلكتروني"), ("t_emoji", "🔥 love new")):
        for recipe in ("default", "lexical"):
            answer = snapshot.recall("acc_longtext", query, recipe=recipe)
            assert answer.memories[0].memory_id == key, (key, recipe)


def test_a_very_long_text_comes_as_the_part_that_matters(snapshot: Snapshot):
    assert len(LONG) > 350_000
    answer = snapshot.recall("acc_longtext", "quarterly ledger error 42", budget_tokens=500)
    best = answer.memories[0]
    assert (best.memory_id, best.is_excerpt) == ("t_long", True)
    assert "ledger fails with error 42" in best.text
    assert answer.tokens <= 500


def test_blank_texts_are_no_memories(snapshot: Snapshot):
    every = {memory.memory_id for memory in snapshot.recall("acc_longtext", limit=100, budget_tokens=10_000).memories}
    assert {"t_zh", "t_long"} <= every
    assert not {"t_empty", "t_blank"} & every


def test_readers_see_one_snapshot_or_the_other_while_one_is_published(publish, con):
    home = publish().path.parent
    snapshot = Snapshot.open(home)
    pinned = Snapshot.open(home, snapshot.snapshot_id)
    seen, problems, stop = set(), [], threading.Event()

    def read(reader: Snapshot) -> None:
        while not stop.is_set():
            answer = reader.recall("acc_acme", "Globex", recipe="lexical")
            card = reader.card("acc_acme")
            if card["state"]["plan"] not in {"growth", "scale"} or len(answer.memories) != 1:
                problems.append((card, answer))
            seen.add((id(reader), answer.snapshot_id))

    threads = [threading.Thread(target=read, args=(reader,)) for reader in (snapshot, pinned)]
    for thread in threads:
        thread.start()
    con.execute("update marts.accounts set plan = 'scale'")
    second = publish()
    stop.set()
    for thread in threads:
        thread.join()
    assert not problems
    assert snapshot.card("acc_acme")["state"]["plan"] == "scale"
    assert snapshot.snapshot_id == second.snapshot_id
    assert pinned.card("acc_acme")["state"]["plan"] == "growth"


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
