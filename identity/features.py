"""Records → the standardised columns that blocking and comparisons read. Each distinct value is worked on once."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any, Generic, TypeVar

import pyarrow as pa

from identity.specification import Column, Meaning, Specification
from identity.standardise.addresses import parse_address, postcode
from identity.standardise.dates import birth_date, swapped_date
from identity.standardise.domains import company_domain
from identity.standardise.emails import Email, parse_email
from identity.standardise.names import parse_name
from identity.standardise.organisations import parse_organisation
from identity.standardise.phones import phone, subscriber
from identity.standardise.text import category

TEXT = pa.string()
LIST = pa.list_(pa.string())
T = TypeVar("T")
EMPTY = Email()
Features = dict[str, pa.Array]


class SpecificationError(ValueError):
    """The specification does not fit the table; the message names the column."""


def standardise(records: pa.Table, specification: Specification) -> pa.Table:
    """One row a record, sorted by key: `unique_id` (0, 1, …), `record_key`, and the features of every meaning.

    Raises SpecificationError for a missing column, a null key or a repeated key.
    """
    wanted = [specification.key, *(name for column in specification.columns for name in column.columns)]
    wanted += [specification.apart] if specification.apart else []
    missing = sorted(set(wanted) - set(records.column_names))
    if missing:
        raise SpecificationError(f"{specification.entity_type} records lack the column {', '.join(missing)}")
    records = records.sort_by(specification.key)
    keys: pa.Array = records[specification.key].cast(TEXT).combine_chunks()
    _check_keys(keys, specification)
    features: Features = {"unique_id": pa.array(range(len(keys)), pa.int64()), "record_key": keys}
    if specification.apart:
        features["side"] = records[specification.apart].cast(TEXT).combine_chunks()
    features |= _person_names(records, specification)
    for column in specification.columns:
        build: Callable[[pa.Table, Column, Specification], Features] = _BUILDERS.get(column.meaning, _nothing)
        features |= build(records, column, specification)
    if specification.names_people and specification.has(Meaning.PHONE):
        features["only_phone"] = _nothing_but_a_number(features)
    return pa.table(features)


def _check_keys(keys: pa.Array, specification: Specification) -> None:
    if keys.null_count:
        raise SpecificationError(
            f"{specification.entity_type} records: {keys.null_count} rows have no {specification.key}"
        )
    if len(keys.unique()) != len(keys):
        repeated = [entry["values"] for entry in keys.value_counts().to_pylist() if entry["counts"] > 1]
        raise SpecificationError(
            f"{specification.entity_type} records: {specification.key} is not unique, for example {min(repeated)!r}; "
            "give one row a record"
        )


def _texts(records: pa.Table, name: str) -> list[str | None]:
    column = records[name]
    return list((column if pa.types.is_string(column.type) else column.cast(TEXT)).to_pylist())


class _Reader(Generic[T]):
    """A pure function that works on each distinct value once."""

    def __init__(self, function: Callable[[Any], T]) -> None:
        self.function = function
        self.known: dict[Any, T] = {}

    def __call__(self, value: Any) -> T:
        if value not in self.known:
            self.known[value] = self.function(value)
        return self.known[value]


def _mapped(values: Iterable[Any], function: Callable[[Any], T]) -> list[T]:
    read = _Reader(function)
    return [read(value) for value in values]


def _person_names(records: pa.Table, specification: Specification) -> Features:
    if not specification.names_people:
        return {}
    parts: list[list[str | None]] = []
    for meaning in (Meaning.PERSON_NAME, Meaning.GIVEN_NAME, Meaning.FAMILY_NAME):
        columns = specification.of(meaning)
        parts.append(_texts(records, columns[0].columns[0]) if columns else [None] * len(records))
    names = _mapped(zip(*parts, strict=True), lambda name: parse_name(*name))
    return {
        "name_full": pa.array([name.full or name.single for name in names], TEXT),
        "name_pair": pa.array([name.pair for name in names], TEXT),
        "name_single": pa.array([name.single for name in names], TEXT),
        "given": pa.array([name.given for name in names], TEXT),
        "family": pa.array([name.family for name in names], TEXT),
        "name_initial": pa.array([name.initial for name in names], TEXT),
        "abbreviated": pa.array([int(name.abbreviated) for name in names], pa.int8()),
        "given_variants": pa.array([name.variants for name in names], LIST),
        "name_tokens": pa.array([name.tokens for name in names], LIST),
        "middle": pa.array([name.middle for name in names], TEXT),
        "whole_logins": pa.array([name.whole_logins for name in names], LIST),
        "short_logins": pa.array([name.short_logins for name in names], LIST),
    }


def _values(records: pa.Table, column: Column) -> list[list[str]]:
    """The values of one or several columns, text or list, by record, the first column's first."""
    found: list[list[str]] = [[] for _ in range(len(records))]
    for name in column.columns:
        values = records[name].to_pylist() if pa.types.is_list(records[name].type) else _texts(records, name)
        for row, value in zip(found, values, strict=True):
            row.extend(value if isinstance(value, list) else [value] if value else [])
    return found


def _emails(records: pa.Table, column: Column, _: Specification) -> Features:
    read = _Reader(parse_email)
    emails = [[read(text) for text in row] for row in _values(records, column)]
    emails = [[email for email in row if email.address and not email.is_bot] for row in emails]
    first = [row[0] if row else EMPTY for row in emails]
    features: Features = {
        "email": pa.array([email.address for email in first], TEXT),
        "email_login": pa.array([email.login for email in first], TEXT),
        "email_company": pa.array([email.company for email in first], TEXT),
        "email_role": pa.array([int(email.is_role) for email in first], pa.int8()),
    }
    if len(column.columns) > 1:
        lists = [sorted({email.address for email in row if email.address and not email.is_role}) for row in emails]
        features["emails"] = pa.array(lists, LIST)
    return features


def _phones(records: pa.Table, column: Column, specification: Specification) -> Features:
    rows = _values(records, column)
    read = _Reader(lambda text: phone(text, specification.region))
    numbers = [sorted({number for text in row if (number := read(text))}) for row in rows]
    first = [next((number for text in row if (number := read(text))), None) for row in rows]
    features: Features = {
        "phone": pa.array(first, TEXT),
        "phone_subscriber": pa.array(_mapped(first, subscriber), TEXT),
    }
    if len(column.columns) > 1:
        features["phones"] = pa.array(numbers, LIST)
    return features


def _nothing_but_a_number(features: Features) -> pa.Array:
    """1 for a record that tells a telephone number and nothing else of who it is."""
    told = [features[name].to_pylist() for name in ("name_full", "email", "emails", "ids") if name in features]
    rows = zip(features["phone"].to_pylist(), *told, strict=True)
    bare = [number is not None and not any(rest) for number, *rest in rows]
    return pa.array(map(int, bare), pa.int8())


def _organisations(records: pa.Table, column: Column, _: Specification) -> Features:
    names = _mapped(_texts(records, column.columns[0]), parse_organisation)
    features: Features = {
        "org_name": pa.array([name.name for name in names], TEXT),
        "org_full": pa.array([name.full for name in names], TEXT),
        "org_acronym": pa.array([name.acronym for name in names], TEXT),
        "org_tokens": pa.array([name.tokens for name in names], LIST),
    }
    if len(column.columns) > 1:
        read = _Reader(parse_organisation)
        rows = [[read(text).full for text in row] for row in _values(records, column)]
        features["org_fulls"] = pa.array([sorted({name for name in row if name}) for row in rows], LIST)
    return features


def _addresses(records: pa.Table, column: Column, _: Specification) -> Features:
    lines = zip(*(_texts(records, name) for name in column.columns), strict=True)
    addresses = _mapped(lines, lambda parts: parse_address(" ".join(part for part in parts if part)))
    return {
        "address": pa.array([address.line for address in addresses], TEXT),
        "house_number": pa.array([address.number for address in addresses], TEXT),
        "street": pa.array([address.street for address in addresses], TEXT),
    }


def _birth_dates(records: pa.Table, column: Column, _: Specification) -> Features:
    dates = _mapped(_texts(records, column.columns[0]), birth_date)
    return {"born": pa.array(dates, TEXT), "born_swapped": pa.array(_mapped(dates, swapped_date), TEXT)}


def _domains(records: pa.Table, column: Column, _: Specification) -> Features:
    read = _Reader(company_domain)
    rows = [[domain for text in row if (domain := read(text))] for row in _values(records, column)]
    features: Features = {"domain": pa.array([row[0] if row else None for row in rows], TEXT)}
    if len(column.columns) > 1:
        features["domains"] = pa.array([sorted(set(row)) for row in rows], LIST)
    return features


def _postcodes(records: pa.Table, column: Column, _: Specification) -> Features:
    return {"postcode": pa.array(_mapped(_texts(records, column.columns[0]), postcode), TEXT)}


def _external_ids(records: pa.Table, column: Column, _: Specification) -> Features:
    lists = [sorted({value for value in values or () if value}) for values in records[column.columns[0]].to_pylist()]
    spaces = [sorted({value.partition(":")[0] for value in values}) for values in lists]
    return {"ids": pa.array(lists, LIST), "id_spaces": pa.array(spaces, LIST)}


def _members(records: pa.Table, column: Column, _: Specification) -> Features:
    lists = [sorted({value for value in values or () if value}) for values in records[column.columns[0]].to_pylist()]
    return {feature_name(column): pa.array(lists, LIST)}


def _categories(records: pa.Table, column: Column, _: Specification) -> Features:
    return {feature_name(column): pa.array(_mapped(_texts(records, column.columns[0]), category), TEXT)}


def _nothing(*_: object) -> Features:
    return {}


def feature_name(column: Column) -> str:
    """The feature of a meaning that a specification may have several times."""
    return f"{column.meaning.value}_{column.label}"


_BUILDERS: dict[Meaning, Callable[[pa.Table, Column, Specification], Features]] = {
    Meaning.EMAIL: _emails,
    Meaning.PHONE: _phones,
    Meaning.ORGANISATION_NAME: _organisations,
    Meaning.ADDRESS: _addresses,
    Meaning.BIRTH_DATE: _birth_dates,
    Meaning.DOMAIN: _domains,
    Meaning.POSTCODE: _postcodes,
    Meaning.EXTERNAL_ID: _external_ids,
    Meaning.MEMBERS: _members,
    Meaning.PLACE: _categories,
    Meaning.CATEGORY: _categories,
}
