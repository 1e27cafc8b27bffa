"""What the columns of a record mean. The engine derives everything else from it."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from identity.standardise.phones import DEFAULT_REGION


class Meaning(StrEnum):
    """The meanings that a column may have."""

    PERSON_NAME = "person_name"
    GIVEN_NAME = "given_name"
    FAMILY_NAME = "family_name"
    ORGANISATION_NAME = "organisation_name"
    EMAIL = "email"
    PHONE = "phone"
    DOMAIN = "domain"
    ADDRESS = "address"
    PLACE = "place"
    POSTCODE = "postcode"
    BIRTH_DATE = "birth_date"
    EXTERNAL_ID = "external_id"  # one list of `namespace:value`: unequal values of a namespace speak against a match
    MEMBERS = "members"  # a list of keys of related records: sharing some speaks for a match, sharing none for nothing
    CATEGORY = "category"


@dataclass(frozen=True)
class Column:
    """One or more columns of the input with one meaning.

    Several columns of ADDRESS are read as one line; several of EMAIL, PHONE, DOMAIN and
    ORGANISATION_NAME (text or lists) as one list, its first value the one that holds now.
    `name` is the short name under which PLACE, CATEGORY and MEMBERS appear in charts and explanations.
    """

    meaning: Meaning
    columns: tuple[str, ...]
    name: str = ""

    @property
    def label(self) -> str:
        """The name in charts and explanations."""
        return self.name or self.columns[0]


@dataclass(frozen=True)
class Specification:
    """A record type: what it is called, the column with its unique key, and what its columns mean.

    `apart`: a column; records that differ in it are never compared (staff and customers).
    `company`: the name of the category that says which company a record belongs to.
    """

    entity_type: str
    key: str
    columns: tuple[Column, ...]
    region: str = DEFAULT_REGION
    apart: str = ""
    company: str = ""

    def of(self, *meanings: Meaning) -> list[Column]:
        """The columns with one of the meanings, in order."""
        return [column for column in self.columns if column.meaning in meanings]

    def has(self, *meanings: Meaning) -> bool:
        """True when some column has one of the meanings."""
        return bool(self.of(*meanings))

    def several(self, meaning: Meaning) -> bool:
        """True when a record may have more than one value of a meaning."""
        return any(len(column.columns) > 1 for column in self.of(meaning))

    @property
    def names_people(self) -> bool:
        """True when records carry the name of a human being."""
        return self.has(Meaning.PERSON_NAME, Meaning.GIVEN_NAME, Meaning.FAMILY_NAME)


def column(meaning: Meaning, *columns: str, name: str = "") -> Column:
    """Shorthand for a specification's rows."""
    return Column(meaning, columns, name)
