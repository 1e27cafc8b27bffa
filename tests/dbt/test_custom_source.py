"""Histories nobody here wrote, through the neutral source: people's timelines are complete and in order.

Only counts are compared: the commits name living people, whose rows no failure may print.
"""

from __future__ import annotations

from datetime import date
from pathlib import Path

import duckdb
import pyarrow as pa
import pytest

from ingestion import land
from lake.connection import connect
from lake.settings import Settings, load_settings
from tests.dbt.conftest import run_dbt

DATA = Path(__file__).parents[3] / "shared" / "data"
STAR, COMMITS = DATA / "interactions" / "star", DATA / "interactions" / "git_events" / "*.parquet"
DAY = date(2026, 8, 31)
SEEDS = ["generic_mailboxes", "free_mail_domains", "interaction_kinds"]
PEOPLE = f"""
    select distinct 'star-' || user_id as id, null as name, null as email, 'star-' || user_id as person
    from '{STAR}/dialogues.parquet'
    union all
    select distinct 'git-' || c.record_id, c.raw_name, c.raw_email, 'git-' || t.entity_cross
    from '{COMMITS}' as c inner join '{DATA}/identity/git_mailmap/truth.csv' as t using (record_id)"""
INTERACTIONS = f"""
    select 'star-' || m.dialogue_id || '-' || lpad(m.seq::varchar, 4, '0') as id, m.sent_at as occurred_at,
        'chat' as channel, null as kind, if(m.agent = 'User', 'customer', 'staff') as author,
        'star-' || d.user_id as person_id, 'star-' || d.dialogue_id as thread, null as subject, m.text
    from '{STAR}/messages.parquet' as m inner join '{STAR}/dialogues.parquet' as d using (dialogue_id)
    union all
    select 'git-' || repo || '-' || event_id, occurred_at, 'repository', 'commit', 'customer', 'git-' || record_id,
        null, split_part(text, chr(10), 1), text
    from '{COMMITS}'"""
# Each person's history as one text, from the files and from the model.
DELIVERED = """select person, count(*) as entries, md5(string_agg('custom:interactions:' || i.id, ',' order by occurred_at, i.id)) as history
    from interactions as i inner join people as p on i.person_id = p.id group by person"""
MODELLED = """select person_id as person, count(*) as entries, md5(string_agg(record_key, ',' order by occurred_at, record_key)) as history
    from marts.interactions group by person_id"""

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(not (STAR.exists() and COMMITS.parent.exists()), reason=f"no public interactions under {DATA}"),
]


def write_exports(con: duckdb.DuckDBPyConnection, drop: Path) -> None:
    drop.mkdir(parents=True)
    for name, query in (("people", PEOPLE), ("interactions", INTERACTIONS)):
        con.execute(f"create temp table {name} as {query}")
        hidden = "exclude (person)" if name == "people" else ""
        con.execute(f"copy (select * {hidden} from {name}) to '{drop / name}.ndjson' (format json)")


@pytest.fixture(scope="module")
def settings(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    folder = tmp_path_factory.mktemp("custom")
    return load_settings(exports=folder / "exports", lake=folder / "lake", duckdb_memory="2GB")


def links_by_truth(con: duckdb.DuckDBPyConnection, people: pa.Table) -> None:
    con.register("people", people)
    con.execute("create schema identity")
    con.execute(
        "create table identity.record_identifiers (entity_type varchar, record_key varchar, type varchar, "
        "value varchar, is_generic boolean)"
    )
    con.execute(
        "create table identity.links as select 'person' as entity_type, record_key, person as entity_id, "
        "'customer' as kind, 1.0::double as probability, 'truth' as rule, 'v1' as model_version from people"
    )


def test_every_persons_history_is_complete_and_in_order(settings: Settings) -> None:
    with duckdb.connect() as files:
        files.execute("set timezone = 'UTC'")
        write_exports(files, settings.exports / "custom" / str(DAY))
        report = land(settings, DAY)
        delivered = files.execute(DELIVERED).to_arrow_table()
        people = files.execute("select 'custom:people:' || id as record_key, person from people").to_arrow_table()
    with connect(settings) as con:
        links_by_truth(con, people)
    run_dbt(settings, DAY, "build", "--select", "+interactions", *SEEDS, "--exclude-resource-type", "test", "unit_test")
    with connect(settings, read_only=True) as con:
        modelled = con.execute(MODELLED).to_arrow_table()
        kinds = con.execute("select channel, kind, count(*) from marts.interactions group by all order by 1").fetchall()
    assert report.rejects == 0
    assert (delivered.num_rows, without(delivered, modelled), without(modelled, delivered)) == (modelled.num_rows, 0, 0)
    assert kinds == [("chat", "chat_message", 60_817), ("other", "event", 171_213)]


def without(some: pa.Table, others: pa.Table) -> int:
    """How many people's histories of the one are not those of the other."""
    con = duckdb.connect()
    con.register("some_rows", some)
    con.register("others", others)
    found = con.execute("select count(*) from (from some_rows except from others)").fetchall()
    return int(found[0][0])
