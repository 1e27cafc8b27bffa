"""`memhouse merge | split | withdraw | judgements`: what people decide about records, kept with who, when and why."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from orchestration.commands.entities import NEXT_NIGHT, By, Reason, Type, named, reading, writing
from orchestration.commands.options import AsJson, Lake, Who, settings_of
from orchestration.commands.output import err, out, print_json_lines, print_table

if TYPE_CHECKING:
    from identity.judgements import Judgement

Other = Annotated[str, typer.Argument(help="The other one, by any identifier.")]
Leaving = Annotated[list[str], typer.Argument(metavar="RECORD…", help="Keys of the records that belong to another.")]
All = Annotated[bool, typer.Option("--all", help="Also those that were withdrawn.")]
Export = Annotated[Path | None, typer.Option("--export", dir_okay=False, help="Write all of them to this CSV file.")]


def register(app: typer.Typer) -> None:
    """Add the commands."""
    app.command("merge")(merge)
    app.command("split")(split)
    app.command("withdraw")(withdraw)
    app.command("judgements")(judgements)


def merge(
    who: Who,
    other: Other,
    by: By,
    reason: Reason,
    entity_type: Type = None,
    lake: Lake = None,
    as_json: AsJson = False,
) -> None:
    """Decide that two customers are one. The older id stays; the other leads to it from then on."""
    settings, by, reason = settings_of(lake), named(by, "--by"), named(reason, "--reason")
    from identity.judgements import merge as merged
    from identity.lookup import find_pair

    with writing(settings, f"merge by {by}") as con:
        first, second = find_pair(con, who, other, entity_type, settings.default_region)
        entities = (first.entity_id, second.entity_id)
        taken = merged(con, first.entity_type, entities, by, datetime.now(UTC), reason)
    _show(taken, f"{entities[0]} and {entities[1]} are to be one. {NEXT_NIGHT}", as_json=as_json)


def split(
    who: Who,
    records: Leaving,
    by: By,
    reason: Reason,
    entity_type: Type = None,
    lake: Lake = None,
    as_json: AsJson = False,
) -> None:
    """Decide that some records of a customer belong to another. `memhouse explain WHO` lists the record keys."""
    settings, by, reason = settings_of(lake), named(by, "--by"), named(reason, "--reason")
    from identity.judgements import split as divided
    from identity.lookup import find

    with writing(settings, f"split by {by}") as con:
        subject = find(con, who, entity_type, settings.default_region)
        taken = divided(con, subject.entity_type, subject.entity_id, records, by, datetime.now(UTC), reason)
    _show(taken, f"{len(set(records))} records are to leave {subject.entity_id}. {NEXT_NIGHT}", as_json=as_json)


def withdraw(
    who: Who,
    other: Other,
    by: By,
    reason: Reason,
    entity_type: Type = None,
    lake: Lake = None,
    as_json: AsJson = False,
) -> None:
    """Withdraw what was decided between two records or customers: what the scores say holds again."""
    settings, by, reason = settings_of(lake), named(by, "--by"), named(reason, "--reason")
    from identity.judgements import standing_between
    from identity.withdrawal import judged_pair, withdraw_subjects

    with writing(settings, f"withdraw by {by}") as con:
        one, two = judged_pair(con, who, other, entity_type, settings.default_region)
        taken = withdraw_subjects(con, one, two, datetime.now(UTC), by, reason)
        apart = one.entity_id != two.entity_id
        more = standing_between(con, one.entity_type, one.records, two.records) if apart else 0
    told = f"{len(taken)} judgements are withdrawn. {NEXT_NIGHT}"
    if more:
        told += f"\n{more} more stand between them: `memhouse withdraw {one.entity_id} {two.entity_id}` takes all back."
    _show(taken, told, as_json=as_json)


def judgements(every: All = False, export: Export = None, lake: Lake = None, as_json: AsJson = False) -> None:
    """List what people decided, oldest first; `memhouse review --import` takes the CSV file again."""
    settings = settings_of(lake)
    from identity.judgement_files import export_judgements
    from identity.judgements import judgements as taken

    with reading(settings) as con:
        if export is not None:
            err.print(f"{export_judgements(con, export)} judgements written to {export}", highlight=False)
            return
        found = taken(con, withdrawn=every)
    _show(found, "" if found else "Nothing was decided yet; `memhouse review` shows what waits.", as_json=as_json)


def _show(taken: Sequence[Judgement], told: str, *, as_json: bool) -> None:
    if as_json:
        print_json_lines(asdict(judgement) for judgement in taken)
        return
    columns: tuple[str, ...] = ("verdict", "entity_type", "left_key", "right_key", "decided_by", "decided_at", "note")
    columns += ("withdrawn_at", "withdrawn_by") if any(judgement.withdrawn_at for judgement in taken) else ()
    if taken:
        print_table(columns, [[getattr(judgement, name) for name in columns] for judgement in taken])
    if told:
        out.print(told, highlight=False)
