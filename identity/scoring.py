"""Scoring candidate pairs with Splink."""

from __future__ import annotations

import logging

from duckdb import DuckDBPyConnection
from splink import DuckDBAPI, Linker, SettingsCreator


def linker(con: DuckDBPyConnection, features: str, model: SettingsCreator) -> Linker:
    """A Splink linker over the features; their rarity columns stand in for Splink's own term frequencies."""
    api = DuckDBAPI(con)
    made = Linker(api.register(features), model, log_level=logging.ERROR, validate_settings=False)
    for column in made._settings_obj._term_frequency_columns:  # noqa: SLF001 (no public list of these columns)
        name = column.unquote().name
        empty = f"empty_tf_{name}"
        con.execute(f'create or replace table "{empty}" as select "{name}", "tf_{name}" from {features} limit 0')
        made.table_management.register_term_frequency_lookup(api.register(f'"{empty}"'), name)
    return made


def score(
    con: DuckDBPyConnection, features: str, pairs: str, model: SettingsCreator, target: str, keep: str = ""
) -> None:
    """Write `target`: unique_id_l, unique_id_r, match_weight, match_probability and `keep` of the `pairs`."""
    made = linker(con, features, model)
    made.table_management.register_blocked_pairs_for_predict(made._db_api.register(pairs))  # noqa: SLF001
    scored = made.inference.predict(warning_mode="never")
    con.execute(
        f"create or replace table {target} as select unique_id_l, unique_id_r, "
        f"match_weight, match_probability{keep} from {scored.physical_name}"
    )
    scored.drop_table_from_database_and_remove_from_cache(force_non_splink_table=True)
