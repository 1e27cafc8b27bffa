"""The nightly job against the truth of an invented company: not that it ran, but that it is right."""

from __future__ import annotations

import pytest

from orchestration.data_places import WITHOUT_CUSTOMER_DATA, customer_data_places
from tests.integration.conftest import ACROSS_THE_NIGHT, AGENT, Nights
from tests.integration.web_page import web_page

pytestmark = pytest.mark.slow


def test_both_nights_publish_and_the_second_lands_only_what_is_new(nights: Nights) -> None:
    assert nights.first["status"] == nights.last["status"] == "succeeded"
    assert nights.first["snapshot_id"] != nights.last["snapshot_id"]
    (landed_first,), (landed_last,) = (
        nights.rows(f"select count(*) from marts.interactions where recorded_at::date = '{night['day']}'")
        for night in (nights.first, nights.last)
    )
    assert landed_first[0] > 10 * landed_last[0] > 0


def test_every_record_that_is_not_broken_belongs_to_exactly_one_entity(nights: Nights) -> None:
    expected = {("account", key) for row in nights.truth("accounts") for key in row["records"]} | {
        ("person", key) for row in nights.truth("people") for key in row["records"]
    }
    links = nights.rows(
        "select entity_type, record_key, count(distinct entity_id) from marts.identity_links group by all"
    )
    assert all(count == 1 for *_, count in links)
    assert expected - {(entity_type, key) for entity_type, key, _ in links} == set()


def test_every_broken_row_waits_in_quarantine_with_its_place(nights: Nights) -> None:
    found = set(nights.rows("select source, stream, source_file, source_row from quarantine.rejected_rows"))
    broken = {(b["source"], b["stream"], b["source_file"], b["source_row"]) for b in nights.truth("broken")}
    assert broken, "the world plants broken rows"
    assert broken - found == set()
    assert found - broken == set(), "rows in quarantine that are not broken"
    told = nights.ask("status")["quarantine"]
    assert told == dict(nights.rows("select source, count(*) from quarantine.rejected_rows group by source"))


def test_every_interaction_is_there_once_and_attributed_or_listed(nights: Nights) -> None:
    expected = {row["record_key"]: row for row in nights.truth("interactions")}
    found = nights.rows("select record_key, account_id, person_id, source_file, source_row from marts.interactions")
    assert len(found) == len({row[0] for row in found})
    assert set(expected) - {row[0] for row in found} == set()
    assert all(file and line for *_, file, line in found)
    attributed = {key for key, account, person, *_ in found if account or person}
    of_customers = {key for key, row in expected.items() if row["account_id"]}
    assert len(of_customers & attributed) / len(of_customers) >= 0.98


def test_a_changed_preference_is_one_current_fact_and_its_history(nights: Nights) -> None:
    person_of = dict(nights.rows("select record_key, entity_id from marts.identity_links where entity_type = 'person'"))
    records_of = {row["person_id"]: row["records"] for row in nights.truth("people")}
    stated = [row for row in nights.truth("facts") if row["attribute"] == "contact_preference"]
    changed = {f["entity_id"] for f in stated if f["invalid_at"]} & {
        f["entity_id"] for f in stated if not f["invalid_at"]
    }
    assert changed, "the world plants people who change their preference"
    right = 0
    for true_person in sorted(changed):
        entity = person_of[records_of[true_person][0]]
        current = nights.rows(
            f"select value from memory.facts where entity_id = '{entity}' and attribute = 'contact_preference'"
        )
        history = nights.rows(
            f"select value, invalid_at from memory.fact_history where entity_id = '{entity}' and attribute = 'contact_preference'"
        )
        assert len(current) <= 1
        truth = next(f["value"] for f in stated if f["entity_id"] == true_person and not f["invalid_at"])
        right += current == [(truth,)] and len(history) >= 2 and sum(end is None for _, end in history) == 1
    # Statements that no rule reads, and people of whom a record is still apart, are counted by the benchmarks.
    assert right / len(changed) >= 0.7, f"{right} of {len(changed)} changed preferences are right"


def test_who_changes_companies_is_one_person_with_two_memberships_in_time(nights: Nights) -> None:
    links = {
        (kind, key): found
        for kind, key, found in nights.rows(
            "from (select entity_type, record_key, entity_id from marts.identity_links)"
        )
    }
    records_of = {row["account_id"]: row["records"] for row in nights.truth("accounts")}
    movers = [row for row in nights.truth("people") if len(row["memberships"]) > 1]
    assert movers, "the world plants people who change companies"
    for mover in movers:
        (person,) = {links["person", key] for key in mover["records"]}
        jobs = [links["account", records_of[job["account_id"]][0]] for job in mover["memberships"]]
        found = nights.rows(
            f"select account_id, invalid_at is null from marts.account_people where person_id = '{person}' order by valid_at"
        )
        assert found == [(account, job == len(jobs) - 1) for job, account in enumerate(jobs)], mover["name"]


def test_readers_see_one_night_or_the_other_while_one_runs(nights: Nights) -> None:
    after = nights.memhouse("sql", ACROSS_THE_NIGHT, "--json")
    assert after != nights.before
    assert len(nights.meanwhile) >= 6
    assert nights.before in nights.meanwhile
    assert set(nights.meanwhile) <= {nights.before, after}


def test_running_the_newest_night_again_from_the_web_page_changes_nothing(nights: Nights) -> None:
    before = nights.rows("select count(*) from memory.extractions")
    with web_page(nights.folder) as page:
        assert page.run(nights.last["day"]) == "SUCCESS"
    assert nights.ask("status")["published"]["snapshot_id"] == nights.last["snapshot_id"]
    assert nights.rows("select count(*) from memory.extractions") == before


def test_a_day_before_the_head_is_refused_with_the_reason(nights: Nights) -> None:
    nights.memhouse("run", "--date", nights.first["day"], code=1)


def test_customers_data_rests_nowhere_but_where_erasure_looks(nights: Nights) -> None:
    places = customer_data_places(nights.settings)
    listed = {kind: {place.location for place in places if place.kind == kind} for kind in ("schema", "folder", "file")}
    schemas = nights.rows("select distinct schema_name from duckdb_tables() where database_name = 'lake'")
    assert {name for (name,) in schemas} <= listed["schema"]
    for entry in nights.settings.lake.iterdir():
        if entry.name not in WITHOUT_CUSTOMER_DATA:
            place = str(entry.with_name(entry.name.partition("-")[0]))  # the catalog's `-wal` and `-shm` are part of it
            assert place in listed["folder"] | listed["file"], entry.name


def test_a_timeline_shows_a_chart_above_its_entries(nights: Nights) -> None:
    ((account, entries),) = nights.rows(
        "select account_id, count(*) from marts.account_timeline group by 1 order by 2 desc, 1 limit 1"
    )
    shown = nights.memhouse("timeline", account, "--limit", "3")
    assert account in shown
    assert "email " in shown
    assert "invoices •" in shown
    assert f"the newest 3 of {entries:,}" in shown


def test_a_recall_over_mcp_is_counted_by_the_next_night(nights: Nights) -> None:
    answer = nights.recalled
    handed = {memory["memory_id"] for memory in [*answer["observations"], *answer["communications"]]}
    assert handed
    asked = "select count(*) from memory.documents where text like '%how do they like to be contacted?%'"
    assert nights.rows(asked) == [(0,)], "a question is no memory of the customer's"
    landed = nights.rows(f"select memory_id from memory.recalls where agent_id = '{AGENT}' and is_hit")
    assert handed <= {memory_id for (memory_id,) in landed}
    assert nights.rows(f"select distinct account_id from memory.recalls where agent_id = '{AGENT}'") == [
        (answer["entity"]["entity_id"],)
    ]
    assert nights.rows(f"select recalls, recall_hits from marts.agent_operations where agent_id = '{AGENT}'") == [
        (1, 1)
    ]
