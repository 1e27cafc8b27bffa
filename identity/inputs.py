"""From the lake's record tables to what the engine links: people beside accounts, accounts beside people, and kinds."""

from __future__ import annotations

import pyarrow as pa
from duckdb import DuckDBPyConnection

from identity.standardise.emails import parse_email
from identity.store import SCHEMA
from lake.tables import columns_of

ACCOUNTS = f"{SCHEMA}.account_records"
PEOPLE = f"{SCHEMA}.person_records"
OWN_DOMAINS = f"{SCHEMA}.own_domains"
KINDS = ("customer", "staff", "bot", "shared")


def account_input(con: DuckDBPyConnection) -> pa.Table:
    """Account records with `people`: the addresses of the person records that the tools file under each."""
    return con.execute(
        f"select a.*, coalesce(p.people, []) as people from {ACCOUNTS} as a left join ("
        "select account_record_key, list(distinct lower(email) order by lower(email)) as people "
        f"from {PEOPLE} where account_record_key is not null and email is not null "
        "and coalesce(kind, 'customer') = 'customer' group by account_record_key"
        ") as p on a.record_key = p.account_record_key order by a.record_key"
    ).to_arrow_table()


def person_input(con: DuckDBPyConnection, account_of: dict[str, str]) -> pa.Table:
    """Person records with `kind` decided and `account`: the resolved account that a tool files the person under."""
    records = con.execute(f"from {PEOPLE} order by record_key").to_arrow_table()
    own = _own_domains(con)
    columns = {name: records[name].to_pylist() for name in ("kind", "email", "account_record_key")}
    kinds = [kind or person_kind(email, own) for kind, email in zip(columns["kind"], columns["email"], strict=True)]
    accounts = [account_of.get(key) if key else None for key in columns["account_record_key"]]
    position = records.column_names.index("kind")
    records = records.set_column(position, "kind", pa.array(kinds, pa.string()))
    return records.append_column("account", pa.array(accounts, pa.string()))


def person_kind(email: str | None, own_domains: frozenset[str]) -> str:
    """customer, staff, bot or shared, from the address; a customer where it does not tell."""
    if not email:
        return "customer"
    read = parse_email(email)
    if read.is_bot:
        return "bot"
    if (read.address or "").rpartition("@")[2] in own_domains:
        return "shared" if read.is_role else "staff"
    return "shared" if read.is_role else "customer"


def _own_domains(con: DuckDBPyConnection) -> frozenset[str]:
    if not columns_of(con, OWN_DOMAINS):
        return frozenset()
    return frozenset(row[0] for row in con.execute(f"select domain from {OWN_DOMAINS}").fetchall() if row[0])


def vendor_pairs(con: DuckDBPyConnection, table: str) -> tuple[list[tuple[str, str]], list[tuple[str, str]]]:
    """What the tools themselves say of their records: merged into another (same), or child of another (different)."""
    columns = {row[0] for row in con.execute(f"describe {table}").fetchall()}
    found = []
    for name in ("same_as_record_key", "parent_record_key"):
        rows = (
            con.execute(
                f"select distinct a.record_key, a.{name} from {table} as a semi join {table} as b "
                f"on a.{name} = b.record_key where a.{name} <> a.record_key order by all"
            ).fetchall()
            if name in columns
            else []
        )
        found.append([(str(a), str(b)) for a, b in rows])
    return found[0], found[1]


def foundings(con: DuckDBPyConnection, table: str, keys: list[str]) -> dict[str, tuple[str, str]]:
    """Record key → what orders founders: first drop date, then the key."""
    con.register("founding_keys", pa.table({"record_key": pa.array(keys, pa.string())}))
    rows = con.execute(
        f"select record_key, first_drop_date::date::varchar from {table} semi join founding_keys using (record_key)"
    ).fetchall()
    con.unregister("founding_keys")
    return {key: (day or "9999-12-31", key) for key, day in rows}
