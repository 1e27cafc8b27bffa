from collections.abc import Callable
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from lake.settings import Settings
from orchestration.cli import app


@pytest.fixture
def settings(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Settings:
    """Settings of an empty lake and an empty exports folder, for this process too."""
    (tmp_path / "exports").mkdir()
    monkeypatch.setenv("MEMHOUSE_LAKE", str(tmp_path / "lake"))
    monkeypatch.setenv("MEMHOUSE_EXPORTS", str(tmp_path / "exports"))
    return Settings()


@pytest.fixture
def memhouse(settings: Settings) -> Callable[..., Result]:
    """Run a command on the empty lake."""
    return lambda *arguments: CliRunner().invoke(app, list(arguments))
