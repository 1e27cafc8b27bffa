from pathlib import Path

import pytest
from pydantic import SecretStr

from lake.settings import Settings, load_settings
from orchestration.dagster_home import environment


def test_a_run_has_the_settings_of_who_started_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Secrets as well, which print as asterisks: with these for a key every text would be refused."""
    given = Settings(
        lake=tmp_path,
        extraction_url="http://127.0.0.1:9/v1",
        extraction_model="small",
        extraction_key=SecretStr("sk-real"),
        own_domains=("a.example", "b.example"),
        duckdb_threads=2,
    )
    for name, value in environment(given).items():
        monkeypatch.setenv(name, value)
    assert load_settings() == given
