import json
from collections.abc import Callable
from dataclasses import asdict
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from lake.connection import connect, lake_version
from lake.settings import Settings
from memory.snapshot.layout import LATEST, SCHEMA_VERSION
from memory.snapshot.manifest import Manifest
from orchestration.cli import app

Memhouse = Callable[..., Result]


@pytest.fixture
def settings(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Settings:
    """Settings of an empty lake and an empty exports folder, for this process too."""
    (tmp_path / "exports").mkdir()
    monkeypatch.setenv("MEMHOUSE_LAKE", str(tmp_path / "lake"))
    monkeypatch.setenv("MEMHOUSE_EXPORTS", str(tmp_path / "exports"))
    return Settings()


@pytest.fixture
def memhouse(settings: Settings) -> Memhouse:
    """Run a command on the empty lake."""
    return lambda *arguments: CliRunner().invoke(app, list(arguments))


def publish_two_nights(settings: Settings) -> None:
    """A table of two nights, of which the first is published."""
    with connect(settings) as con:
        con.execute("create schema marts; create table marts.accounts (account_id varchar, name varchar)")
        con.execute("insert into marts.accounts values ('acc_1', 'Aster [bold] & Co'), ('acc_2', null)")
        version = lake_version(con)
        con.execute("delete from marts.accounts")
    name = "2025-06-29-0123456789ab"
    folder = settings.snapshots_dir / name
    folder.mkdir(parents=True)
    model = {"name": "a-model", "weights_sha256": "0" * 64}
    manifest = Manifest(
        SCHEMA_VERSION, name, "2025-06-29", "2025-06-29T23:59:59+00:00", version, model, "", {}, {}, [], None, {}
    )
    (folder / "manifest.json").write_text(json.dumps(asdict(manifest)))
    (settings.snapshots_dir / LATEST).write_text(name + "\n")
