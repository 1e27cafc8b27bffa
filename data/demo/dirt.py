"""How people and companies get written down wrongly, each way with its own share."""

from __future__ import annotations

from random import Random

from data.demo.model import Company, Person
from data.demo.rng import chance, weighted
from data.demo.words import load


def typo(rng: Random, text: str) -> str:
    """One slip: two letters swapped, one dropped, or one doubled; the first letter stays."""
    if len(text) < 4:
        return text
    at = rng.randint(1, len(text) - 2)
    slip = rng.choice(["swap", "drop", "double"])
    if slip == "swap":
        return text[:at] + text[at + 1] + text[at] + text[at + 2 :]
    if slip == "drop":
        return text[:at] + text[at + 1 :]
    return text[:at] + text[at] + text[at:]


def mojibake(text: str) -> str:
    """UTF-8 read as Windows-1252, the way a careless import leaves it; unchanged where that cannot happen."""
    try:
        return text.encode("utf-8").decode("cp1252")
    except UnicodeDecodeError:
        return text


def person_name(rng: Random, person: Person) -> tuple[str, str]:
    """Given and family name as somebody typed them."""
    given, family = person.given, person.family
    manner = weighted(
        rng, {"right": 70, "nickname": 12, "typo": 5, "lower": 3, "upper": 2, "initial": 3, "mojibake": 3, "spaces": 2}
    )
    if manner == "nickname" and person.nickname:
        given = person.nickname
    elif manner == "typo":
        given, family = (typo(rng, given), family) if chance(rng, 0.4) else (given, typo(rng, family))
    elif manner == "lower":
        given, family = given.lower(), family.lower()
    elif manner == "upper":
        given, family = given.upper(), family.upper()
    elif manner == "initial":
        given = f"{given[0]}."
    elif manner == "mojibake":
        given, family = mojibake(given), mojibake(family)
    elif manner == "spaces":
        given, family = f"{given} ", f" {family}"
    return given, family


def full_name(rng: Random, given: str, family: str) -> str:
    """One field for both names: mostly in order, sometimes turned round."""
    return f"{family.strip()}, {given.strip()}" if chance(rng, 0.04) else f"{given} {family}"


def address(rng: Random, email: str | None, tool: str = "") -> str:
    """A mail address as typed: sometimes in capitals, with a tag or a space; in the CRM also with a slip."""
    if not email:
        return ""
    manner = weighted(
        rng, {"right": 90, "capitals": 6, "tag": 2, "space": 2, "typo": 1 if tool == "salesforce:contacts" else 0}
    )
    local, _, domain = email.partition("@")
    written = {
        "capitals": email.title() if chance(rng, 0.5) else email.upper(),
        "tag": f"{local}+tidewright@{domain}",
        "space": f"{email} ",
        "typo": f"{typo(rng, local)}@{domain}",
    }
    return written.get(manner, email)


def phone(rng: Random, number: str | None) -> str:
    """A number as typed: E.164 or with spaces, and American ones without the country's code."""
    if not number:
        return ""
    if number.startswith("+1"):
        area, exchange, line = number[2:5], number[5:8], number[8:]
        form = rng.choice(
            ["+1{0}{1}{2}", "({0}) {1}-{2}", "{0}-{1}-{2}", "+1 {0} {1} {2}", "{0}.{1}.{2}", "1-{0}-{1}-{2}"]
        )
        return form.format(area, exchange, line)
    return rng.choice([number, f"{number[:3]} {number[3:7]} {number[7:]}", f"00{number[1:]}"])


def company_name(rng: Random, company: Company) -> str:
    """A company's name as somebody typed it; every spelling used is one of its names."""
    spelled = load("companies")["spelled_out"]
    base, legal = company.name, company.legal_form
    manner = weighted(
        rng,
        {
            "plain": 38,
            "legal": 28,
            "spelled": 7,
            "upper": 5,
            "typo": 4,
            "short": 3,
            "former": 8,
            "lower": 3,
            "ampersand": 4,
        },
    )
    written = {
        "legal": company.names[1],
        "spelled": f"{base} {spelled[legal]}",
        "upper": f"{base} {legal}".upper(),
        "typo": typo(rng, base),
        "short": "".join(word[0] for word in base.split()) if len(base.split()) > 2 else base,
        "former": company.names[2] if len(company.names) > 2 and "&" in company.names[2] else base,
        "lower": base.lower(),
        "ampersand": f"The {base} Group" if company.parent is None else base,
    }.get(manner, base)
    if written not in company.names:
        company.names.append(written)
    return written


def website(rng: Random, domain: str) -> str:
    """A company's site as typed."""
    return rng.choice(
        ["https://www.{0}", "http://{0}", "www.{0}", "{0}", "https://{0}/", "https://www.{0}/en/home"]
    ).format(domain)
