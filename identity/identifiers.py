"""Normalised identifiers by record: what lookups go through, in the spelling of `standardise.normalise_identifier`."""

from __future__ import annotations

import pyarrow as pa
from duckdb import DuckDBPyConnection

from identity.engine import Linked
from identity.inputs import ACCOUNTS, PEOPLE
from identity.known import Changes
from identity.records import RECORDS
from identity.specification import Specification
from identity.standardise.domains import company_domain
from identity.standardise.emails import parse_email
from identity.standardise.identifiers import normalise_name
from identity.standardise.phones import phone
from identity.store import SCHEMA

Row = tuple[str, str, str]
CHOSEN = "chosen_records"


def write_identifiers(
    con: DuckDBPyConnection,
    work: DuckDBPyConnection,
    specification: Specification,
    linked: Linked,
    changes: Changes | None = None,
) -> None:
    """Write one entity type's identifiers inside the caller's transaction. Generic values are marked, not dropped.

    With `changes` only those of records that came, changed or left.
    """
    kind, region = specification.entity_type, specification.region
    generic = {(of, value) for of, value, _ in work.execute(f"from {linked.tables.generic}").fetchall()}
    _make_room(con, kind, generic, changes)
    found = _accounts(con, region) if kind == "account" else _people(con, region)
    con.unregister(CHOSEN)
    rows = sorted(set(found))
    table = pa.table(
        {
            "entity_type": pa.array([specification.entity_type] * len(rows), pa.string()),
            "record_key": pa.array([key for key, _, _ in rows], pa.string()),
            "type": pa.array([kind for _, kind, _ in rows], pa.string()),
            "value": pa.array([value for _, _, value in rows], pa.string()),
            "is_generic": pa.array([_is_generic(kind, value, generic) for _, kind, value in rows], pa.bool_()),
        }
    )
    con.register("identifier_rows", table)
    con.execute(f"insert into {SCHEMA}.record_identifiers by name from identifier_rows")
    con.unregister("identifier_rows")


def _make_room(
    con: DuckDBPyConnection, entity_type: str, generic: set[tuple[str, str]], changes: Changes | None
) -> None:
    """Delete what is written anew, mark what has become generic, and choose the records to read (`CHOSEN`)."""
    if changes is None:
        con.execute(f"delete from {SCHEMA}.record_identifiers where entity_type = ?", [entity_type])
        chosen = con.execute(f"select record_key from {RECORDS[entity_type]}").to_arrow_table()
    else:
        stale = pa.table({"record_key": pa.array([*changes.arrived, *changes.gone], pa.string())})
        values = sorted(generic)
        columns = {"type": [kind for kind, _ in values], "value": [value for _, value in values]}
        con.register("stale_keys", stale)
        con.register("generic_values", pa.table({name: pa.array(of, pa.string()) for name, of in columns.items()}))
        con.execute(
            f"delete from {SCHEMA}.record_identifiers where entity_type = ? and record_key in (from stale_keys)",
            [entity_type],
        )
        con.execute(
            f"update {SCHEMA}.record_identifiers set is_generic = true where entity_type = ? and not is_generic "
            "and (type, value) in (select (type, value) from generic_values)",
            [entity_type],
        )
        con.unregister("generic_values")
        con.unregister("stale_keys")
        chosen = pa.table({"record_key": pa.array(changes.arrived, pa.string())})
    con.register(CHOSEN, chosen)


def _is_generic(kind: str, value: str, generic: set[tuple[str, str]]) -> bool:
    return (kind, value) in generic or (kind == "email" and parse_email(value).is_role)


def _people(con: DuckDBPyConnection, region: str) -> list[Row]:
    rows = con.execute(
        "select record_key, native_id, full_name, given_name, family_name, [email] || other_emails, "
        f"[phone] || other_phones, external_ids from {PEOPLE} semi join {CHOSEN} using (record_key)"
    ).fetchall()
    found: list[Row] = []
    for key, native, full, given, family, emails, phones, ids in rows:
        found += _names(key, [full, " ".join(part for part in (given, family) if part)], "person")
        found += [(key, "email", address) for text in emails or () if text and (address := _address(text))]
        found += [(key, "phone", number) for text in phones or () if text and (number := phone(text, region))]
        found += _keys(key, native, ids)
    return found


def _address(text: str) -> str | None:
    """An address under a domain; `ann@corp`, as one machine knows her, is no identifier of anybody elsewhere."""
    address = parse_email(text).address
    return address if address and "." in address.rpartition("@")[2] else None


def _accounts(con: DuckDBPyConnection, region: str) -> list[Row]:
    rows = con.execute(
        "select record_key, native_id, [name] || other_names, [domain, website] || other_domains, phone, external_ids "
        f"from {ACCOUNTS} semi join {CHOSEN} using (record_key)"
    ).fetchall()
    found: list[Row] = []
    for key, native, names, domains, number, ids in rows:
        found += _names(key, names, "account")
        found += [(key, "domain", domain) for text in domains if text and (domain := company_domain(text))]
        found += [(key, "phone", read)] if number and (read := phone(number, region)) else []
        found += _keys(key, native, ids)
    return found


def _names(key: str, names: list[str | None], entity_type: str) -> list[Row]:
    return [(key, "name", value) for name in names if name and (value := normalise_name(name, entity_type))]


def _keys(key: str, native: str | None, ids: list[str] | None) -> list[Row]:
    """The record key and the vendor's own id, and each external id whole and without its namespace."""
    found = [(key, "native_id", key)] + ([(key, "native_id", native)] if native else [])
    for value in ids or ():
        found.append((key, "external_id", value))
        bare = value.partition(":")[2]
        found += [(key, "native_id", bare)] if bare else []
    return found
