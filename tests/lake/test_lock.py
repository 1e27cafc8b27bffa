import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from lake.lock import LakeLockedError, lock_holder, writer_lock
from lake.settings import Settings

HOLD = """
import sys, time
from pathlib import Path
from lake.lock import writer_lock
from lake.settings import Settings
with writer_lock(Settings(lake=Path(sys.argv[1])), "nightly 2025-06-30 (run abc)"):
    print("held", flush=True)
    time.sleep(float(sys.argv[2]))
"""


@contextmanager
def another_process(lake: Path, seconds: float) -> Iterator[subprocess.Popen[str]]:
    """A process that holds the lock for some seconds."""
    process = subprocess.Popen([sys.executable, "-c", HOLD, str(lake), str(seconds)], stdout=subprocess.PIPE, text=True)
    assert process.stdout is not None
    try:
        assert process.stdout.readline() == "held\n"
        yield process
    finally:
        process.kill()
        process.wait()


def test_a_second_writer_is_told_who_holds_the_lock(tmp_path: Path) -> None:
    settings = Settings(lake=tmp_path)
    with another_process(tmp_path, 60) as holder:
        held = pytest.raises(LakeLockedError, match=rf"nightly 2025-06-30 \(run abc\), process {holder.pid}")
        with held, writer_lock(settings, "another night"):
            pytest.fail("two writers hold the lock")
        found = lock_holder(settings)
        assert found is not None
        assert found.pid == holder.pid


def test_a_second_writer_waits_as_long_as_it_is_told_to(tmp_path: Path) -> None:
    with another_process(tmp_path, 1):
        began = time.monotonic()
        with writer_lock(Settings(lake=tmp_path, lock_wait_seconds=30), "patient"):
            assert time.monotonic() - began < 25


def test_a_killed_writer_frees_the_lock(tmp_path: Path) -> None:
    settings = Settings(lake=tmp_path)
    with another_process(tmp_path, 60) as holder:
        os.kill(holder.pid, signal.SIGKILL)
        holder.wait()
        assert lock_holder(settings) is None
        with writer_lock(settings, "next"):
            assert lock_holder(settings) is not None
    assert lock_holder(settings) is None


def test_a_process_that_got_a_dead_writers_id_is_no_writer(tmp_path: Path) -> None:
    settings = Settings(lake=tmp_path)
    noted = settings.lock_path.with_suffix(".json")
    noted.write_text(json.dumps({"purpose": "nightly", "pid": os.getpid(), "started": "1"}))
    assert lock_holder(settings) is None
