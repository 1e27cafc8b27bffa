"""Our tables and views: emptied and filled, or left, where their columns or text are those of the night before."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest
import yaml

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

    def build(self, models: dict[str, str], *, night: int) -> subprocess.CompletedProcess[str]:
        for name, text in models.items():
            (self.folder / "models" / f"{name}.sql").write_text(text.format(night=night))
        command = [sys.executable, "-c", "from dbt.cli.main import cli; cli()", "run", "--no-partial-parse"]
        command += ["--project-dir", str(self.folder), "--profiles-dir", str(PROJECT_DIR)]
        return subprocess.run(
            command,
            env=os.environ | dbt_environment(self.settings),
            cwd=self.folder,
            capture_output=True,
            text=True,
            check=False,
        )

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
    done = project.build(NIGHT, night=1)
    assert done.returncode == 0, done.stdout
    return project


def test_a_second_night_changes_rows_but_no_schema(project: SmallProject) -> None:
    before = project.schema_versions()
    assert project.build(NIGHT, night=2).returncode == 0
    assert project.ask("select n, said from lake.staging.seen") == [(2, "is AS is")]
    assert project.ask("select n, word from lake.staging.agreed") == [(2, "night 2")]
    assert project.schema_versions() == before


def test_other_columns_or_another_text_replace_what_was_there(project: SmallProject) -> None:
    changed = {
        "numbers": "select {night} as n, 'more' as more",
        "seen": NIGHT["seen"].replace("is AS is", "otherwise"),
    }
    assert project.build(NIGHT | changed, night=3).returncode == 0
    assert project.ask("from lake.staging.numbers") == [(3, "more")]
    assert project.ask("select n, said from lake.staging.seen") == [(3, "otherwise")]


def test_a_model_that_fails_leaves_the_rows_of_the_night_before(project: SmallProject) -> None:
    assert project.build(NIGHT, night=4).returncode == 0
    broken = {
        "numbers": "select error('no more of night {night}')::integer as n",
        "agreed": "select null::integer as n, 'x' as word",
    }
    done = project.build(NIGHT | broken, night=5)
    assert done.returncode != 0
    assert "no more of night 5" in done.stdout
    assert project.ask("select n, said from lake.staging.seen") == [(4, "is AS is")]
    assert project.ask("select n, word from lake.staging.agreed") == [(4, "night 4")]
