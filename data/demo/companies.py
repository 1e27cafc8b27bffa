"""The customers' companies: names, places, domains, parents."""

from __future__ import annotations

import re
from datetime import datetime, timedelta
from random import Random
from typing import Any

from anyascii import anyascii

from data.demo.ids import Ids
from data.demo.model import Company
from data.demo.phones import Phones
from data.demo.rng import chance, stream, weighted
from data.demo.timeline import START, working_moment
from data.demo.words import load

SUBSIDIARY_SHARE = 0.07
RENAMED_SHARE = 0.07
SECOND_DOMAIN_SHARE = 0.12
NEW_CUSTOMER_SHARE = 0.35
SUBSIDIARY_WORDS = ("Services", "International", "East", "West", "Deutschland", "UK", "Europe", "Retail")


def build_companies(seed: int, count: int, ids: Ids, phones: Phones) -> list[Company]:
    """So many companies; some are subsidiaries of earlier ones."""
    names = _names(stream(seed, "company names"), count)
    companies: list[Company] = []
    for index in range(count):
        rng = stream(seed, "company", index)
        parent = rng.choice(companies) if index > 3 and chance(rng, SUBSIDIARY_SHARE) else None
        if parent is not None and parent.parent is None:
            companies.append(_subsidiary(rng, index, parent, ids, phones))
        else:
            companies.append(_company(rng, index, names[index], ids, phones))
    return companies


def _names(rng: Random, count: int) -> list[str]:
    words = load("companies")["name"]
    pairs = [f"{first} {second}" for first in words["first"] for second in words["second"]]
    rng.shuffle(pairs)
    lap = [pairs[i % len(pairs)] for i in range(count)]
    return [name if i < len(pairs) else f"{name} {_roman(i // len(pairs) + 1)}" for i, name in enumerate(lap)]


def _roman(number: int) -> str:
    return {2: "II", 3: "III", 4: "IV", 5: "V"}.get(number, str(number))


def slug(text: str) -> str:
    """Lower-case letters and digits only, accents folded: the form a domain takes."""
    return re.sub(r"[^a-z0-9]+", "", anyascii(text).lower())


def _company(rng: Random, index: int, name: str, ids: Ids, phones: Phones) -> Company:
    place = _place(rng)
    form = rng.choice(load("companies")["legal_forms"][place["country"]])
    company = _blank(rng, index, name, form, place, ids, phones)
    company.domains = [f"{slug(name)}.example"]
    if chance(rng, SECOND_DOMAIN_SHARE):
        company.domains.append(
            f"{slug(name.split(maxsplit=1)[0])}-{rng.choice(['hq', 'group', 'team'])}{index}.example"
        )
    if chance(rng, RENAMED_SHARE):
        words = load("companies")["name"]
        former = f"{rng.choice(words['first'])} & {rng.choice(words['first'])} {name.split()[1]}"
        company.names.append(former)
        company.domains.append(f"{slug(former)}{index}.example")
    return company


def _subsidiary(rng: Random, index: int, parent: Company, ids: Ids, phones: Phones) -> Company:
    place = _place(rng)
    name = f"{parent.name} {rng.choice(SUBSIDIARY_WORDS)}"
    company = _blank(
        rng, index, name, rng.choice(load("companies")["legal_forms"][place["country"]]), place, ids, phones
    )
    company.parent = parent.id
    company.domains = parent.domains[:1] if chance(rng, 0.75) else [f"{slug(name)}{index}.example"]
    return company


def _place(rng: Random) -> dict[str, Any]:
    places = load("companies")["places"]
    return dict(places[weighted(rng, {i: place["weight"] for i, place in enumerate(places)})])


def _blank(rng: Random, index: int, name: str, form: str, place: dict[str, Any], ids: Ids, phones: Phones) -> Company:
    city, region, postcode, _ = rng.choice(place["cities"])
    company_id = f"A{index + 1:05d}"
    number = rng.randint(1, 240)
    street = rng.choice(place["streets"])
    return Company(
        id=company_id,
        name=name,
        legal_form=form,
        names=[name, f"{name}, {form}" if place["country"] == "US" else f"{name} {form}"],
        domains=[],
        parent=None,
        industry=rng.choice(load("companies")["name"]["industries"]),
        employees=int(min(9000, 12 + rng.paretovariate(0.9) * 25)),
        country=place["country"],
        city=city,
        region=region,
        postcode=postcode,
        street=f"{street} {number}" if place["country"] == "DE" else f"{number} {street}",
        switchboard=phones.office(rng, place["country"]),
        workspace_id=f"ws_{ids.letters('workspace', company_id, 10).lower()}",
        since=_since(rng),
        language=place["language"],
        index=index,
    )


def _since(rng: Random) -> datetime:
    if chance(rng, NEW_CUSTOMER_SHARE):
        return working_moment(rng, START + timedelta(days=20), START + timedelta(days=430))
    return working_moment(rng, START - timedelta(days=1100), START - timedelta(days=100))
