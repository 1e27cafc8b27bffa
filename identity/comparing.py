"""Scoring a few pairs again, outside a night: for explanations and Splink's waterfall chart. Writes nothing."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from html import escape
from pathlib import Path
from typing import Any

import pyarrow as pa
from duckdb import DuckDBPyConnection
from splink.internals.html_utils import chart_html

from identity.comparisons import comparisons
from identity.evidence import write_evidence
from identity.lookup import UnknownError
from identity.parameters import Parameters, settings
from identity.records import Row, rows_of
from identity.resolution import current_parameters
from identity.scoring import linker
from identity.specification import Specification
from identity.specifications import SPECIFICATIONS
from identity.store import features_table

KeyPair = tuple[str, str]
# In pixels: Splink writes every value that a comparison reads above its bar.
CHART_WIDTH, LABEL_WIDTH = 1100, 110


@contextmanager
def compared_records(
    con: DuckDBPyConnection, entity_type: str, keys: list[str]
) -> Iterator[tuple[DuckDBPyConnection, Specification, Parameters]]:
    """A cursor with the features of some records in table `some_features`, and what they are compared by."""
    parameters = current_parameters(con, entity_type)
    if parameters is None:
        raise UnknownError(f"no model for {entity_type} yet: run a night first")
    found = con.execute(
        f"select * from {features_table(entity_type)} where record_key in (select unnest(?)) order by unique_id", [keys]
    ).to_arrow_table()
    work = con.cursor()
    work.execute("use memory.main; create schema if not exists identity_explain; use memory.identity_explain")
    try:
        work.register("feature_rows", found)
        work.execute("create or replace table some_features as from feature_rows")
        work.unregister("feature_rows")
        yield work, SPECIFICATIONS[entity_type](), parameters
    finally:
        work.execute("use memory.main; drop schema if exists memory.identity_explain cascade")
        work.close()


def likeliest_pairs(
    con: DuckDBPyConnection, entity_type: str, left: list[str], right: list[str], limit: int
) -> list[Row]:
    """Score all pairs across two sets of records now; the likeliest `limit`."""
    with compared_records(con, entity_type, sorted({*left, *right})) as (work, specification, parameters):
        work.execute(
            "create or replace table some_pairs as select distinct least(l.unique_id, r.unique_id) as join_key_l, "
            "greatest(l.unique_id, r.unique_id) as join_key_r, '0' as match_key from some_features as l "
            "join some_features as r on l.unique_id <> r.unique_id "
            "where l.record_key in (select unnest(?)) and r.record_key in (select unnest(?)) order by 1, 2",
            [left, right],
        )
        write_evidence(work, specification, parameters, "some_features", "some_pairs", "some_edges")
        cursor = work.execute(
            "select l.record_key as left_key, r.record_key as right_key, round(match_probability, 6) as probability, "
            "round(match_weight, 3) as match_weight, rule, evidence from some_edges as e "
            "join some_features as l on l.unique_id = e.unique_id_l "
            "join some_features as r on r.unique_id = e.unique_id_r "
            f"order by match_weight desc, left_key, right_key limit {limit}"
        )
        return [row | {"evidence": json.loads(row["evidence"])} for row in rows_of(cursor)]


def write_waterfall(con: DuckDBPyConnection, entity_type: str, pairs: list[KeyPair], path: Path) -> None:
    """Splink's waterfall chart of pairs, its libraries inside the file: it opens without a network."""
    keys = sorted({key for pair in pairs for key in pair})
    with compared_records(con, entity_type, keys) as (work, specification, parameters):
        wanted = pa.table({"left_key": [pair[0] for pair in pairs], "right_key": [pair[1] for pair in pairs]})
        work.register("wanted_pairs", wanted)
        work.execute(
            "create or replace table some_pairs as select least(l.unique_id, r.unique_id) as join_key_l, "
            "greatest(l.unique_id, r.unique_id) as join_key_r, '0' as match_key from wanted_pairs as w "
            "join some_features as l on l.record_key = w.left_key join some_features as r on r.record_key = w.right_key"
        )
        work.unregister("wanted_pairs")
        made = linker(work, "some_features", settings(parameters, comparisons(specification), detailed=True))
        made.table_management.register_blocked_pairs_for_predict(made._db_api.register("some_pairs"))  # noqa: SLF001
        records = made.inference.predict(warning_mode="never").as_record_list()
        records.sort(key=lambda record: (-record["match_weight"], record["unique_id_l"], record["unique_id_r"]))
        key_of = dict(work.execute("select unique_id, record_key from some_features").fetchall())
        named = [f"{key_of[record['unique_id_l']]} and {key_of[record['unique_id_r']]}" for record in records]
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(_readable(made.visualisations.waterfall_chart(records), named), encoding="utf-8")


def _readable(chart: Any, pairs: list[str]) -> str:
    """Splink's chart as HTML, wide enough for its labels, with the names of the pairs that its slider numbers.

    Values too long for their bar are cut off.
    """
    chart.set_width_height(width=CHART_WIDTH)
    spec = chart.chart_dict
    for layer in spec["layer"][0]["layer"]:
        mark = layer["mark"]
        if isinstance(mark, dict) and mark["type"] == "text" and "fontSize" in mark:
            mark["limit"] = LABEL_WIDTH
    html = str(chart_html(spec, inline=True, fullhtml=True))  # type: ignore[no-untyped-call]
    chart_part, end, rest = html.rpartition("</body>")
    items = "".join(f"<li>{escape(pair)}</li>" for pair in pairs)
    return f'{chart_part}<p>record_number, the likeliest pair first:</p><ol start="0">{items}</ol>{end}{rest}'
