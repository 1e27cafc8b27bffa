"""`memhouse evaluate`: how good the entities are against a truth."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from lake.settings import Settings
from orchestration.commands.entities import EntityType, Type, reading
from orchestration.commands.options import AsJson, Lake, settings_of
from orchestration.commands.output import err, out, print_json_lines, print_table

if TYPE_CHECKING:
    from identity.evaluation import ClusterError, Evaluation

RECORDS_SHOWN = 6
FIGURES = {
    "precision": "precision of pairs",
    "recall": "recall of pairs",
    "f1": "F1 of pairs",
    "bcubed_precision": "B-cubed precision",
    "bcubed_recall": "B-cubed recall",
    "bcubed_f1": "B-cubed F1",
    "records": "records",
    "entities": "entities found",
    "true_entities": "entities in truth",
}
Truth = Annotated[Path | None, typer.Option("--truth", exists=True, file_okay=False, help="The demo's truth folder.")]
Pairs = Annotated[
    Path | None,
    typer.Option(
        "--pairs", exists=True, dir_okay=False, help="CSV: left_key, right_key, verdict; or record_key, entity_id."
    ),
]
Worst = Annotated[int, typer.Option(min=0, help="Wrong clusters shown, the worst first.")]


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("evaluate")(evaluate)


def evaluate(
    truth: Truth = None,
    pairs: Pairs = None,
    entity_type: Type = None,
    worst: Worst = 10,
    lake: Lake = None,
    as_json: AsJson = False,
) -> None:
    """Measure the entities against a truth: precision, recall and F1 of pairs, B-cubed, and the worst errors."""
    given = truth or pairs
    if given is None or (truth and pairs):
        raise typer.BadParameter("give one: the demo's truth folder, or a CSV file", param_hint="--truth or --pairs")
    found = _evaluations(settings_of(lake), given, entity_type)
    if as_json:
        print_json_lines({"entity_type": kind} | asdict(result) for kind, result in found.items())
        return
    _show_figures(found)
    for kind, result in found.items():
        _show_worst(kind, result.worst[:worst])


def _evaluations(settings: Settings, truth: Path, entity_type: EntityType | None) -> dict[str, Evaluation]:
    """Entity type → its evaluation; a type of which the truth says nothing is left out unless it is asked for."""
    from identity.evaluation import NothingInCommonError
    from identity.evaluation import evaluate as evaluated

    found = {}
    with reading(settings) as con:
        for kind in (entity_type,) if entity_type else tuple(EntityType):
            try:
                found[kind.value] = evaluated(con, kind.value, truth)
            except NothingInCommonError:
                if entity_type or (kind is EntityType.PERSON and not found):
                    raise
                err.print(f"{truth} says nothing of the lake's {kind.value} records", highlight=False)
    return found


def _show_figures(found: dict[str, Evaluation]) -> None:
    rows = [[told, *(_figure(getattr(result, name)) for result in found.values())] for name, told in FIGURES.items()]
    print_table(("", *found), rows)


def _figure(value: float | int | None) -> str:
    return "-" if value is None else f"{value:.4f}" if isinstance(value, float) else f"{value:,}"


def _show_worst(kind: str, errors: list[ClusterError]) -> None:
    out.print(f"\n[bold]{kind}[/]: " + ("wrong clusters, the worst first" if errors else "no cluster is wrong"))
    for error in errors:
        said = "joined wrongly" if error.kind == "joined" else "left apart"
        parts = " + ".join(map(str, error.parts))
        out.print(f"{error.name}: {said}, {parts} records, {error.wrong_pairs} wrong pairs", highlight=False)
        for key in error.records[:RECORDS_SHOWN]:  # the odd ones first
            out.print(f"    {key}", highlight=False, markup=False)
        if len(error.records) > RECORDS_SHOWN:
            out.print(f"    … {len(error.records) - RECORDS_SHOWN} more", highlight=False)
