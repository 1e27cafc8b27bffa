"""The customer records' specifications: what the columns of `person_records` and `account_records` mean."""

from __future__ import annotations

from identity.specification import Meaning, Specification, column
from identity.standardise.phones import DEFAULT_REGION


def people(region: str = DEFAULT_REGION) -> Specification:
    """Person records, with the resolved account beside them (`account`)."""
    return Specification(
        "person",
        "record_key",
        (
            column(Meaning.PERSON_NAME, "full_name"),
            column(Meaning.GIVEN_NAME, "given_name"),
            column(Meaning.FAMILY_NAME, "family_name"),
            column(Meaning.EMAIL, "email", "other_emails"),
            column(Meaning.PHONE, "phone", "other_phones"),
            column(Meaning.EXTERNAL_ID, "external_ids"),
            column(Meaning.CATEGORY, "account", name="account"),
        ),
        region,
        apart="kind",
        company="account",
    )


def accounts(region: str = DEFAULT_REGION) -> Specification:
    """Account records, with the addresses of their people beside them (`people`)."""
    return Specification(
        "account",
        "record_key",
        (
            column(Meaning.ORGANISATION_NAME, "name", "other_names"),
            column(Meaning.DOMAIN, "domain", "website", "other_domains"),
            column(Meaning.PHONE, "phone"),
            column(Meaning.ADDRESS, "street"),
            column(Meaning.POSTCODE, "postcode"),
            column(Meaning.PLACE, "city", name="city"),
            column(Meaning.EXTERNAL_ID, "external_ids"),
            column(Meaning.MEMBERS, "people", name="people"),
        ),
        region,
    )


SPECIFICATIONS = {"account": accounts, "person": people}
