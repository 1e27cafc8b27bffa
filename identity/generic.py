"""Values that many share: found in the data by who holds them, listed, and given no linking weight."""

from __future__ import annotations

from duckdb import DuckDBPyConnection

from identity.specification import Meaning, Specification

# So many unlike holders make a value generic. Few enough to catch a help desk's number, many enough to let a
# person's own spellings, logins and a change of name stand.
HOLDERS = {"email": 5, "email_login": 9, "phone": 5, "domain": 6, "name_single": 6}
# A value that is a word for a function needs only this many.
ROLE_HOLDERS = 2
# And a login that is made of no holder's name (`github`, `code`): one person's handle has one family name beside it,
# two after a change of name.
HANDLE_HOLDERS = 3
# A login is made of a name when it has so many first letters of the given or the last name.
NAMED_BY = 3


def _customers(specification: Specification, source: str) -> str:
    """Staff, bots and shared mailboxes may share what they like: only customers' values are looked at."""
    return f"(select * from {source} where side = 'customer')" if specification.apart else source


# Features of which a record may have several values: the meaning, and the feature that has them all.
SEVERAL = {"phone": (Meaning.PHONE, "phones"), "domain": (Meaning.DOMAIN, "domains")}


def all_values(specification: Specification, feature: str) -> str:
    """The feature that has all values of one that holds the first; empty where a record has one value."""
    if feature not in SEVERAL:
        return ""
    meaning, values = SEVERAL[feature]
    return values if any(len(column.columns) > 1 for column in specification.of(meaning)) else ""


def by_value(specification: Specification, feature: str, source: str) -> str:
    """`source` with one row for each value of a feature that a record may have several of; else as it is."""
    values = all_values(specification, feature)
    return f"(select * exclude ({feature}), unnest({values}) as {feature} from {source})" if values else source


def holds_generic(specification: Specification, kind: str, generic: str) -> str:
    """A condition: a record holds one of the generic values, a query, in whatever place."""
    values = all_values(specification, kind)
    held = f"{kind} in ({generic})"
    return f"({held} or list_has_any({values}, (select list(value) from ({generic}) as g (value))))" if values else held


def find_generic(
    con: DuckDBPyConnection, specification: Specification, source: str, target: str, among: str = ""
) -> None:
    """Write `target` (type, value, holders): the values of `source` that too many unlike entities share.

    With `among`, a table of some rows of `source`, only their values are looked at.
    """
    people = specification.names_people
    source = _customers(specification, source)
    person = "coalesce(family, name_single)"
    holder = person if people else "org_tokens[1]" if specification.has(Meaning.ORGANISATION_NAME) else "record_key"
    parts = ["select '' as type, '' as value, 0 as holders where false"]

    def wanted(feature: str) -> str:
        return f"in (select {feature} from {by_value(specification, feature, among)})" if among else "is not null"

    def shared(feature: str, by: str, least: str) -> None:
        rows = by_value(specification, feature, source)
        parts.append(
            f"select '{feature}', {feature}, count(distinct {by}) from {rows} where {feature} {wanted(feature)} "
            f"group by {feature} having count(distinct {by}) >= {least}"
        )

    if specification.has(Meaning.EMAIL):
        shared("email", holder, f"case when max(email_role) = 1 then {ROLE_HOLDERS} else {HOLDERS['email']} end")
        shared("email_login", holder, str(HOLDERS["email_login"]))
        if people:
            parts.append(_handles(source, wanted("email_login")))
    if specification.has(Meaning.PHONE):
        shared("phone", holder, str(HOLDERS["phone"]))
    if specification.has(Meaning.DOMAIN):
        shared("domain", holder, str(HOLDERS["domain"]))
    if people and specification.has(Meaning.EMAIL):
        shared("name_single", "email_login", str(HOLDERS["name_single"]))
    con.execute(f"create or replace table {target} as {' union all '.join(parts)}")


def _handles(source: str, wanted: str) -> str:
    """Logins made of no holder's name that several people hold; those that many share are listed already."""
    unlike = " and ".join(f"not contains(email_login, left({part}, {NAMED_BY}))" for part in ("given", "family"))
    return (
        f"select 'email_login', email_login, count(distinct family) from {source} where email_login {wanted} "
        f"and given is not null and family is not null and {unlike} group by email_login "
        f"having count(distinct family) >= {HANDLE_HOLDERS} and email_login not in (select email_login from {source} "
        f"where email_login is not null group by email_login "
        f"having count(distinct coalesce(family, name_single)) >= {HOLDERS['email_login']})"
    )


def without_generic(
    con: DuckDBPyConnection, specification: Specification, source: str, generic: str, target: str
) -> None:
    """Write `target`: `source` with generic values taken out, so that they neither block nor weigh.

    Of several values the first that is left takes the place of a generic one.
    """
    types = [row[0] for row in con.execute(f"select distinct type from {generic} order by type").fetchall()]
    replaced = []
    joins = []
    dependants = {"phone": ("phone_subscriber",), "name_single": ("name_full",)}
    for kind in types:
        joins.append(f"left join {generic} as g_{kind} on g_{kind}.type = '{kind}' and f.{kind} = g_{kind}.value")
        for feature in (kind, *dependants.get(kind, ())):
            condition = (
                f"g_{kind}.value is null"
                if feature != "name_full"
                else f"g_{kind}.value is null or f.name_single is null"
            )
            instead = ""
            if feature == kind and (values := all_values(specification, kind)):
                instead = f" else kept_{values}.kept[1]"
                replaced.append(f"coalesce(kept_{values}.kept, []) as {values}")
                joins.append(
                    f"left join (select unique_id, list({kind} order by {kind}) as kept "
                    f"from {by_value(specification, kind, source)} "
                    f"where {kind} not in (select value from {generic} where type = '{kind}') group by unique_id) "
                    f"as kept_{values} on f.unique_id = kept_{values}.unique_id"
                )
            replaced.append(f"case when {condition} then f.{feature}{instead} end as {feature}")
    star = f"f.* replace ({', '.join(replaced)})" if replaced else "f.*"
    con.execute(
        f"create or replace table {target} as select {star} from {source} as f {' '.join(joins)} order by unique_id"
    )
