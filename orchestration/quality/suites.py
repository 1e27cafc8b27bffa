"""`suites.yml`, read and checked."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Any, Literal

import yaml
from pydantic import BaseModel, ConfigDict, Field, ValidationError

SUITES_FILE = Path(__file__).with_name("suites.yml")
FRAMES_DIR = Path(__file__).with_name("frames")
OWN_KEYS = {"type", "severity", "remedy"}


class SuitesError(ValueError):
    """The gates' file cannot be used; the message names the key."""


class Expectation(BaseModel):
    """One expectation; what is not named here goes to Great Expectations as it stands."""

    model_config = ConfigDict(extra="allow", frozen=True)

    type: str = Field(pattern=r"^expect_[a-z_]+$")
    severity: Literal["error", "warn"] = "error"
    remedy: str

    @property
    def arguments(self) -> dict[str, Any]:
        """What Great Expectations takes besides the type."""
        return dict(self.model_extra or {})


class Suite(BaseModel):
    """Expectations on one frame."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    asset: str = ""
    frame: str
    expectations: tuple[Expectation, ...] = Field(min_length=1)


class Suites(BaseModel):
    """Both gates and their limits."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    limits: dict[str, float]
    landing: dict[str, Suite]
    publishing: dict[str, Suite]


@cache
def load_suites(path: Path = SUITES_FILE) -> Suites:
    """Read the gates. Raises SuitesError naming the file and the key."""
    try:
        suites = Suites.model_validate(yaml.safe_load(path.read_text(encoding="utf-8")))
    except (yaml.YAMLError, ValidationError) as error:
        raise SuitesError(f"{path}: {error}") from error
    for gate in (suites.landing, suites.publishing):
        for name, suite in gate.items():
            if not frame_path(suite.frame).is_file():
                raise SuitesError(f"{path}: {name}.frame: there is no {frame_path(suite.frame)}")
    return suites


def frame_path(frame: str) -> Path:
    """The file that holds a frame's query."""
    return FRAMES_DIR / f"{frame}.sql"
