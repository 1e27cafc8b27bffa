"""Explaining, judging, training and evaluating from the command line, on a small lake with one night."""

from __future__ import annotations

import csv
import json
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from identity.resolution import resolve
from lake.connection import connect
from lake.lock import writer_lock
from lake.settings import Settings
from orchestration.cli import app
from tests.identity.lake_of_records import AS_OF, account, links, person, put

Memhouse = Callable[..., Result]
KOWALCZYK = ("salesforce:contacts:1", "zendesk:users:1")
OSTROWSKI = "salesforce:contacts:2"
STAFF = "salesforce:users:9"
WHO = ("--by", "ana", "--reason", "asked them")
ACCOUNTS = [
    account("salesforce:accounts:1", "Kestrel Robotics, Inc.", "kestrel.example"),
    account("hubspot:companies:1", "Kestrel Robotics", "kestrel.example"),
    account("salesforce:accounts:2", "Marigold Foods GmbH", "marigold.example"),
]
PEOPLE = [
    person(KOWALCZYK[0], "Jonathan Kowalczyk", "jk@kestrel.example", account_record_key="salesforce:accounts:1"),
    person(KOWALCZYK[1], "Jon Kowalczyk", "jk@kestrel.example", account_record_key="salesforce:accounts:1"),
    person(OSTROWSKI, "Wilhelmina Ostrowski", "wo@marigold.example", account_record_key="salesforce:accounts:2"),
    person(STAFF, "Ines Ours", "ines@ours.example", kind="staff"),
]


def night(settings: Settings) -> dict[str, str]:
    """One night of identity on the same records; record key → person."""
    with connect(settings) as con:
        put(con, ACCOUNTS, PEOPLE)
        resolve(con, AS_OF, settings.identity_dir)
        return links(con)


@pytest.fixture(scope="module")
def one_night(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    """A lake of one night, which no test changes."""
    settings = Settings(lake=tmp_path_factory.mktemp("one_night") / "lake", duckdb_threads=1)
    night(settings)
    return settings


@pytest.fixture
def before(settings: Settings, one_night: Settings, monkeypatch: pytest.MonkeyPatch) -> dict[str, str]:
    """Record key → person in a copy of that lake, which the test may change."""
    monkeypatch.setenv("MEMHOUSE_DUCKDB_THREADS", "1")
    monkeypatch.setenv("MEMHOUSE_LOCK_WAIT_SECONDS", "0")
    shutil.copytree(one_night.lake, settings.lake)
    with connect(Settings(), read_only=True) as con:
        return links(con)


@pytest.fixture
def unchanged(settings: Settings, one_night: Settings, monkeypatch: pytest.MonkeyPatch) -> dict[str, str]:
    """Record key → person on that lake, which the commands are pointed at."""
    monkeypatch.setenv("MEMHOUSE_LAKE", str(one_night.lake))
    with connect(one_night, read_only=True) as con:
        return links(con)


def lines(result: Result) -> list[dict[str, object]]:
    assert result.exit_code == 0, result.output
    return [json.loads(line) for line in result.stdout.splitlines()]


def offer(settings: Settings) -> None:
    """A pair in the review queue: whether there is one must not hang on the model."""
    with connect(settings) as con:
        con.execute("delete from lake.identity.review_queue")
        con.execute(
            "insert into lake.identity.review_queue by name select 'person' as entity_type, ? as left_key, "
            "? as right_key, 0.5 as probability, 0.0 as match_weight, 3 as records_at_stake, 1.0 as priority, "
            "'apart: should they be one?' as question, '[]' as evidence",
            sorted((KOWALCZYK[0], OSTROWSKI)),
        )


def test_explaining_an_entity_and_a_pair(unchanged: dict[str, str], memhouse: Memhouse, tmp_path: Path) -> None:
    chart = tmp_path / "charts" / "why.html"
    told = memhouse("explain", "jk@kestrel.example", "--html", str(chart))
    assert told.exit_code == 0
    assert "same e-mail address" in told.stdout
    assert all(key in told.stdout for key in KOWALCZYK)
    assert "<html" in chart.read_text().lower()
    (entity,) = lines(memhouse("explain", unchanged[OSTROWSKI], "--json"))
    assert entity["subjects"] == {unchanged[OSTROWSKI]: [OSTROWSKI]}
    (pair,) = lines(memhouse("explain", KOWALCZYK[0], OSTROWSKI, "--json"))
    assert str(pair["verdict"]).startswith("two entities")


@pytest.mark.parametrize(
    ("arguments", "code", "named"),
    [
        (["explain", "nobody@nowhere.example"], 3, "nobody@nowhere.example"),
        (["explain", "kestrel.example", OSTROWSKI], 3, "give two of a kind"),
        (["merge", "jk@kestrel.example", KOWALCZYK[0], *WHO], 1, "nothing to merge"),
        (["merge", OSTROWSKI, STAFF, *WHO], 1, "kinds are never merged"),
        (["merge", OSTROWSKI, KOWALCZYK[0], "--by", " ", "--reason", "x"], 2, "--by"),
        (["merge", OSTROWSKI, KOWALCZYK[0]], 2, "--by"),
        (["split", KOWALCZYK[0], OSTROWSKI, *WHO], 1, f"not its records: {OSTROWSKI}"),
        (["withdraw", OSTROWSKI, KOWALCZYK[0], *WHO], 1, "memhouse judgements"),
        (["review", "--export", "a.csv", "--import", __file__], 2, "one of the two"),
        (["review", "--import", __file__], 2, "--by"),
        (["review", "--import", __file__, "--by", "ana"], 1, "the header lacks"),
        (["evaluate"], 2, "--truth or --pairs"),
        (["evaluate", "--pairs", __file__], 1, "give the columns"),
    ],
)
def test_bad_input_is_named(
    unchanged: dict[str, str], memhouse: Memhouse, arguments: list[str], code: int, named: str
) -> None:
    result = memhouse(*arguments)
    assert result.exit_code == code
    assert named in " ".join(result.stderr.replace("│", "").split())
    assert "Traceback" not in result.stderr


def test_split_is_taken_over_and_withdrawn(before: dict[str, str], settings: Settings, memhouse: Memhouse) -> None:
    (taken,) = lines(memhouse("split", "jk@kestrel.example", KOWALCZYK[1], *WHO, "--json"))
    assert (taken["verdict"], taken["decided_by"]) == ("different", "ana")
    assert "asked them" in str(taken["note"])
    assert "next night takes over" in memhouse("explain", *KOWALCZYK).stdout
    apart = night(settings)
    assert apart[KOWALCZYK[0]] != apart[KOWALCZYK[1]]
    withdrawn = lines(memhouse("withdraw", *KOWALCZYK, "--by", "ben", "--reason", "a mistake", "--json"))
    assert [(row["withdrawn_by"], row["withdrawn_note"]) for row in withdrawn] == [("ben", "a mistake")]
    assert lines(memhouse("judgements", "--json")) == []
    assert lines(memhouse("judgements", "--all", "--json")) == withdrawn
    assert night(settings) == before


def test_withdrawing_one_pair_of_a_split_says_what_else_stands(settings: Settings, memhouse: Memhouse) -> None:
    third = person("hubspot:contacts:1", "Jonathan Kowalczyk", "jk@kestrel.example")
    with connect(settings) as con:
        put(con, ACCOUNTS, [*PEOPLE, third])
        resolve(con, AS_OF, settings.identity_dir)
        assert memhouse("split", "jk@kestrel.example", KOWALCZYK[1], *WHO).exit_code == 0
        resolve(con, AS_OF, settings.identity_dir)
        now = links(con)
    assert "1 more stand between them" in memhouse("withdraw", *KOWALCZYK, *WHO).stdout
    whole = memhouse("withdraw", now[KOWALCZYK[0]], now[KOWALCZYK[1]], *WHO).stdout
    assert "1 judgements are withdrawn" in whole
    assert "more stand" not in whole


def test_merge_is_taken_over_and_withdrawn_by_the_old_ids(
    before: dict[str, str], settings: Settings, memhouse: Memhouse
) -> None:
    old = before[OSTROWSKI], before[KOWALCZYK[0]]
    assert "next night" in memhouse("merge", *old, *WHO).stdout
    joined = night(settings)
    assert joined[OSTROWSKI] == joined[KOWALCZYK[0]]
    assert "has become" in memhouse("explain", next(iter(set(old) - set(joined.values())))).stdout
    assert memhouse("withdraw", *old, *WHO).exit_code == 0
    assert night(settings) == before


def test_a_merge_is_taken_back_whole_by_any_of_its_pairs(before: dict[str, str], memhouse: Memhouse) -> None:
    memhouse("merge", before[OSTROWSKI], before[KOWALCZYK[0]], *WHO)
    pairs = [(row["left_key"], row["right_key"]) for row in lines(memhouse("judgements", "--json"))]
    assert len({key for pair in pairs for key in pair}) > 2
    assert f"{len(pairs)} judgements are withdrawn" in memhouse("withdraw", *pairs[-1], *WHO).stdout
    assert lines(memhouse("judgements", "--json")) == []


def test_review_asks_writes_and_skips(before: dict[str, str], settings: Settings, memhouse: Memhouse) -> None:
    offer(settings)
    arguments = ["review", "--by", "ana"]
    skipped = CliRunner().invoke(app, arguments, input="what\nk\n")
    assert "0 decided" in skipped.stdout
    assert "'what' is none of" in skipped.stderr
    assert "0 decided" in CliRunner().invoke(app, arguments, input="").stdout
    assert "1 decided" in CliRunner().invoke(app, arguments, input="s\n").stdout
    assert [row["verdict"] for row in lines(memhouse("judgements", "--json"))] == ["same"]
    assert "Nothing waits" in memhouse(*arguments).stdout


def test_an_answer_that_contradicts_another_ends_no_walk(
    before: dict[str, str], settings: Settings, memhouse: Memhouse
) -> None:
    offer(settings)
    memhouse("merge", before[OSTROWSKI], before[KOWALCZYK[0]], *WHO)
    with connect(settings) as con:
        con.execute("update lake.identity.review_queue set left_key = ?, right_key = ?", sorted(KOWALCZYK))
        con.execute("insert into lake.identity.review_queue from lake.identity.review_queue")
    told = CliRunner().invoke(app, ["review", "--by", "ana"], input="d\nk\n")
    assert told.exit_code == 0, told.output
    assert "not taken" in told.stderr
    assert "withdraw one of these judgements first" in " ".join(told.stderr.split())
    assert "0 decided" in told.stdout


def test_review_by_spreadsheet(before: dict[str, str], settings: Settings, memhouse: Memhouse, tmp_path: Path) -> None:
    offer(settings)
    assert len(lines(memhouse("review", "--json"))) == 1
    sheet = tmp_path / "queue.csv"
    memhouse("review", "--export", str(sheet))
    taking = ["review", "--import", str(sheet), "--by", "ana"]
    assert "0 judgements taken" in memhouse(*taking).stdout
    with sheet.open(newline="") as file:
        rows = list(csv.DictReader(file))
    with sheet.open("w", newline="") as file:
        writer = csv.DictWriter(file, rows[0].keys())
        writer.writeheader()
        writer.writerow(rows[0] | {"verdict": "Different"})
    assert "1 judgements taken" in memhouse(*taking).stdout
    copy = tmp_path / "judgements.csv"
    memhouse("judgements", "--export", str(copy))
    assert "0 judgements taken" in memhouse("review", "--import", str(copy), "--by", "ben").stdout


def test_training_writes_only_when_asked(before: dict[str, str], settings: Settings, memhouse: Memhouse) -> None:
    def trained() -> int:
        with connect(settings, read_only=True) as con:
            (count,) = con.execute("select count(*) from lake.identity.models").fetchone() or (0,)
        return int(count)

    assert "--apply" in memhouse("train").stdout
    assert trained() == 2
    assert [row["applied"] for row in lines(memhouse("train", "--apply", "--json"))] == [True, True]
    assert trained() == 4


def test_evaluation(unchanged: dict[str, str], memhouse: Memhouse, tmp_path: Path) -> None:
    pairs = tmp_path / "pairs.csv"
    pairs.write_text(
        f"left_key,right_key,verdict\n{KOWALCZYK[0]},{KOWALCZYK[1]},same\n{KOWALCZYK[0]},{OSTROWSKI},same\n"
    )
    (row,) = lines(memhouse("evaluate", "--pairs", str(pairs), "--json"))
    assert (row["entity_type"], row["precision"], row["recall"], row["bcubed_f1"]) == ("person", 1.0, 0.5, None)
    truth = [{"person_id": "P1", "records": [*KOWALCZYK, OSTROWSKI]}]
    (tmp_path / "people.ndjson").write_text("\n".join(map(json.dumps, truth)))
    told = memhouse("evaluate", "--truth", str(tmp_path), "--type", "person").stdout
    assert "left apart" in told
    assert OSTROWSKI in told
    pairs.write_text("left_key,right_key,verdict\na,b,perhaps\n")
    assert "line 2: verdict 'perhaps'" in memhouse("evaluate", "--pairs", str(pairs)).stderr


def test_writers_wait_for_the_lock(before: dict[str, str], memhouse: Memhouse) -> None:
    with writer_lock(Settings(), "a night"):
        assert memhouse("merge", OSTROWSKI, KOWALCZYK[0], *WHO).exit_code == 4
        assert memhouse("explain", OSTROWSKI).exit_code == 0


@pytest.mark.parametrize(
    "command", [["explain", "x"], ["review"], ["merge", "x", "y", *WHO], ["judgements"], ["train"]]
)
def test_before_the_first_night_they_say_what_to_do(settings: Settings, memhouse: Memhouse, command: list[str]) -> None:
    result = memhouse(*command)
    assert result.exit_code == 1
    assert "memhouse run" in result.stderr
    assert not settings.files_dir.exists()
