"""Meanings → Splink comparisons, with the weights that stand in until data have been seen.

Each level has a prior m: the share of true matches that fall into it, from published error rates of names, addresses
and contact data; training moves it as far as the data go (`training.py`). u comes from the data. A level with `trust`
is an identifier: two records that share it, and nothing else, are one entity with that probability; its u follows.
"""

from __future__ import annotations

from collections.abc import Callable

import splink.comparison_level_library as cll

from identity.email_comparison import email
from identity.features import feature_name
from identity.levels import (
    Comparison,
    Creator,
    Level,
    condition,
    differs,
    edited,
    either,
    every,
    like,
    missing,
    same,
    shares,
)
from identity.name_comparison import person_name, relatives, strangers
from identity.specification import Column, Meaning, Specification

ELSEWHERE = "coalesce(house_number_l <> house_number_r and street_l <> street_r, false)"
# Neighbours on one street are no closer to being one than others: a house number that differs is another address.
ONE_HOUSE_NUMBER = "coalesce(house_number_l = house_number_r, true)"


def _missing_or_common(feature: str, specification: Specification) -> Creator:
    """One of the two has no value, or relatives share it as such; or branches, where the feature is a telephone."""
    shared = [relatives] if specification.names_people else []
    of_branches = specification.has(Meaning.ORGANISATION_NAME) and specification.has(Meaning.ADDRESS)
    if of_branches and feature in ("phone", "phone_rare"):
        shared.append(_branches)
    return (
        either(missing(feature), *(every(among(), same(feature)) for among in shared)) if shared else missing(feature)
    )


def _branches() -> Creator:
    """Names with a word in common at two places: the telephone is the organisation's, not the branch's."""
    return every(condition(ELSEWHERE), shares("org_tokens", 1))


def _strangers_share(specification: Specification) -> Creator:
    """People without a word of their names in common have a number in common: it is the company's, or was handed on."""
    numbers = [same("phone_subscriber")]
    numbers += [shares("phones")] if specification.several(Meaning.PHONE) else [same("phone")]
    return every(strangers(), either(*numbers))


# A bare number, and one person alone who has it.
BARE_NUMBER = "only_phone_l + only_phone_r = 1"


def _phone(specification: Specification) -> Comparison:
    several = specification.several(Meaning.PHONE)
    number = "phone_rare" if several else "phone"
    common = _missing_or_common(number, specification)
    bare = Level(every(condition(BARE_NUMBER), shares("sole_phones")), "the number is all that one tells, and one "
                 "person's alone", 0.05, trust=0.95)  # fmt: skip
    return Comparison(
        "phone",
        either(common, _strangers_share(specification)) if specification.names_people else common,
        (
            *([bare] if specification.names_people else []),
            Level(same(number), "same telephone number", 0.6, rarity=number),
            *([Level(shares("phones"), "one telephone number in common", 0.03, rarity="phones")] if several else []),
            Level(
                same("phone_subscriber"), "same telephone number, written differently", 0.05,
                rarity="phone_subscriber",
            ),
            differs("different telephone numbers", 0.35),
        ),
    )  # fmt: skip


def _organisation(specification: Specification) -> Comparison:
    earlier = Level(
        shares("org_fulls"), "a name in common, now or earlier", 0.05, rarity="org_fulls", rarity_weight=0.5
    )
    return Comparison(
        "organisation",
        missing("org_full"),
        (
            Level(same("org_full"), "same name", 0.55, rarity="org_full"),
            *([earlier] if specification.several(Meaning.ORGANISATION_NAME) else []),
            Level(like("org_name", 0.94), "names differ by a typing error", 0.1, rarity="org_full",
                  rarity_weight=0.5, relative=True),
            Level(condition("org_acronym_l = org_name_r or org_acronym_r = org_name_l"),
                  "one name is the other's acronym", 0.01, part_of="org_full"),
            Level(shares("org_tokens", 3), "three words of the name in common", 0.06, part_of="org_full"),
            Level(same("org_rare"), "the most telling word of the names is the same", 0.08, rarity="org_rare"),
            Level(shares("org_tokens", 2), "two words of the name in common", 0.03, part_of="org_full"),
            Level(shares("org_tokens", 1), "a word of the name in common", 0.05, part_of="org_full"),
            differs("different names", 0.12),
        ),
        most_different=0.12,
    )  # fmt: skip


def _domain(specification: Specification) -> Comparison:
    earlier = Level(
        shares("domains"), "a web domain in common, now or earlier", 0.05, rarity="domains", rarity_weight=0.5
    )
    return Comparison(
        "domain",
        missing("domain"),
        (
            Level(same("domain"), "same web domain", 0.85, rarity="domain"),
            *([earlier] if specification.several(Meaning.DOMAIN) else []),
            differs("different web domains", 0.15),
        ),
    )


def _address(specification: Specification) -> Comparison:
    number = "house_number_l = house_number_r"
    return Comparison(
        "address",
        _missing_or_common("address", specification),
        (
            Level(same("address"), "same address", 0.6, rarity="address"),
            Level(
                every(condition(number), like("street", 0.88)), "same house number, street written differently", 0.16
            ),
            Level(
                every(like("address", 0.93), either(condition(ONE_HOUSE_NUMBER), edited("house_number", 1, 0.0))),
                "addresses differ by a typing error", 0.06,
            ),
            Level(every(same("street"), condition(ONE_HOUSE_NUMBER)), "same street, one gives no house number", 0.04,
                  rarity="street"),
            Level(condition(number), "same house number, another street", 0.03),
            differs("different addresses", 0.11),
        ),
    )  # fmt: skip


def _postcode(specification: Specification) -> Comparison:
    return Comparison(
        "postcode",
        _missing_or_common("postcode", specification),
        (
            Level(same("postcode"), "same postcode", 0.75, rarity="postcode"),
            Level(edited("postcode", 1, 0.7), "postcodes differ by one character", 0.06),
            Level(condition("substr(postcode_l, 1, 3) = substr(postcode_r, 1, 3)"), "postcodes of one area", 0.06),
            differs("different postcodes", 0.13),
        ),
    )


def _birth_date(_: Specification) -> Comparison:
    same_year = "substr(born_l, 1, 4) = substr(born_r, 1, 4)"
    return Comparison(
        "birth_date",
        missing("born"),
        (
            Level(same("born"), "same date of birth", 0.8, rarity="born"),
            Level(condition("born_l = born_swapped_r"), "day and month exchanged", 0.01),
            Level(edited("born", 1, 0.8), "dates of birth differ by one digit", 0.07),
            Level(condition(same_year), "same year of birth", 0.04),
            Level(edited("born", 2, 0.7), "dates of birth differ by two digits", 0.02),
            differs("different dates of birth", 0.06),
        ),
    )


def _external_id(_: Specification) -> Comparison:
    comparable = cll.ArrayIntersectLevel("id_spaces", 1)
    return Comparison(
        "external_id",
        lambda: cll.Not(comparable),
        (
            Level(shares("ids"), "share an identifier of another system", 0.985, trust=0.995),
            differs("different identifiers of the same system", 0.015),
        ),
    )


def _members(column: Column) -> Comparison:
    feature = feature_name(column)
    return Comparison(
        feature,
        lambda: cll.Not(cll.ArrayIntersectLevel(feature, 1)),
        (
            Level(shares(feature, 2), f"several {column.label} in common", 0.6, trust=0.95),
            Level(shares(feature, 1), f"one of the {column.label} in common", 0.4, trust=0.6),
        ),
    )


def _category(column: Column) -> Comparison:
    feature = feature_name(column)
    is_written = column.meaning is Meaning.PLACE
    return Comparison(
        feature,
        missing(feature),
        (
            Level(same(feature), f"same {column.label}", 0.75, rarity=feature),
            # Categories may be keys of another table, which differ in letters without being nearly the same.
            *([Level(like(feature, 0.88), f"{column.label} differs by a typing error", 0.08)] if is_written else []),
            differs(f"different {column.label}", 0.17 if is_written else 0.25),
        ),
    )


def comparisons(specification: Specification) -> list[Comparison]:
    """The comparisons that a specification's meanings call for, names first."""
    found = [person_name(specification)] if specification.names_people else []
    for column in specification.columns:
        if column.meaning in _BY_MEANING:
            found.append(_BY_MEANING[column.meaning](specification))
        elif column.meaning is Meaning.MEMBERS:
            found.append(_members(column))
        elif column.meaning in (Meaning.PLACE, Meaning.CATEGORY):
            found.append(_category(column))
    return found


_BY_MEANING: dict[Meaning, Callable[[Specification], Comparison]] = {
    Meaning.EMAIL: email,
    Meaning.PHONE: _phone,
    Meaning.ORGANISATION_NAME: _organisation,
    Meaning.DOMAIN: _domain,
    Meaning.ADDRESS: _address,
    Meaning.POSTCODE: _postcode,
    Meaning.BIRTH_DATE: _birth_date,
    Meaning.EXTERNAL_ID: _external_id,
}
