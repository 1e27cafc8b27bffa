"""Our tables and views: emptied and filled, or left, where their columns or text are those of the night before."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml
from dbt.cli.main import dbtRunner

from lake.connection import connect
from lake.dbt import PROJECT_DIR, dbt_environment
from lake.settings import Settings, load_settings

PROJECT = {
    "name": "small",
    "profile": "memhouse",
    "macro-paths": [str(PROJECT_DIR / "macros" / "materializations")],
    "models": {"+database": "lake", "+materialized": "table"},
}
CONTRACT = """
models:
  - name: agreed
    config: {contract: {enforced: true}}
    columns: [{name: n, data_type: integer, constraints: [{type: not_null}]}, {name: word, data_type: varchar}]
"""
NIGHT = {
    "numbers": "select {night} as n",
    "agreed": "select 'night {night}' as word, {night} as n",
    "seen": "{{{{ config(materialized='view') }}}} select n, 'is AS is' as said from {{{{ ref('numbers') }}}}",
}


class SmallProject:
    """A dbt project of three models under our materializations, on a lake of its own."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.settings: Settings = load_settings(lake=folder / "lake")
        (folder / "models").mkdir()
        (folder / "dbt_project.yml").write_text(yaml.safe_dump(PROJECT))
        (folder / "models" / "agreed.yml").write_text(CONTRACT)
        with connect(self.settings):
            pass

    def build(self, models: dict[str, str], *, night: int) -> list[str]:
        """One night of the models as they are now; the errors of those that failed."""
        for name, text in models.items():
            (self.folder / "models" / f"{name}.sql").write_text(text.format(night=night))
        folders = ["--project-dir", str(self.folder), "--profiles-dir", str(PROJECT_DIR)]
        with pytest.MonkeyPatch.context() as patch:
            for name, value in dbt_environment(self.settings).items():
                patch.setenv(name, value)
            done = dbtRunner().invoke(["--log-level", "none", "--no-print", "run", "--no-partial-parse", *folders])
        assert done.exception is None
        return [str(result.message) for result in done.result if result.status == "error"]

    def ask(self, query: str) -> list[tuple[object, ...]]:
        with connect(self.settings, read_only=True) as con:
            return con.execute(query).fetchall()

    def schema_versions(self) -> int:
        ((count,),) = self.ask("select max(schema_version) from ducklake_snapshots('lake')")
        return int(str(count))


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> SmallProject:
    """The project after its first night."""
    project = SmallProject(tmp_path_factory.mktemp("small"))
    assert project.build(NIGHT, night=1) == []
    return project


def test_a_second_night_changes_rows_but_no_schema(project: SmallProject) -> None:
    before = project.schema_versions()
    assert project.build(NIGHT, night=2) == []
    assert project.ask("select n, said from lake.staging.seen") == [(2, "is AS is")]
    assert project.ask("select n, word from lake.staging.agreed") == [(2, "night 2")]
    assert project.schema_versions() == before


def test_other_columns_or_another_text_replace_what_was_there(project: SmallProject) -> None:
    changed = {
        "numbers": "select {night} as n, 'more' as more",
        "seen": NIGHT["seen"].replace("is AS is", "otherwise"),
    }
    assert project.build(NIGHT | changed, night=3) == []
    assert project.ask("from lake.staging.numbers") == [(3, "more")]
    assert project.ask("select n, said from lake.staging.seen") == [(3, "otherwise")]


def test_a_model_that_fails_leaves_the_rows_of_the_night_before(project: SmallProject) -> None:
    assert project.build(NIGHT, night=4) == []
    broken = {
        "numbers": "select error('no more of night {night}')::integer as n",
        "agreed": "select null::integer as n, 'x' as word",
    }
    errors = project.build(NIGHT | broken, night=5)
    assert any("no more of night 5" in error for error in errors), errors
    assert project.ask("select n, said from lake.staging.seen") == [(4, "is AS is")]
    assert project.ask("select n, word from lake.staging.agreed") == [(4, "night 4")]
