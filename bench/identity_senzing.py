"""The Senzing truth set is a suite of hard cases: each wrong one is listed with what speaks for and against it."""

from __future__ import annotations

import json
from pathlib import Path

import duckdb
import pyarrow as pa

from identity.engine import Linked, link
from identity.evaluation import compare
from identity.evidence import write_evidence
from identity.specification import Meaning, Specification, column

SPECIFICATION = Specification(
    "senzing",
    "key",
    (
        column(Meaning.PERSON_NAME, "person_name"),
        column(Meaning.ORGANISATION_NAME, "org_name"),
        column(Meaning.BIRTH_DATE, "born"),
        column(Meaning.EMAIL, "email"),
        column(Meaning.PHONE, "phone"),
        column(Meaning.ADDRESS, "address"),
        column(Meaning.POSTCODE, "postcode"),
        column(Meaning.EXTERNAL_ID, "ids"),
    ),
)
ID_FIELDS = {
    "PASSPORT_NUMBER": "passport", "DRIVERS_LICENSE_NUMBER": "licence", "SSN_NUMBER": "ssn",
    "NATIONAL_ID_NUMBER": "national", "TAX_ID_NUMBER": "tax", "LEI_NUMBER": "lei",
}  # fmt: skip
SOURCES = ("customers", "reference", "watchlist")
FILES = ("senzing_truthset/actual_truthset_key.csv", *(f"senzing_truthset/{name}.jsonl" for name in SOURCES))


def _records(folder: Path) -> pa.Table:
    rows = []
    for name in SOURCES:
        for line in (folder / f"{name}.jsonl").read_text(encoding="utf-8").splitlines():
            if line.strip():
                rows.append(_row(json.loads(line)))
    return pa.Table.from_pylist(sorted(rows, key=lambda row: row["key"]))


def _row(given: dict[str, object]) -> dict[str, object]:
    flat = dict(given)
    for feature in given.get("FEATURES", []) or []:  # type: ignore[attr-defined]
        flat |= feature
    get = {key: str(value) for key, value in flat.items() if value not in (None, "")}

    def first(ending: str) -> str | None:
        return next((get[key] for key in sorted(get) if key.endswith(ending)), None)

    parts = [first("NAME_FIRST"), first("NAME_MIDDLE"), first("NAME_LAST")]
    return {
        "key": f"{get['DATA_SOURCE']}:{get['RECORD_ID']}",
        "person_name": first("NAME_FULL") or " ".join(part for part in parts if part) or None,
        "org_name": first("NAME_ORG"),
        "born": first("DATE_OF_BIRTH"),
        "email": first("EMAIL_ADDRESS"),
        "phone": first("PHONE_NUMBER"),
        "address": first("ADDR_LINE1") or first("ADDR_FULL"),
        "postcode": first("ADDR_POSTAL_CODE"),
        "ids": sorted(f"{space}:{get[field]}" for field, space in ID_FIELDS.items() if field in get),
    }


def senzing_cases(data: Path) -> list[dict[str, object]]:
    """One row of measures, then one a wrong case."""
    folder = data / "identity" / "senzing_truthset"
    records = _records(folder)
    con = duckdb.connect()
    linked = link(con, records, SPECIFICATION)
    key = con.read_csv(str(folder / "actual_truthset_key.csv"), all_varchar=True)
    truth = dict(key.select("DATA_SOURCE || ':' || RECORD_ID, CLUSTER_ID").fetchall())
    found = {record: str(label) for record, label in zip(linked.keys, linked.labels.tolist(), strict=True)}
    result = compare(found, truth)
    rows: list[dict[str, object]] = [
        {
            "set": "senzing_truthset",
            "way": "memhouse",
            "precision": result.precision,
            "recall": result.recall,
            "f1": result.f1,
        }
    ]
    for error in result.worst:
        rows.append(
            {
                "set": "senzing_truthset",
                "case": error.kind,
                "records": error.records,
                "why": _why(con, linked, error.records),
            }
        )
    return rows


def _why(con: duckdb.DuckDBPyConnection, linked: Linked, keys: list[str]) -> list[str]:
    """The strongest evidence of each pair, for and against."""
    features = linked.tables.features
    con.execute(
        "create or replace table case_pairs as select l.unique_id as join_key_l, r.unique_id as join_key_r, '0' as match_key "
        f"from {features} as l join {features} as r on l.unique_id < r.unique_id "
        "where l.record_key in (select unnest(?)) and r.record_key in (select unnest(?))",
        [keys, keys],
    )
    write_evidence(con, SPECIFICATION, linked.parameters, features, "case_pairs", "case_edges")
    rows = con.execute(
        "select l.record_key, r.record_key, match_weight, evidence from case_edges as e "
        f"join {features} as l on l.unique_id = unique_id_l join {features} as r on r.unique_id = unique_id_r "
        "order by match_weight desc limit 6"
    ).fetchall()
    return [
        f"{a} {b} {weight:.1f}: " + "; ".join(f"{e['says']} {e['weight']}" for e in json.loads(text))
        for a, b, weight, text in rows
    ]
