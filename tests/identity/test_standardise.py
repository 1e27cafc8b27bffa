"""Each normaliser: what it makes one, and what it keeps apart."""

from __future__ import annotations

import pytest

from identity.standardise import normalise_identifier, normalise_name
from identity.standardise.addresses import parse_address, postcode
from identity.standardise.dates import birth_date, swapped_date
from identity.standardise.domains import company_domain, registrable_domain
from identity.standardise.emails import parse_email
from identity.standardise.names import given_variants, parse_name
from identity.standardise.organisations import parse_organisation
from identity.standardise.phones import phone, subscriber
from identity.standardise.text import category, fold, is_placeholder, repair_mojibake, words


@pytest.mark.parametrize(
    ("text", "folded"),
    [
        ("  José   GARCÍA ", "jose garcia"),
        ("JosÃ© GarcÃ\xada", "jose garcia"),
        ("Müller", "muller"),
        ("Иван Петров", "ivan petrov"),
        ("王杰", "wang jie"),
        ("\uff26\uff55\uff4c\uff4c", "full"),
        (None, ""),
    ],
)
def test_text_of_any_script_and_encoding_becomes_ascii(text: str | None, folded: str) -> None:
    assert fold(text) == folded


def test_sound_text_is_not_repaired() -> None:
    assert repair_mojibake("Ångström, naïve café") == "Ångström, naïve café"
    assert words("O'Neil-Smith 2nd") == ["o", "neil", "smith", "2nd"]


@pytest.mark.parametrize("text", ["n/a", "Unknown", " - ", "", None, "NULL"])
def test_placeholders_say_nothing(text: str | None) -> None:
    assert is_placeholder(text)
    assert category(text) is None
    assert parse_name(text).full is None
    assert parse_organisation(text).full is None
    assert normalise_identifier(text or "") == []


@pytest.mark.parametrize(
    "text",
    ["John Smith", "Smith, John", "Dr. John Smith, PhD", "JohnSmith", "john.smith", '"John Smith"', "JOHN  SMITH"],
)
def test_spellings_of_one_name(text: str) -> None:
    name = parse_name(text)
    assert (name.full, name.given, name.family) == ("john smith", "john", "smith")


def test_parts_given_by_the_source_win() -> None:
    name = parse_name("Smith Anna", given="Anna", family="Smith")
    assert (name.given, name.family) == ("anna", "smith")


def test_middle_names_and_initials() -> None:
    assert parse_name("John Q Smith").pair == "john smith"
    assert parse_name("John Q Smith").middle == "q"
    assert parse_name("J. Smith").abbreviated
    assert parse_name("J. Smith").initial == "j smith"
    assert parse_name("J. Smith").pair is None


def test_roles_are_no_names() -> None:
    assert parse_name("Support Team").full is None
    assert parse_name("noreply").single is None


@pytest.mark.parametrize(
    "text",
    [
        "Buildfarm 2.16 Weekly",
        "acme-sync/1.4",
        "Ann Smith and Bob Jones",
        "Ann Smith <ann@acme.com>, Bob Jones",
        "Ann Smith; Bob Jones",
    ],
)
def test_programs_and_several_people_are_no_name(text: str) -> None:
    assert not parse_name(text).tokens


@pytest.mark.parametrize("text", ["Ann Smith <ann@acme.com>", "Ann Smith/US/ACME", "Smith Jones, Ann Mary"])
def test_one_person_is_a_name(text: str) -> None:
    assert "smith" in parse_name(text).tokens


def test_logins_made_of_a_name() -> None:
    name = parse_name("John Smith")
    assert set(name.whole_logins) == {"johnsmith", "smithjohn"}
    assert set(name.short_logins) == {"jsmith", "smithj"}
    assert parse_name("jsmith").single == "jsmith"


def test_nicknames_share_a_form() -> None:
    assert set(given_variants("bob")) & set(given_variants("robert"))
    assert not set(given_variants("anna")) & set(given_variants("robert"))


@pytest.mark.parametrize(
    ("text", "address"),
    [
        ("Bob@Acme.COM ", "bob@acme.com"),
        ("bob+news@acme.com", "bob@acme.com"),
        ("b.o.b@gmail.com", "bob@gmail.com"),
        ("bob@googlemail.com", "bob@gmail.com"),
        ("b.ob@acme.com", "b.ob@acme.com"),
        ("Bob <bob@acme.com>", "bob@acme.com"),
        ("mailto:bob@acme.com", "bob@acme.com"),
        ("12345+bob@users.noreply.github.com", "bob@users.noreply.github.com"),
        ("none@none", None),
        ("not an address", None),
        ("", None),
        (None, None),
    ],
)
def test_email_addresses(text: str | None, address: str | None) -> None:
    assert parse_email(text).address == address


def test_what_an_address_says_beside_itself() -> None:
    assert parse_email("john.smith@mail.acme.co.uk").login == "johnsmith"
    assert parse_email("john.smith@mail.acme.co.uk").company == "acme.co.uk"
    assert parse_email("john@gmail.com").company is None
    info = parse_email("info@acme.com")
    assert info.is_role
    assert info.login is None
    assert not info.is_bot
    assert parse_email("No-Reply@acme.com").is_bot


@pytest.mark.parametrize(
    ("text", "domain"),
    [
        ("https://www.shop.acme.co.uk/x?y", "acme.co.uk"),
        ("acme.example", "acme.example"),
        ("mail.acme.com:443", "acme.com"),
        ("www.acme.com, globex.com", "acme.com"),
        ("acme.com globex.com", "acme.com"),
        ("localhost", None),
        ("box.localdomain", None),
        ("10.0.0.1", None),
        (None, None),
    ],
)
def test_registrable_domains(text: str | None, domain: str | None) -> None:
    assert registrable_domain(text) == domain


def test_mailbox_providers_are_no_company() -> None:
    assert company_domain("gmail.com") is None
    assert company_domain("acme.com") == "acme.com"


@pytest.mark.parametrize("text", ["(702) 919-1300", "+1 702 919 1300", "702.919.1300", "whatsapp:+17029191300"])
def test_spellings_of_one_number(text: str) -> None:
    assert phone(text) == "+17029191300"


def test_numbers_that_no_library_knows() -> None:
    assert phone("534-6361") == "5346361"
    assert subscriber("+13125346361") == subscriber("5346361") == "5346361"
    assert phone("0000000") is None
    assert phone("12") is None
    assert phone("020 7946 0958", "GB") == "+442079460958"
    assert phone("+4930") is None
    assert phone("+49 123456789012345") is None
    assert phone("00442079460958", "US") == phone("00 44 20 7946 0958", "US") == "+442079460958"


@pytest.mark.parametrize(
    "text", ["Acme Software, Inc.", "ACME SOFTWARE GmbH", "The Acme Software Co.", "acme software"]
)
def test_spellings_of_one_organisation(text: str) -> None:
    assert parse_organisation(text).full == "acme software"


def test_organisation_words() -> None:
    assert parse_organisation("International Business Machines Corp").acronym == "ibm"
    assert parse_organisation("S.A. Group").full is not None
    assert parse_organisation("New Name Ltd (formerly Old Name)").full == "name new"
    assert normalise_name("Acme, Inc.", "account") == "acme"


@pytest.mark.parametrize("text", ["224 N. Central Ave", "224 North Central Avenue, Suite 5", "224 n central ave ste 5"])
def test_spellings_of_one_address(text: str) -> None:
    assert parse_address(text).line == "224 central"


def test_postcodes_and_dates() -> None:
    assert postcode("60614-1234") == "60614"
    assert postcode("TQ13 8df") == "tq138df"
    assert birth_date("19560409") == birth_date("1956-04-09") == birth_date("4/9/1956") == "1956-04-09"
    assert birth_date("25/12/1980") == "1980-12-25"
    assert birth_date("4/9/56") == birth_date("Apr 9, 1956") == birth_date("9 April 56") == "1956-04-09"
    assert birth_date("1/2/07") == "2007-01-02"
    assert birth_date("around 1950") == "around 1950"
    assert swapped_date("1956-04-09") == "1956-09-04"
    assert birth_date(None) is None


def test_identifiers_as_users_type_them() -> None:
    assert normalise_identifier("Bob@Acme.com")[0] == ("email", "bob@acme.com")
    assert normalise_identifier("+1 (702) 919-1300")[0] == ("phone", "+17029191300")
    assert normalise_identifier("https://acme.com/about")[0] == ("domain", "acme.com")
    assert ("native_id", "usr_42") in normalise_identifier("usr_42")
    assert ("external_id", "app_user:usr_42") in normalise_identifier("app_user:usr_42")
    assert normalise_identifier("Acme, Inc.") == [("name", "inc acme"), ("name", "acme")]
    assert normalise_identifier("030 901820", "DE")[0] == ("phone", "+4930901820")
    assert normalise_identifier("030 1234567 / 0171 7654321 / 040 9988776")[0][0] != "phone"


def test_a_company_rule_takes_no_word_off_a_persons_name() -> None:
    """`An` is an article and `Y` an "and" in company names only."""
    assert normalise_name("An Nguyen", "person") == normalise_name("Nguyen, An", "person") == "an nguyen"
    assert normalise_identifier("Y Nguyen")[0] == ("name", "y nguyen")
    assert normalise_name("unknown", "person") is None
