"""Why two records were compared as they were: each comparison's level in plain words, with its weight."""

from __future__ import annotations

from duckdb import DuckDBPyConnection

from identity.comparisons import comparisons
from identity.levels import Comparison
from identity.parameters import Parameters, settings
from identity.scoring import score
from identity.specification import Specification

Evidence = dict[str, object]


def write_evidence(
    con: DuckDBPyConnection,
    specification: Specification,
    parameters: Parameters,
    features: str,
    pairs: str,
    target: str,
) -> None:
    """Write `target`: unique ids, weight, probability, `rule` (the strongest evidence) and `evidence` (JSON list).

    `pairs` is a table as Splink takes it. Evidence entries: comparison, says, weight (bits), strongest first.
    """
    compared = comparisons(specification)
    model = settings(parameters, compared)
    model.retain_intermediate_calculation_columns = True
    model.retain_matching_columns = True
    keep = "".join(f', gamma_{c.name} as "g_{c.name}", {_weight(c)} as "w_{c.name}"' for c in compared)
    score(con, features, pairs, model, f"{target}_raw", keep=keep)
    entries = ", ".join(_entry(c) for c in compared)
    con.execute(
        f"create or replace table {target} as with told as (select *, list_sort(list_filter([{entries}], "
        f"x -> x.says is not null), 'desc') as items from {target}_raw) "
        "select unique_id_l, unique_id_r, match_weight, match_probability, "
        "coalesce(items[1].says, 'nothing in common') as rule, "
        "to_json(list_transform(items, "
        "x -> {'comparison': x.comparison, 'says': x.says, 'weight': x.weight}))::varchar "
        "as evidence from told"
    )
    con.execute(f"drop table {target}_raw")


def _weight(comparison: Comparison) -> str:
    adjusted = f' + "mw_tf_adj_{comparison.name}"' if any(level.rarity for level in comparison.levels) else ""
    return f'round("mw_{comparison.name}"{adjusted}, 2)'


def _entry(comparison: Comparison) -> str:
    last = len(comparison.levels) - 1
    cases = " ".join(
        f"when {last - index} then '{level.says.replace(chr(39), chr(39) * 2)}'"
        for index, level in enumerate(comparison.levels)
    )
    name = comparison.name
    return f"{{'weight': \"w_{name}\"::double, 'comparison': '{name}', 'says': case \"g_{name}\" {cases} end}}"
