"""The public sets: how each is read, what its columns mean, its truth, and the references to stand beside."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import duckdb
import pyarrow as pa
import splink.comparison_library as cl
from splink import block_on

from bench.identity_rules import chicago_rule, mailmap_rule
from identity.specification import Column, Specification, column
from identity.specification import Meaning as M  # noqa: N817 (a table of columns reads by it)

Rule = Callable[[pa.Table], list[int]]


@dataclass(frozen=True)
class Benchmark:
    """`query` takes the folder as {d} and gives columns key, truth, counted (boolean: scored) and the data's own.

    `told` (boolean) where only some of the truth was written down and the rest follows from a rule.
    """

    name: str
    query: str
    columns: tuple[Column, ...]
    plain: Callable[[], dict[str, list[object]]]
    rule: Rule | None = None
    target: str = ""
    elsewhere: str = ""  # F1 of plain Splink as others measured it

    @property
    def specification(self) -> Specification:
        """What the engine is told."""
        return Specification(self.name, "key", self.columns)

    @property
    def files(self) -> list[str]:
        """The files that it is read from, within the folder `identity`."""
        return re.findall(r"\{d\}/identity/([^']+)", self.query)

    def records(self, folder: Path) -> pa.Table:
        """The set as a table, ordered by key."""
        query = self.query.format(d=str(folder).replace("'", "''"))
        return duckdb.connect().execute(f"select * from ({query}) order by key").to_arrow_table()


def _csv(path: str) -> str:
    return f"read_csv('{{d}}/identity/{path}', all_varchar = true)"


def _plain_mailmap() -> dict[str, list[object]]:
    return {
        "comparisons": [
            cl.JaroWinklerAtThresholds("raw_name", [0.92, 0.8]),
            cl.EmailComparison("raw_email"),
        ],
        "blocking": [block_on("raw_name"), block_on("raw_email"), block_on("split_part(raw_email, '@', 1)")],
        "training": [block_on("raw_name"), block_on("raw_email")],
        "deterministic": [block_on("raw_name"), block_on("raw_email")],
    }


def _plain_historical() -> dict[str, list[object]]:
    return {
        "comparisons": [
            cl.NameComparison("first_name").configure(term_frequency_adjustments=True),
            cl.NameComparison("surname").configure(term_frequency_adjustments=True),
            cl.DateOfBirthComparison("dob", input_is_string=True),
            cl.PostcodeComparison("postcode_fake"),
            cl.ExactMatch("birth_place").configure(term_frequency_adjustments=True),
            cl.ExactMatch("occupation").configure(term_frequency_adjustments=True),
        ],
        "blocking": [
            block_on("substr(first_name, 1, 3)", "substr(surname, 1, 4)"),
            block_on("surname", "dob"),
            block_on("first_name", "dob"),
            block_on("postcode_fake", "first_name"),
            block_on("postcode_fake", "surname"),
            block_on("dob", "birth_place"),
            block_on("substr(postcode_fake, 1, 3)", "dob"),
            block_on("substr(postcode_fake, 1, 3)", "first_name"),
            block_on("substr(postcode_fake, 1, 3)", "surname"),
            block_on("substr(first_name, 1, 2)", "substr(surname, 1, 2)", "substr(dob, 1, 4)"),
        ],
        "training": [block_on("first_name", "surname"), block_on("dob")],
        "deterministic": [
            block_on("first_name", "surname", "dob"),
            block_on("substr(first_name, 1, 2)", "surname", "substr(postcode_fake, 1, 2)"),
            block_on("dob", "postcode_fake"),
        ],
    }


def _plain_febrl() -> dict[str, list[object]]:
    return {
        "comparisons": [
            cl.NameComparison("given_name"),
            cl.NameComparison("surname"),
            cl.LevenshteinAtThresholds("date_of_birth", [1, 2]),
            cl.LevenshteinAtThresholds("postcode", [1, 2]),
            cl.JaroWinklerAtThresholds("address_1", [0.9, 0.7]),
            cl.ExactMatch("suburb").configure(term_frequency_adjustments=True),
        ],
        "blocking": [
            block_on("given_name", "surname"),
            block_on("date_of_birth"),
            block_on("postcode", "surname"),
            block_on("postcode", "given_name"),
            block_on("address_1"),
            block_on("suburb", "given_name"),
        ],
        "training": [block_on("given_name", "surname"), block_on("date_of_birth")],
        "deterministic": [block_on("given_name", "surname", "date_of_birth")],
    }


def _plain_chicago() -> dict[str, list[object]]:
    return {
        "comparisons": [
            cl.JaroWinklerAtThresholds("site_name", [0.95, 0.88, 0.8]),
            cl.JaroWinklerAtThresholds("address", [0.95, 0.9, 0.8]),
            cl.ExactMatch("phone"),
            cl.ExactMatch("zip"),
        ],
        "blocking": [
            block_on("site_name"),
            block_on("address"),
            block_on("phone"),
            block_on("zip", "substr(site_name, 1, 4)"),
            block_on("substr(address, 1, 8)"),
        ],
        "training": [block_on("site_name"), block_on("address"), block_on("phone")],
        "deterministic": [block_on("site_name", "zip"), block_on("address", "phone"), block_on("site_name", "phone")],
    }


def _plain_fake() -> dict[str, list[object]]:
    return {
        "comparisons": [
            cl.NameComparison("first_name"),
            cl.NameComparison("surname"),
            cl.DateOfBirthComparison("dob", input_is_string=True),
            cl.ExactMatch("city").configure(term_frequency_adjustments=True),
            cl.EmailComparison("email"),
        ],
        "blocking": [block_on("first_name", "city"), block_on("surname"), block_on("dob"), block_on("email")],
        "training": [block_on("dob"), block_on("email")],
        "deterministic": [block_on("first_name", "surname", "dob"), block_on("email")],
    }


_FEBRL = (
    column(M.GIVEN_NAME, "given_name"),
    column(M.FAMILY_NAME, "surname"),
    column(M.BIRTH_DATE, "date_of_birth"),
    column(M.ADDRESS, "street_number", "address_1"),
    column(M.CATEGORY, "address_2", name="address_2"),
    column(M.PLACE, "suburb", name="suburb"),
    column(M.POSTCODE, "postcode"),
    column(M.CATEGORY, "state", name="state"),
)

SETS = [
    Benchmark(
        "git_mailmap",
        "select r.record_id as key, t.entity_cross as truth, raw_name, raw_email, "
        "t.is_bot = '0' and t.truth_ambiguous_cross = '0' as counted, t.entity_covered_by_mailmap = '1' as told "
        f"from {_csv('git_mailmap/records.csv')} as r join {_csv('git_mailmap/truth.csv')} as t using (record_id)",
        (column(M.PERSON_NAME, "raw_name"), column(M.EMAIL, "raw_email")),
        _plain_mailmap,
        mailmap_rule,
        "F1 .955, precision .975",
        ".734",
    ),
    Benchmark(
        "historical50k",
        "select unique_id as key, cluster as truth, true as counted, * exclude (unique_id, cluster) "
        "from '{d}/identity/historical50k/historical.parquet'",
        (
            column(M.PERSON_NAME, "full_name"),
            column(M.GIVEN_NAME, "first_name"),
            column(M.FAMILY_NAME, "surname"),
            column(M.BIRTH_DATE, "dob"),
            column(M.POSTCODE, "postcode_fake"),
            column(M.PLACE, "birth_place", name="birth_place"),
            column(M.CATEGORY, "gender", name="gender"),
            column(M.CATEGORY, "occupation", name="occupation"),
        ),
        _plain_historical,
        target="F1 .91",
        elsewhere=".875",
    ),
    Benchmark(
        "febrl3",
        f"select rec_id as key, entity_id as truth, true as counted, * exclude (soc_sec_id) from {_csv('febrl/febrl3.csv')}",
        _FEBRL,
        _plain_febrl,
        target="F1 .995",
        elsewhere=".993",
    ),
    Benchmark(
        "febrl4",
        "select rec_id as key, entity_id as truth, true as counted, * exclude (soc_sec_id) "
        f"from (from {_csv('febrl/febrl4a.csv')} union all from {_csv('febrl/febrl4b.csv')})",
        _FEBRL,
        _plain_febrl,
        target="F1 .995",
    ),
    Benchmark(
        "chicago_sites",
        f"select record_id as key, entity_id as truth, true as counted, * from {_csv('chicago_sites/sites.csv')}",
        (
            column(M.ORGANISATION_NAME, "site_name"),
            column(M.ADDRESS, "address"),
            column(M.POSTCODE, "zip"),
            column(M.PHONE, "phone"),
        ),
        _plain_chicago,
        chicago_rule,
        "F1 .96",
        ".890",
    ),
    Benchmark(
        "fake1000",
        f"select unique_id as key, cluster as truth, true as counted, * exclude (unique_id, cluster) "
        f"from {_csv('fake1000/fake_1000.csv')}",
        (
            column(M.GIVEN_NAME, "first_name"),
            column(M.FAMILY_NAME, "surname"),
            column(M.BIRTH_DATE, "dob"),
            column(M.PLACE, "city", name="city"),
            column(M.EMAIL, "email"),
        ),
        _plain_fake,
    ),
]  # fmt: skip
