"""Taking back what was decided between two records or entities, as people name them."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from duckdb import DuckDBPyConnection

from identity.judgements import Judgement, JudgementError, is_merge, judgements, withdraw_between, withdraw_decision
from identity.lookup import Subject, UnknownError, find_pair
from identity.standardise.phones import DEFAULT_REGION
from lake.transaction import transaction

SHOWN = 5


def judged_pair(
    con: DuckDBPyConnection, left: str, right: str, entity_type: str | None, region: str = DEFAULT_REGION
) -> tuple[Subject, Subject]:
    """Two subjects of a type; where a record is gone from its tool, the two records that a judgement stands between.

    Raises UnknownError, AmbiguousError.
    """
    try:
        return find_pair(con, left, right, entity_type, region)
    except UnknownError:
        keys = sorted((left.strip(), right.strip()))
        for judgement in judgements(con):
            if [judgement.left_key, judgement.right_key] == keys and entity_type in {None, judgement.entity_type}:
                one, two = (Subject(judgement.entity_type, key, [key], key) for key in keys)
                return one, two
        raise


def withdraw_subjects(
    con: DuckDBPyConnection, first: Subject, second: Subject, at: datetime, by: str, note: str
) -> list[Judgement]:
    """Withdraw the judgements that stand between two subjects; which they were.

    A merge that a night has taken over leaves one entity: its two old ids name it when only one decision holds it
    together, else records must. A merge is taken back whole, whichever of its pairs is named.
    Raises JudgementError when nothing stands, or when it is unclear what is meant.
    """
    with transaction(con):
        taken = withdraw_between(con, first.entity_type, first.named, second.named, at, by, note)
        if not taken:
            raise JudgementError(
                "nothing was decided between the two, or is withdrawn already; `memhouse judgements` lists what stands"
            )
        whole = first.entity_id == second.entity_id and not (first.record and second.record)
        if whole and len({(j.decided_by, j.decided_at, j.note) for j in taken}) > 1:
            pairs = "; ".join(f"{j.left_key} {j.right_key} ({j.verdict})" for j in taken[:SHOWN])
            raise JudgementError(
                f"both are {first.entity_id}, in which {len(taken)} judgements stand: {pairs}. "
                "Name the two records of the one to withdraw"
            )
        taken += [
            other for merged in taken if is_merge(merged) for other in withdraw_decision(con, merged, at, by, note)
        ]
    return [replace(judgement, withdrawn_at=at, withdrawn_by=by, withdrawn_note=note) for judgement in taken]
