"""`memhouse explain`: why records are one customer, or why two are not."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer
from rich.markup import escape

from orchestration.commands.entities import Type, reading
from orchestration.commands.options import AsJson, Lake, Who, settings_of
from orchestration.commands.output import err, out, print_json, print_table, text

if TYPE_CHECKING:
    from identity.explanation import Explanation

EDGES_EXPLAINED = 5
EVENTS = {
    "minted": "founded by {founding_record_key}",
    "merged_into": "merged into {other_id}",
    "split_from": "split from {other_id}",
    "retired": "retired",
}
LINK_COLUMNS = ("entity_id", "record_key", "kind", "rule", "probability", "source")
Other = Annotated[str | None, typer.Argument(help="A second record or customer, to compare the first with.")]
Html = Annotated[Path | None, typer.Option("--html", dir_okay=False, help="Write Splink's waterfall chart there.")]
Edges = Annotated[int, typer.Option(min=0, help="Pairs whose evidence is printed; --json has all.")]


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("explain")(explain)


def explain(
    who: Who,
    other: Other = None,
    html: Html = None,
    edges: Edges = EDGES_EXPLAINED,
    entity_type: Type = None,
    lake: Lake = None,
    as_json: AsJson = False,
) -> None:
    """Explain what holds a customer's records together, or how two records or customers stand to each other."""
    settings = settings_of(lake)
    from identity.explanation import explain as explained

    with reading(settings) as con:
        found = explained(con, who, other, html, entity_type, settings.default_region)
    if as_json:
        print_json(asdict(found))
        return
    _show(found, edges)
    if html is not None:
        _say_chart(found, html)


def show_evidence(pair: dict[str, Any]) -> None:
    """A compared pair's evidence in plain words, with its weights, which add up to the pair's."""
    rows = [(item["says"], f"{item['weight']:+.2f}") for item in pair["evidence"]]
    before = pair["match_weight"] - sum(item["weight"] for item in pair["evidence"])
    rows = [("any two records, before a look at them", f"{before:+.2f}"), *rows]
    print_table(("evidence", "weight (bits)"), [*rows, ("together", f"{pair['match_weight']:+.2f}")])


def _say_chart(found: Explanation, html: Path) -> None:
    if found.chart:
        err.print(f"Waterfall chart: {html} (open it in a browser)", highlight=False)
    else:
        err.print("No chart is written: there is no pair to compare.")


def _show(found: Explanation, edges: int) -> None:
    out.print(f"[bold]{escape(found.verdict)}[/]", highlight=False)
    _show_records(found)
    for pair in found.pairs[:edges]:
        out.print(
            f"\n{escape(pair['left_key'])} and {escape(pair['right_key'])}: probability {pair['probability']:.4f}",
            highlight=False,
        )
        show_evidence(pair)
    if len(found.pairs) > edges:
        err.print(f"{len(found.pairs) - edges} more pairs; --edges N shows more, --json all.")
    _show_past(found)


def _show_records(found: Explanation) -> None:
    """The records of each entity: what ties them to the others, and what they say."""
    entity = None
    for row in found.records:
        if len(found.subjects) > 1 and row["entity_id"] != entity:
            entity = row["entity_id"]
            out.print(f"\n{entity}", highlight=False)
        kind = "" if row["kind"] == "customer" else f"{row['kind']}; "
        tie = f"({kind}{row['rule']}, probability {row['probability']:.4f})"
        out.print(f"  [bold]{escape(row['record_key'])}[/] {escape(tie)}", highlight=False)
        said = [_cell(value) for name, value in row.items() if name not in LINK_COLUMNS and value]
        out.print(f"    {' · '.join(said)}", highlight=False, markup=False)


def _cell(value: Any) -> str:
    return ", ".join(map(str, value)) if isinstance(value, list) else text(value)


def _show_past(found: Explanation) -> None:
    if found.judgements:
        columns = ("verdict", "left_key", "right_key", "decided_by", "decided_at", "withdrawn_at", "note")
        print_table(columns, [[row[name] for name in columns] for row in found.judgements], title="Judgements")
    rows = [
        (text(event["as_of"]), event["entity_id"], EVENTS[event["event"]].format(**event)) for event in found.history
    ]
    print_table(("as of", "entity", "what happened"), rows, title="History")
