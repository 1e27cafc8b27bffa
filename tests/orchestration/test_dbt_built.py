"""When a night builds its tables anew: after a change of the models or of what they read from the settings."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from lake.settings import Settings
from orchestration import dbt_built
from orchestration.dbt_built import building

REFRESH = ["--full-refresh"]


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return Settings(lake=tmp_path, exports=tmp_path)


@pytest.fixture
def edit(monkeypatch: pytest.MonkeyPatch) -> Callable[[str], None]:
    return lambda text: monkeypatch.setattr(dbt_built, "project_fingerprint", lambda: text)


def build(settings: Settings, stage: str = "dbt_staging", *, is_whole: bool = True) -> list[str]:
    with building(settings, stage, is_whole=is_whole) as arguments:
        return arguments


def test_only_the_first_build_by_a_project_refreshes(settings: Settings, edit: Callable[[str], None]) -> None:
    edit("one")
    assert [build(settings), build(settings), build(settings, "dbt_memory")] == [REFRESH, [], REFRESH]
    edit("two")
    assert [build(settings), build(settings)] == [REFRESH, []]


def test_another_own_domain_refreshes(settings: Settings) -> None:
    build(settings)
    assert build(settings.model_copy(update={"own_domains": ("ours.example",)})) == REFRESH


def test_a_build_that_was_cut_off_is_refreshed_even_by_the_project_before(
    settings: Settings, edit: Callable[[str], None]
) -> None:
    edit("one")
    build(settings)
    edit("two")
    with pytest.raises(KeyboardInterrupt), building(settings, "dbt_staging", is_whole=True):
        raise KeyboardInterrupt
    edit("one")
    assert build(settings) == REFRESH


def test_a_part_of_a_stage_does_not_count_as_the_stage(settings: Settings) -> None:
    assert [build(settings, is_whole=False), build(settings)] == [REFRESH, REFRESH]
