"""A landing that is killed at any point, and run again, leaves every row once."""

from __future__ import annotations

import signal
import subprocess
import sys
from pathlib import Path

import pytest

from ingestion import land
from lake.connection import connect
from lake.settings import Settings
from tests.ingestion.conftest import write

ROOT = Path(__file__).parents[2]

# Lands in a process of its own, which kills itself at the point named.
SCRIPT = """
import os, signal, sys
from pathlib import Path
from lake.settings import Settings
import ingestion
from ingestion import batches
from dlt.destinations.impl.ducklake.ducklake import DuckLakeClient, DuckLakeCopyJob

exports, lake, point = sys.argv[1:]
done = 0

def die(*args, **kwargs):
    os.kill(os.getpid(), signal.SIGKILL)

def after(times, original):
    def run(*args, **kwargs):
        global done
        result = original(*args, **kwargs)
        done += 1
        if done == times:
            die()
        return result
    return run

if point == "reading":
    batches.SourceBatches._flush_rejected = die
elif point == "one table":
    DuckLakeCopyJob.run = after(1, DuckLakeCopyJob.run)
elif point == "all tables":
    DuckLakeClient.complete_load = die
elif point == "complete":
    DuckLakeClient.complete_load = after(1, DuckLakeClient.complete_load)
ingestion.land(Settings(exports=Path(exports), lake=Path(lake), duckdb_threads=1))
"""


def rows(settings: Settings, table: str) -> list[tuple[object, ...]]:
    with connect(settings, read_only=True) as con:
        return con.execute(f"select payload, _source_row from {table} order by all").fetchall()


@pytest.mark.parametrize(("point", "cut_off"), [("reading", 0), ("one table", 1), ("all tables", 1), ("complete", 0)])
def test_killed_and_run_again(settings: Settings, point: str, cut_off: int):
    write(settings.exports, "zendesk/2025-06-16/users.ndjson", "".join(f'{{"id":{n}}}\n' for n in range(500)))
    write(settings.exports, "zendesk/2025-06-16/tickets.ndjson", '{"id":1}\nbroken\n')
    command = [sys.executable, "-c", SCRIPT, str(settings.exports), str(settings.lake), point]
    killed = subprocess.run(command, cwd=ROOT, check=False, capture_output=True, text=True)
    assert killed.returncode == -signal.SIGKILL, killed.stderr
    assert land(settings).cut_off_loads == cut_off
    assert len(rows(settings, "raw_zendesk.users")) == 500
    assert len(rows(settings, "raw_zendesk.tickets")) == 1
    with connect(settings, read_only=True) as con:
        counts = "select (select count(*) from raw_zendesk._rejected), (select count(*) from raw_zendesk._landed_files)"
        assert con.execute(counts).fetchone() == (1, 2)
    again = land(settings)
    assert (again.files_landed, again.cut_off_loads) == (0, 0)
    assert not settings.dlt_dir.exists()
