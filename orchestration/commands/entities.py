"""What the identity commands share: their options, and the lake open for reading or for a judgement."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from enum import StrEnum
from typing import TYPE_CHECKING, Annotated

import typer

from lake.settings import Settings
from lake.tables import columns_of

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection


class EntityType(StrEnum):
    """The two types of entities."""

    ACCOUNT = "account"
    PERSON = "person"


class NoEntitiesError(LookupError):
    """The lake has no entities yet."""


Type = Annotated[EntityType | None, typer.Option("--type", help="Only accounts, or only people.")]
By = Annotated[str, typer.Option("--by", help="Who decides; kept with the judgement.")]
Reason = Annotated[str, typer.Option("--reason", help="Why; kept with the judgement.")]
NEXT_NIGHT = "It takes effect on the next night: `memhouse run`."


@contextmanager
def reading(settings: Settings) -> Iterator[DuckDBPyConnection]:
    """The lake as it is now, judgements taken since the last night included; nothing in it can be changed.

    Raises LakeNotFoundError, NoEntitiesError.
    """
    from lake.connection import connect

    with connect(settings, read_only=True) as con:
        con.execute("attach ':memory:' as memory")  # what is compared again needs room of its own
        _check(con, settings)
        yield con


@contextmanager
def writing(settings: Settings, purpose: str) -> Iterator[DuckDBPyConnection]:
    """The lake under the writer lock; at the end, what a rebuild needs is exported beside it.

    Raises LakeLockedError, LakeNotFoundError, NoEntitiesError.
    """
    from identity.store import ensure_tables, export
    from lake.connection import connect
    from lake.lock import writer_lock

    with reading(settings):  # a lake is not made by asking for it
        pass
    with writer_lock(settings, purpose), connect(settings) as con:
        ensure_tables(con)
        yield con
        export(con, settings.identity_dir)


def named(value: str, option: str) -> str:
    """A name or a reason that says something. Raises BadParameter."""
    if not value.strip():
        raise typer.BadParameter("it is empty; it is kept with the judgement", param_hint=option)
    return value.strip()


def _check(con: DuckDBPyConnection, settings: Settings) -> None:
    there = all(columns_of(con, f"lake.identity.{table}") for table in ("links", "judgements"))
    if not there or con.execute("select 1 from lake.identity.links limit 1").fetchone() is None:
        raise NoEntitiesError(f"no entities in the lake at {settings.lake} yet: run `memhouse run` first")
