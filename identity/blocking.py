"""Which pairs are looked at: records that share one strong key, or two weak ones.

A key that more records share than `MAX_BLOCK` is not used: such pairs meet through their other keys.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import NamedTuple

from duckdb import DuckDBPyConnection

from identity.features import feature_name
from identity.specification import Meaning, Specification

MAX_BLOCK = 120
# Parts that are weak alone, two together: few enough that what else a pair has in common can still decide.
MAX_PAIR_BLOCK = 40
# A weak key alone makes a block only where it is this rare.
MAX_WEAK_BLOCK = 20
SEPARATOR = "'|'"

_STRONG: dict[Meaning, tuple[str, ...]] = {
    Meaning.EMAIL: ("email", "email_login"),
    Meaning.PHONE: ("phone", "phone_subscriber"),
    Meaning.DOMAIN: ("domain",),
    Meaning.ORGANISATION_NAME: ("org_full", "org_rare"),
    Meaning.ADDRESS: ("address",),
}
_NAME_KEYS = ("name_full", "name_pair")
# Weak keys, of which any two together make a block.
_GIVEN, _FAMILY = "substr(given, 1, 4)", "substr(family, 1, 5)"


def block_keys(specification: Specification) -> dict[str, int]:
    """SQL expressions over a record's features; records that share one are compared. With the largest block."""
    keys = [key for column in specification.columns for key in _STRONG.get(column.meaning, ())]
    weak, pairs = [], []
    if specification.names_people:
        keys += _NAME_KEYS
        pairs += ["name_initial"]
        weak += [_GIVEN, _FAMILY]
    if specification.has(Meaning.BIRTH_DATE):
        weak += ["born"]
        keys += [f"born_swapped || {SEPARATOR} || {_GIVEN}"] if specification.names_people else []
    weak += ["postcode"] if specification.has(Meaning.POSTCODE) else []
    weak += ["house_number", "substr(street, 1, 6)"] if specification.has(Meaning.ADDRESS) else []
    weak += ["org_rare"] if specification.has(Meaning.ORGANISATION_NAME) else []
    weak += [f'"{feature_name(column)}"' for column in specification.of(Meaning.PLACE)]
    pairs += [f"{a} || {SEPARATOR} || {b}" for i, a in enumerate(weak) for b in weak[i + 1 :]]
    return dict.fromkeys(weak, MAX_WEAK_BLOCK) | dict.fromkeys(keys, MAX_BLOCK) | dict.fromkeys(pairs, MAX_PAIR_BLOCK)


def exploded_keys(specification: Specification) -> list[str]:
    """SQL expressions that give a list of keys for a record."""
    keys = ["ids"] if specification.has(Meaning.EXTERNAL_ID) else []
    keys += [f'"{feature_name(column)}"' for column in specification.of(Meaning.MEMBERS)]
    for meaning, feature in (
        (Meaning.EMAIL, "emails"),
        (Meaning.PHONE, "phones"),
        (Meaning.ORGANISATION_NAME, "org_fulls"),
        (Meaning.DOMAIN, "domains"),
    ):
        keys += [feature] if any(len(column.columns) > 1 for column in specification.of(meaning)) else []
    return keys


def write_members(con: DuckDBPyConnection, specification: Specification, features: str, new: str = "") -> None:
    """Write `block_members`, which record is in which block: rule, block, unique_id, is_spelled.

    `new`: a table of unique ids; when given, only the blocks that one of them is in. `is_spelled`: the record has the
    value itself. In the last rule a name meets the logins that may be made of it, and two names that only could be
    written as one login do not meet.
    """
    if new:
        con.execute(f"create or replace temp table new_features as from {features} semi join {new} using (unique_id)")
    parts = []
    for number, rule in enumerate(_rules(specification)):
        among = f" where block in (select block from ({rule.members('new_features')}))" if new else ""
        spelled = "bool_or(is_spelled) as is_spelled" if rule.repeats else "is_spelled"
        once = " group by block, unique_id" if rule.repeats else ""
        parts.append(
            f"select {number} as rule, block, unique_id, {spelled} from ({rule.members(features)}){among}{once}"
        )
    con.execute(f"create or replace temp table block_members as {' union all '.join(parts)}")
    if new:
        con.execute("drop table new_features")


def write_pairs(
    con: DuckDBPyConnection, specification: Specification, pairs: str, new: str = "", inside: bool = False
) -> int:
    """Write the candidate pairs as Splink takes them (join_key_l < join_key_r, match_key) and count them.

    `block_members` is there, of `new` when that is given: a table of unique ids; then only pairs with at least one of
    them are written, with `inside` only pairs of two of them.
    """
    limits = [*block_keys(specification).values(), *[MAX_BLOCK] * len(exploded_keys(specification)), MAX_PAIR_BLOCK]
    cases = " ".join(f"when rule = {rule} then {limit}" for rule, limit in enumerate(limits))
    con.execute(
        "create or replace temp table blocks as select rule, block from block_members group by all "
        f"having count(*) between 2 and case {cases} else {MAX_BLOCK} end"
    )
    con.execute("create or replace temp table blocked as from block_members semi join blocks using (rule, block)")
    left = right = "blocked"
    if new:
        con.execute(f"create or replace temp table new_blocked as from blocked semi join {new} using (unique_id)")
        left, right = "new_blocked", "new_blocked" if inside else "blocked"
    con.execute(
        f"create or replace table {pairs} as select least(l.unique_id, r.unique_id) as join_key_l, "
        "greatest(l.unique_id, r.unique_id) as join_key_r, min(l.rule)::varchar as match_key "
        f"from {left} as l join {right} as r on l.rule = r.rule and l.block = r.block "
        f"and l.unique_id {'<>' if new else '<'} r.unique_id and (l.is_spelled or r.is_spelled) group by all"
    )
    for table in ("block_members", "blocks", "blocked", *(["new_blocked"] if new else [])):
        con.execute(f"drop table {table}")
    row = con.execute(f"select count(*) from {pairs}").fetchone()
    return int(row[0]) if row else 0


class _Rule(NamedTuple):
    """Gives the query of a rule's members (block, unique_id, is_spelled) among a table of features.

    `repeats`: a record may be in one block several times.
    """

    members: Callable[[str], str]
    repeats: bool


def _rules(specification: Specification) -> list[_Rule]:
    side = ", side" if specification.apart else ""
    rules = [_Rule(partial(_by_key, key, side), repeats=False) for key in block_keys(specification)]
    rules += [_Rule(partial(_by_item, key, side), repeats=True) for key in exploded_keys(specification)]
    if specification.names_people and specification.has(Meaning.EMAIL):
        rules.append(_Rule(partial(_by_login, side), repeats=True))
    return rules


def _by_key(key: str, side: str, features: str) -> str:
    return f"select hash({key}{side}) as block, unique_id, true as is_spelled from {features} where {key} is not null"


def _by_item(key: str, side: str, features: str) -> str:
    return (
        f"select hash(item{side}) as block, unique_id, true as is_spelled from "
        f"(select unique_id{side}, unnest({key}) as item from {features}) where item is not null"
    )


def _by_login(side: str, features: str) -> str:
    forms, words = "list_concat(whole_logins, short_logins)", "[email_login, name_single]"
    return " union all ".join(
        f"select hash(item{side}) as block, unique_id, {is_spelled} as is_spelled from "
        f"(select unique_id{side}, unnest({items}) as item from {features}) where item is not null"
        for items, is_spelled in ((forms, "false"), (words, "true"))
    )
