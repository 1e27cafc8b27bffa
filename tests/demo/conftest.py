from __future__ import annotations

from pathlib import Path

import pytest

from data.demo import DemoWorld, generate


@pytest.fixture(scope="session")
def world(tmp_path_factory: pytest.TempPathFactory) -> DemoWorld:
    """A world that is big enough to hold every kind of broken row and story."""
    return generate(tmp_path_factory.mktemp("demo"), accounts=16)


@pytest.fixture(scope="session")
def twin(tmp_path_factory: pytest.TempPathFactory) -> DemoWorld:
    """The same world once more."""
    return generate(tmp_path_factory.mktemp("twin"), accounts=16)


@pytest.fixture(scope="session")
def calm(tmp_path_factory: pytest.TempPathFactory) -> DemoWorld:
    """The same world without its stories."""
    return generate(tmp_path_factory.mktemp("calm"), accounts=16, stories=False)


def files(root: Path) -> dict[str, bytes]:
    return {path.relative_to(root).as_posix(): path.read_bytes() for path in sorted(root.rglob("*")) if path.is_file()}
