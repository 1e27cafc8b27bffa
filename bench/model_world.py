"""A lake of many accounts, made from a finished small one: its raw rows and Python-written tables, copied under new ids.

Each copy is a set of companies of its own: every vendor id, mail address, domain and telephone number of the small
world gets the copy's number at its end, in the payloads as in identity's and memory's tables, so that all joins hold.
Staff grow with the customers; the company's own mail domain, the products and the knowledge documents stay one.
What is not new in a copy: names, texts and times. The extractor's and the linker's own work is not part of this bench.
"""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path

import duckdb

from ingestion.raw_tables import ensure_tables
from ingestion.sources import load_sources
from lake.connection import connect
from lake.settings import Settings

NUMBER = "printf('%03d', copy)"
COPY, OWN = "¤", "¦"  # where a copy's number goes; the company's own domain while the others are marked
SHARED = {("stripe", "products"), ("stripe", "prices"), ("knowledge", "documents")}
RAW_COLUMNS = "payload, _source_file, _source_row, _drop_date, _file_sha256"
ID_FIELDS = (
    "id|Id|Sid|ParentCallSid|sid|call_sid|From|To|messageId|anonymousId|userId|groupId|previousId|event_id|run_id|"
    "correlation_id|action_id|user_id|requester_id|submitter_id|assignee_id|organization_id|author_id|ticket_id|"
    "external_id|company_id|admin_assignee_id|customer|invoice|subscription|workspace_id|salesforce_account_id|"
    "Record ID|AccountId|OwnerId|WhoId|WhatId|ParentId|MasterRecordId"
)
IDENTITY = {
    "links": "entity_type, {key} as record_key, entity_id || '¤' as entity_id, kind, probability, rule, model_version",
    "record_identifiers": """entity_type, {key} as record_key, type, case
        when type = 'domain' or value like '%@%' then {value} when type = 'name' then value || ' ¤' else value || '¤'
        end as value, is_generic""",
}


def addresses_marked(text: str, own_domain: str) -> str:
    """SQL that marks the mail addresses and domains in a text."""
    hidden = f"replace({text}, '{own_domain}', '{OWN}')"
    local = f"regexp_replace({hidden}, '([A-Za-z0-9._%+''-]+)@', '\\1{COPY}@', 'g')"
    domains = f"regexp_replace({local}, '(?i)([a-z0-9])([.]example)', '\\1-{COPY}\\2', 'g')"
    return f"replace({domains}, '{OWN}', '{own_domain}')"


def ids_marked(json: str) -> str:
    """SQL that marks the ids in a payload: texts, numbers, and HubSpot's lists of numbers."""
    texts = f"""regexp_replace({json}, '"({ID_FIELDS})":"([A-Za-z0-9_:.+-]+)"', '"\\1":"\\2{COPY}"', 'g')"""
    numbers = f"""regexp_replace({texts}, '"({ID_FIELDS})":([0-9]+)', '"\\1":\\2{COPY}', 'g')"""
    return f"""case when {json} like '%"Associated Company IDs"%'
        then regexp_replace({numbers}, '([0-9]{{9,}})([;"])', '\\1{COPY}\\2', 'g') else {numbers} end"""


def key_marked(key: str, own_domain: str) -> str:
    """SQL that marks a record key: by its address where it has one, else at its end."""
    return f"case when {key} like '%@%' then {addresses_marked(key, own_domain)} else {key} || '{COPY}' end"


def keep_marked(source: Settings, work: Path) -> None:
    """Write the small lake's tables to `work` as Parquet, marked: `<schema>.<table>.parquet`."""
    work.mkdir(parents=True, exist_ok=True)
    with connect(source, read_only=True) as con:
        own = str(con.execute("select min(domain) from identity.own_domains").fetchall()[0][0])
        for schema, table in _raw_tables(con):
            whole = (schema.removeprefix("raw_"), table) in SHARED
            payload = "payload" if whole else ids_marked(addresses_marked("payload", own))
            # Most rows rest in the history; the last hundredth of each stream is what a night brings.
            _keep(con, work, schema, table, f"""select {payload} as payload, * exclude (payload),
                percent_rank() over (order by _drop_date, _source_file, _source_row) > 0.99 as is_new
                from {schema}.{table}""")  # fmt: skip
        for table, columns in IDENTITY.items():
            fields = columns.format(key=key_marked("record_key", own), value=addresses_marked("value", own))
            _keep(con, work, "identity", table, f"select {fields} from identity.{table}")
        _keep(con, work, "memory", "extractions", f"""
            select e.* replace (e.observation_id || '{COPY}' as observation_id,
                {key_marked("e.record_key", own)} as record_key,
                {key_marked("e.subject_record_key", own)} as subject_record_key),
                i.author_role, coalesce({addresses_marked("i.text", own)}, i.structured) as content_read
            from memory.extractions as e inner join memory.extraction_inputs as i using (input_id)""")  # fmt: skip
        _keep(con, work, "memory", "extraction_versions", "from memory.extraction_versions")


def _raw_tables(con: duckdb.DuckDBPyConnection) -> list[tuple[str, str]]:
    return con.execute(
        "select table_schema, table_name from information_schema.columns "
        "where table_schema like 'raw_%' and column_name = 'payload' and table_name not like '\\_%' escape '\\' order by all"
    ).fetchall()


def _keep(con: duckdb.DuckDBPyConnection, work: Path, schema: str, table: str, query: str) -> None:
    con.execute(f"copy ({query}) to '{work / f'{schema}.{table}.parquet'}' (format parquet)")


def land_history(settings: Settings, work: Path, copies: int, day: date) -> None:
    """A new lake with the copies' rows but the newest hundredth, as nights up to `day` landed them, and identity's tables."""
    with connect(settings) as con:
        ensure_tables(con, load_sources().sources.values())
        for file in sorted(work.glob("raw_*.parquet")):
            con.execute(f"insert into {_name(file)} by name {_landed(file, copies, day, is_new=False)}")
        con.execute("create schema if not exists identity")
        for table in IDENTITY:
            marked = _copied(con, work / f"identity.{table}.parquet", copies)
            con.execute(f"create table identity.{table} as {marked}")
        con.execute("create schema if not exists lake.memory")


def land_night(settings: Settings, work: Path, copies: int, day: date) -> None:
    """The newest hundredth of every stream, as landed on `day`."""
    with connect(settings) as con:
        for file in sorted(work.glob("raw_*.parquet")):
            con.execute(f"insert into {_name(file)} by name {_landed(file, copies, day, is_new=True)}")


def copy_extractions(settings: Settings, work: Path, copies: int) -> None:
    """What the extractor would have found: the small world's statements, under the copies' inputs."""
    with connect(settings) as con:
        versions = work / "memory.extraction_versions.parquet"
        con.execute(f"create or replace table lake.memory.extraction_versions as from '{versions}'")
        con.execute(f"""
            create or replace table lake.memory.extractions as
            select e.* exclude (author_role, content_read) replace (
                i.input_id as input_id, i.interaction_id as interaction_id)
            from lake.memory.extraction_inputs as i
            inner join ({_copied(con, work / "memory.extractions.parquet", copies)}) as e
                on i.record_key = e.record_key and i.author_role = e.author_role
                and coalesce(i.text, i.structured) = e.content_read""")


def _name(file: Path) -> str:
    return file.name.removesuffix(".parquet")


def _copied(con: duckdb.DuckDBPyConnection, file: Path, copies: int) -> str:
    """A select of a marked table's copies: every text with the copy's number in place of the mark."""
    columns = con.execute(f"describe from '{file}'").fetchall()
    texts = [f"replace({name}, '{COPY}', {NUMBER}) as {name}" for name, kind, *_ in columns if kind == "VARCHAR"]
    return f"select * exclude (copy) replace ({', '.join(texts)}) from '{file}', range({copies}) as copies(copy)"


def _landed(file: Path, copies: int, day: date, *, is_new: bool) -> str:
    source, table = _name(file).removeprefix("raw_").split(".")
    whole = (source, table) in SHARED
    drop = f"date '{day}'" if is_new else f"least(_drop_date, date '{day - timedelta(days=1)}')"
    return f"""
        select {"payload" if whole else f"replace(payload, '{COPY}', {NUMBER})"} as payload,
            _source_file, (_source_row - 1) * {copies} + copy + 1 as _source_row, {drop} as _drop_date, _file_sha256,
            cast({drop} + interval 1 day - interval 1 microsecond as timestamptz) as _recorded_at,
            'load-' || {drop} as _dlt_load_id
        from '{file}', range({1 if whole else copies}) as copies(copy)
        where is_new = {str(is_new).lower()}
        order by _drop_date"""
