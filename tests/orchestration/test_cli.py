import json
import subprocess
import sys
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from lake import ops
from lake.connection import connect
from lake.lock import writer_lock
from lake.settings import Settings
from orchestration.commands.serve import of_the_night
from tests.orchestration.conftest import Memhouse, publish_two_nights

HEAVY = ("dagster", "torch", "great_expectations", "dbt", "dlt", "splink", "lancedb", "pandas")


def test_sql_reads_the_published_version_and_not_the_head(settings: Settings, memhouse: Memhouse) -> None:
    publish_two_nights(settings)
    published = memhouse("sql", "from marts.accounts order by 1", "--json")
    head = memhouse("sql", "from marts.accounts", "--json", "--head")
    assert [json.loads(line) for line in published.stdout.splitlines()] == [
        {"account_id": "acc_1", "name": "Aster [bold] & Co"},
        {"account_id": "acc_2", "name": None},
    ]
    assert head.stdout == ""
    assert "Aster [bold] & Co" in memhouse("sql", "from marts.accounts").stdout


def test_sql_of_a_version_that_is_gone_says_what_to_do(settings: Settings, memhouse: Memhouse) -> None:
    publish_two_nights(settings)
    with connect(settings) as con:
        con.execute("call ducklake_expire_snapshots('lake', older_than => now() + interval 1 day)")
    gone = memhouse("sql", "from marts.accounts")
    assert gone.exit_code == 1
    assert "no longer holds its version" in gone.stderr
    assert "--head" in gone.stderr
    assert memhouse("sql", "from marts.accounts", "--head").exit_code == 0


def test_a_row_too_wide_for_the_terminal_stands_below_the_other(settings: Settings, memhouse: Memhouse) -> None:
    publish_two_nights(settings)
    wide = ", ".join(f"name as column_{number}" for number in range(30))
    shown = memhouse("sql", f"select {wide} from marts.accounts order by 1").stdout
    assert "row 2 of 2" in shown
    assert shown.count("column_29") == 2
    assert "no rows; columns: column_0" in memhouse("sql", f"select {wide} from marts.accounts where false").stdout


@pytest.mark.parametrize(
    "query",
    [
        "insert into marts.accounts values ('x', 'y')",
        "drop table marts.accounts",
        "create table marts.more as select 1",
        "set memory_limit = '1TB'",
    ],
)
def test_sql_changes_nothing(settings: Settings, memhouse: Memhouse, query: str) -> None:
    publish_two_nights(settings)
    refused = memhouse("sql", query)
    assert refused.exit_code == 1
    assert refused.stderr.startswith("Error: ")
    assert len(memhouse("sql", "from marts.accounts", "--json").stdout.splitlines()) == 2


def test_sql_reaches_no_file_outside_the_lake(settings: Settings, memhouse: Memhouse, tmp_path: Path) -> None:
    publish_two_nights(settings)
    secret, target = tmp_path / "secret.csv", tmp_path / "written.csv"
    secret.write_text("a\n1\n")
    assert memhouse("sql", f"from read_csv('{secret}')").exit_code == 1
    assert memhouse("sql", f"copy (select 1) to '{target}'").exit_code == 1
    assert not target.exists()


def test_a_wrong_query_is_one_clear_message(settings: Settings, memhouse: Memhouse) -> None:
    publish_two_nights(settings)
    result = memhouse("sql", "select nothing from marts.accounts")
    assert result.exit_code == 1
    assert "nothing" in result.stderr
    assert "Traceback" not in result.stderr


@pytest.mark.parametrize(
    "query",
    [
        "from ducklake_cleanup_old_files('lake', cleanup_all => true)",
        "explain analyze from ducklake_expire_snapshots('lake', older_than => now())",
        " -- look\nexplain (format json) from ducklake_merge_adjacent_files('lake')",
        "with a as (select (select count(*) from sqlite_scan('other.sqlite', 'secret'))) from a",
        "from marts.accounts where account_id in (from query('select 1'))",
    ],
)
def test_a_query_that_may_act_or_read_elsewhere_is_refused(settings: Settings, memhouse: Memhouse, query: str) -> None:
    publish_two_nights(settings)
    result = memhouse("sql", query)
    assert result.exit_code == 1
    assert "is refused" in result.stderr


@pytest.mark.parametrize(
    "query",
    [
        "explain analyze from marts.accounts",
        "/* how */ explain (format json) from marts.accounts",
        "describe marts.accounts",
        "summarize marts.accounts",
        "show tables from lake.marts",
        "select unnest([1, 2]) as n, r.range from range(2) as r",
        "from duckdb_columns() where schema_name = 'marts'",
    ],
)
def test_whatever_only_reads_is_answered(settings: Settings, memhouse: Memhouse, query: str) -> None:
    publish_two_nights(settings)
    result = memhouse("sql", query)
    assert result.exit_code == 0, result.stderr
    assert result.stdout


@pytest.mark.parametrize(
    "command", [["status"], ["sql", "select 1"], ["show", "acc_1"], ["recall", "acc_1"], ["timeline", "acc_1"]]
)
def test_before_the_first_night_every_command_says_what_to_do(memhouse: Memhouse, command: list[str]) -> None:
    result = memhouse(*command)
    assert result.exit_code == 1
    assert "memhouse run" in result.stderr


def test_an_empty_exports_folder_is_said_to_be_empty(settings: Settings, memhouse: Memhouse) -> None:
    result = memhouse("run")
    assert result.exit_code == 0
    assert "no export files" in result.stderr
    assert "--date" in result.stderr
    assert json.loads(memhouse("run", "--json").stdout)["status"] == "nothing_to_run"


def test_what_is_not_recognised_is_listed(settings: Settings, memhouse: Memhouse) -> None:
    stray = settings.exports / "salesforce" / "2025-06-30" / "Bananas.csv"
    stray.parent.mkdir(parents=True)
    stray.write_text("Id\n1\n")
    assert "Bananas.csv" in memhouse("run").stderr


@pytest.mark.parametrize(
    ("arguments", "named"),
    [
        (["run", "--date", "30.06.2025"], "30.06.2025"),
        (["run", "--date", "2999-01-01"], "2999-01-01"),
        (["run", "--exports", "/nowhere/at/all"], "/nowhere/at/all"),
        (["run", "--colour", "red"], "--colour"),
        (["sql"], "query"),
    ],
)
def test_wrong_usage_names_what_is_wrong(memhouse: Memhouse, arguments: list[str], named: str) -> None:
    result = memhouse(*arguments)
    assert result.exit_code in {1, 2}
    assert named in result.stderr
    assert "Traceback" not in result.stderr


def test_a_wrong_setting_is_named(memhouse: Memhouse, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MEMHOUSE_DBT_THREADS", "many")
    result = memhouse("status")
    assert result.exit_code == 2
    assert "dbt_threads" in result.stderr


def test_debug_shows_the_traceback(memhouse: Memhouse) -> None:
    assert memhouse("--debug", "status").exc_info is not None
    assert type(memhouse("--debug", "status").exception).__name__ == "LakeNotFoundError"


def test_status_is_one_json_object(settings: Settings, memhouse: Memhouse) -> None:
    with connect(settings) as con:
        ops.ensure_tables(con)
    found = json.loads(memhouse("status", "--json").stdout)
    assert (found["runs"], found["published"], found["writer"]) == ([], {}, None)


def test_the_demo_leaves_other_peoples_data_alone(settings: Settings, memhouse: Memhouse) -> None:
    mine = settings.exports / "salesforce" / "2025-06-30" / "Account.csv"
    mine.parent.mkdir(parents=True)
    mine.write_text("Id\n1\n")
    result = memhouse("demo")
    assert result.exit_code == 1
    assert "--anew" in result.stderr
    assert mine.exists()


def test_the_demo_leaves_what_was_put_among_its_exports(settings: Settings, memhouse: Memhouse) -> None:
    mine = settings.exports / "moose" / "2025-06-30" / "answers.csv"
    for file in (mine, settings.exports.parent / "truth" / "world.ndjson"):
        file.parent.mkdir(parents=True)
        file.write_text("Id\n1\n")
    result = memhouse("demo")
    assert result.exit_code == 1
    assert "not made by the demo" in result.stderr
    assert mine.exists()


def test_dbt_waits_for_the_writer_and_sees_the_newest_night(settings: Settings, memhouse: Memhouse) -> None:
    with connect(settings) as con:
        ops.ensure_tables(con)
        ops.start_run(con, "run", date(2026, 3, 1), datetime(2026, 3, 1, tzinfo=UTC))
    with writer_lock(settings, "night"):
        result = memhouse("dbt", "run", "--select", "own_domains")
    assert result.exit_code == 4
    assert "being written by night" in result.stderr
    assert '"as_of": "2026-03-01T' in " ".join(of_the_night(settings, ["compile"]))
    assert of_the_night(settings, ["test", "--vars", "{}"]) == of_the_night(settings, ["--version"]) == []


def test_light_commands_import_nothing_heavy() -> None:
    code = (
        "import sys, orchestration.cli, orchestration.commands.query, lake.connection, orchestration.published\n"
        f"print([name for name in {HEAVY!r} if name in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
