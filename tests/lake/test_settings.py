from pathlib import Path

import pytest

from lake.settings import SettingsError, load_settings
from lake.settings_page import settings_page


@pytest.fixture(autouse=True)
def _elsewhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    for name in ("LAKE", "EXPORTS"):
        monkeypatch.delenv(f"MEMHOUSE_{name}", raising=False)


def test_command_line_wins_over_environment_over_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "memhouse.toml").write_text('lake = "from_file"\nexports = "from_file"\nkeep_snapshots = 3\n')
    monkeypatch.setenv("MEMHOUSE_EXPORTS", "from_environment")
    settings = load_settings(lake=Path("from_command_line"), exports=None)
    assert settings.lake == tmp_path / "from_command_line"
    assert settings.exports == tmp_path / "from_environment"
    assert settings.keep_snapshots == 3


@pytest.mark.parametrize(
    ("toml", "named"),
    [
        ("keep_snapshot = 3", "keep_snapshot"),
        ('duckdb_memory = "lots"', "duckdb_memory"),
        ("dbt_threads = 4", "dbt_threads"),
        ("lake = ", "memhouse.toml"),
        ('default_region = "UK"', "GB, not UK"),
        ('catalog = "sqlite:elsewhere.sqlite"', "catalog: .*postgres:<libpq string>"),
        ('catalog = "postgres:dbname=lake password=hidden"', "catalog: .*PGPASSWORD"),
        ('catalog = "postgres:postgresql://me:hidden@host/lake"', "catalog: .*PGPASSWORD"),
        (
            'own_domains = ["ours.example", "@mail.ours.example"]',
            "own_domains: .*'@mail.ours.example' is no mail domain",
        ),
    ],
)
def test_a_wrong_setting_is_named(tmp_path: Path, toml: str, named: str) -> None:
    (tmp_path / "memhouse.toml").write_text(toml)
    with pytest.raises(SettingsError, match=named):
        load_settings()


def test_an_empty_variable_is_none(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MEMHOUSE_LAKE", "")
    assert load_settings().lake.name == "lake"


@pytest.mark.parametrize("written", ["a.example,b.example", ' a.example , "b.example" ', '["a.example", "b.example"]'])
def test_own_domains_are_separated_by_commas(monkeypatch: pytest.MonkeyPatch, written: str) -> None:
    monkeypatch.setenv("MEMHOUSE_OWN_DOMAINS", written)
    assert load_settings().own_domains == ("a.example", "b.example")


def test_an_unknown_environment_variable_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MEMHOUSE_LAEK", "x")
    with pytest.raises(SettingsError, match="MEMHOUSE_LAEK"):
        load_settings()


def test_a_postgres_catalog_allows_several_writers() -> None:
    assert load_settings(catalog="postgres:dbname=lake", dbt_threads=4, executor="multiprocess").dbt_threads == 4


@pytest.mark.parametrize("catalog", ["dbname=lake passfile=/home/me/.pgpass", "postgresql://me@host:5432/lake"])
def test_a_catalog_without_a_password_is_taken(catalog: str) -> None:
    assert load_settings(catalog=f"postgres:{catalog}").catalog == f"postgres:{catalog}"


def test_the_settings_page_is_what_the_code_says() -> None:
    page = Path(__file__).parents[2] / "docs" / "settings.md"
    assert page.read_text() == settings_page(), "run: python -m lake.settings_page > docs/settings.md"
