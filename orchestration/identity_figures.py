"""A night of identity as Dagster's metadata: figures that its web page shows, and Splink's own chart as a file."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from dagster import MetadataValue
from duckdb import DuckDBPyConnection

BAR = "█"
WIDEST = 20


def figures(con: DuckDBPyConnection, folder: Path) -> dict[str, Any]:
    """By entity type: match weights, cluster sizes, records per source, pairs above and below the threshold.

    `folder` takes Splink's match-weight charts, which need a browser and no network.
    """
    from identity.figures import match_weights, match_weights_chart, statistics
    from identity.specifications import SPECIFICATIONS

    found: dict[str, Any] = {}
    for kind in sorted(SPECIFICATIONS):
        numbers, weights = statistics(con, kind), match_weights(con, kind)
        sizes = [(str(size), count) for size, count in numbers.sizes.items()]
        found[f"{kind}_cluster_sizes"] = _bars("records in an entity", "entities", sizes)
        sources = list(numbers.records_by_source.items())
        found[f"{kind}_records_by_source"] = _bars("source", "records", sources)
        found[f"{kind}_pairs_above_threshold"] = numbers.edges_above
        found[f"{kind}_pairs_below_threshold"] = numbers.edges_below
        found[f"{kind}_match_weights"] = _bars(
            "evidence", "bits", [(f"{each.comparison}: {each.says}", each.weight) for each in weights]
        )
        path = folder / f"{kind}_match_weights.html"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(match_weights_chart(con, kind), encoding="utf-8")
        found[f"{kind}_match_weights_chart"] = MetadataValue.path(path)
    return found


def _bars(label: str, unit: str, values: Sequence[tuple[str, float]]) -> Any:
    """A bar chart in Markdown."""
    widest = max((abs(value) for _, value in values), default=0) or 1
    rows = [
        f"| {name} | {value:g} | {BAR * max(1, round(abs(value) / widest * WIDEST)) if value else ''} |"
        for name, value in values
    ]
    return MetadataValue.md("\n".join([f"| {label} | {unit} | |", "|---|---:|---|", *rows]))
