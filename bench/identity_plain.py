"""Splink by hand: the settings an engineer writes from its documentation, at the best of many thresholds."""

from __future__ import annotations

import logging
from time import perf_counter

import duckdb
import pyarrow as pa
from splink import DuckDBAPI, Linker, SettingsCreator

THRESHOLDS = (0.01, 0.1, 0.5, 0.8, 0.9, 0.95, 0.99, 0.999, 0.9999, 0.99999)


def plain_splink(
    records: pa.Table, plain: dict[str, list[object]], max_pairs: float, thresholds: tuple[float, ...]
) -> tuple[dict[float, dict[str, str]], float]:
    """Clusters by key at each threshold, and the seconds of training, predicting and one clustering."""
    con = duckdb.connect()
    con.register("given_rows", records)
    con.execute(
        "create table given as select key as unique_id, columns(c -> c not in ('key', 'truth', 'counted', 'told')) from given_rows"
    )
    start = perf_counter()
    settings = SettingsCreator(
        link_type="dedupe_only",
        comparisons=plain["comparisons"],
        blocking_rules_to_generate_predictions=plain["blocking"],
        retain_matching_columns=False,
    )
    api = DuckDBAPI(con)
    linker = Linker(api.register("given"), settings, log_level=logging.ERROR)
    linker.training.estimate_probability_two_random_records_match(plain["deterministic"], recall=0.7)
    linker.training.estimate_u_using_random_sampling(max_pairs=max_pairs, seed=1)
    for rule in plain["training"]:
        linker.training.estimate_parameters_using_expectation_maximisation(rule, max_pairs=1e6)
    scored = linker.inference.predict(threshold_match_probability=min(thresholds))
    found: dict[float, dict[str, str]] = {}
    seconds = 0.0
    for threshold in thresholds:
        clusters = linker.clustering.cluster_pairwise_predictions_at_threshold(
            scored, threshold_match_probability=threshold
        )
        rows = clusters.as_duckdbpyrelation().select("unique_id, cluster_id").fetchall()
        found[threshold] = {key: str(cluster) for key, cluster in rows}
        seconds = seconds or perf_counter() - start
    return found, seconds
