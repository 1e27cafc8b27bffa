"""The reader: facts at a time, and the rows that a signal is from."""

from typing import Any

from memory.reader import Snapshot


def test_what_held_then_and_what_we_believed_then(snapshot_of):
    def fact(value: str, valid: str, invalid: str | None, created: str, expired: str | None) -> dict[str, Any]:
        row = {"fact_id": f"fct_{value}", "entity_type": "person", "entity_id": "per_cat", "attribute": "language"}
        times = {"valid_at": valid, "invalid_at": invalid, "created_at": created, "expired_at": expired}
        return row | {"value": value} | {name: at and f"2025-{at} 12:00:00+00" for name, at in times.items()}

    rows = [fact("de", "01-01", "03-01", "01-02", "04-01"), fact("fr", "03-01", None, "04-01", None)]
    snapshot = Snapshot.open(snapshot_of(facts=rows))

    def values(**at: str) -> list[str]:
        return [row["value"] for row in snapshot.facts("per_cat", **at)]

    assert values(history=True) == ["de", "fr"]
    assert (values(true_at="2025-02-01"), values(true_at="2025-03-01T12:00:00Z")) == (["de"], ["fr"])
    assert (values(believed_at="2025-03-15"), values(believed_at="2025-05-01")) == (["de"], ["fr"])
    assert values(true_at="2024-12-31") == []


def test_a_signal_leads_to_file_and_row_of_its_record_and_its_evidence(snapshot_of):
    entry = "'acc_acme' as account_id, 'signal' as entry_type, 'billing/2025-06-16/plans.csv' as source_file"
    change = f"""
        alter table marts.signals add column evidence varchar[];
        update marts.signals set evidence = ['mailbox:messages:1', 'nowhere:told:1'];
        insert into marts.account_timeline by name
        select 'sig_1' as entry_id, 'billing:plans:9' as record_key, 4 as source_row, {entry};
    """
    snapshot = Snapshot.open(snapshot_of(change=change))
    told = snapshot.explain_source("sig_1", "acc_acme")
    assert (told["source_file"], told["source_row"]) == ("billing/2025-06-16/plans.csv", 4)
    assert [(place["record_key"], place["source_row"]) for place in told["sources"]] == [
        ("billing:plans:9", 4),
        ("mailbox:messages:1", 1),
    ]
