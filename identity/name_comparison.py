"""People's names as a Splink comparison, with the logins that stand for them (see `comparisons.py`)."""

from __future__ import annotations

import splink.comparison_level_library as cll

from identity.levels import Comparison, Creator, Level, condition, differs, edited, either, every, like, same, shares
from identity.specification import Meaning, Specification


def _login_of(forms: str) -> str:
    """One record's login, or its only name, is among the other's forms of its name."""
    pairs = [(a, b, word) for a, b in (("l", "r"), ("r", "l")) for word in ("email_login", "name_single")]
    return "(" + " or ".join(f"coalesce(array_contains({forms}_{a}, {word}_{b}), false)" for a, b, word in pairs) + ")"


# An equal login is the e-mail comparison's evidence; that it fits a name as well is not evidence a second time.
SAME_LOGIN = "coalesce(email_login_l = email_login_r, false)"
WORD_IS_LOGIN = "(coalesce(name_single_l = email_login_r, false) or coalesce(name_single_r = email_login_l, false))"
# Two who both give a first and last name, and not the same, are not one for a login that their initials may stand for.
ONE_IS_NAMELESS = "(family_l is null or family_r is null)"
IN_PLACE_OF_NAME = (
    f"({ONE_IS_NAMELESS} and "
    "(coalesce(name_login_l = email_login_r, false) or coalesce(name_login_r = email_login_l, false)))"
)
WHOLE, SHORT = _login_of("whole_logins"), _login_of("short_logins")
# The name comparison has the login as its evidence: that the addresses differ, or are alike in it, goes without saying.
NAMED_BY_LOGIN = (
    "(coalesce(email_l <> email_r, false) and coalesce(name_full_l <> name_full_r, true) and "
    f"({IN_PLACE_OF_NAME} or coalesce(email_login_l <> email_login_r, false) "
    f"and ({WHOLE} or {ONE_IS_NAMELESS} and {SHORT})))"
)


def _login(sql: str, says: str, m: float, rarity: str | None = None, trust: float | None = None) -> Level:
    return Level(condition(f"({ONE_IS_NAMELESS} and {sql})"), says, m, rarity=rarity, trust=trust)


LOGIN_FOR_NAME = (
    _login(IN_PLACE_OF_NAME, "the login of one stands in place of the other's name", 0.01, trust=0.7),
    _login(WHOLE, "the login of one is the whole name of the other", 0.03, "name_whole_logins"),
    _login(SHORT, "the login of one is initial and last name of the other", 0.02, "name_short_logins"),
    _login(WORD_IS_LOGIN, "the login of one is the only name of the other", 0.01, "email_login"),
)
LOGIN_BESIDE_NAME = (
    Level(condition(WHOLE), "the login of one is the name of the other", 0.01, rarity="name_whole_logins"),
)


def person_name(specification: Specification) -> Comparison:
    """How alike two names are; an only name or a missing one is held against the other's login."""
    nameless = "(name_full_l is null or name_full_r is null)"
    logins = specification.has(Meaning.EMAIL)
    fits = f"({WHOLE} or {SHORT} or {WORD_IS_LOGIN})"
    says_nothing = (
        f"({nameless} and not {fits}) or ({SAME_LOGIN} and {fits} and name_full_l <> name_full_r "
        f"and not (email_l <> email_r and {IN_PLACE_OF_NAME}))"
    )

    no_middle = "coalesce(middle_l = middle_r, true)"
    return Comparison(
        "name",
        condition(says_nothing if logins else nameless),
        (
            Level(same("name_login"), "same login in place of a name", 0.02, trust=0.93),
            Level(same("name_single"), "same name of one word", 0.02, rarity="name_full"),
            Level(same("name_full"), "same full name", 0.58, rarity="name_full"),
            Level(
                every(same("name_pair"), condition(no_middle)), "same first and last name", 0.06, rarity="name_pair"
            ),
            Level(
                every(same("family"), shares("given_variants"), condition(no_middle)),
                "same last name, first names are forms of one name", 0.04, rarity="name_full", rarity_weight=0.5,
                relative=True,
            ),
            *(LOGIN_FOR_NAME if logins else ()),
            Level(
                edited("name_full", 1, 0.85), "names differ by one letter", 0.07,
                rarity="name_full", rarity_weight=0.9, relative=True,
            ),
            Level(
                either(like("name_full", 0.95), every(like("family", 0.9), like("given", 0.9))),
                "names differ by typing errors", 0.04, rarity="name_full", rarity_weight=0.5, relative=True,
            ),
            Level(shares("name_tokens", 3), "three words of the name in common", 0.01, part_of="name_full"),
            Level(
                condition("name_initial_l = name_initial_r and abbreviated_l + abbreviated_r > 0"),
                "same last name, one gives only the first initial", 0.03, rarity="name_initial",
            ),
            *(LOGIN_BESIDE_NAME if logins else ()),
            Level(shares("name_tokens", 2), "two words of the name in common", 0.02, part_of="name_full"),
            Level(same("family"), "same last name, another first name", 0.03, rarity="family"),
            Level(same("given"), "same first name, another last name", 0.03, rarity="given"),
            Level(
                either(like("family", 0.9), like("given", 0.92)), "one part of the name is alike", 0.02,
                part_of="name_full",
            ),
            differs("different names", 0.03),
        ),
    )  # fmt: skip


# Another first name beside the same last name: relatives. What a household shares says nothing about two of it.
RELATIVES = (
    "coalesce(family_l = family_r and length(given_l) > 1 and length(given_r) > 1 "
    "and substr(given_l, 1, 1) <> substr(given_r, 1, 1), false)"
)
# Both parts of two names differ: strangers, who may be colleagues.
STRANGERS = (
    "coalesce(family_l <> family_r and given_l <> given_r and length(given_l) > 1 and length(given_r) > 1, false)"
)


def relatives() -> Creator:
    """The same last name, and first names that are no forms of one name."""
    return every(
        condition(RELATIVES), lambda: cll.Not(shares("given_variants")()), lambda: cll.Not(shares("name_tokens", 2)())
    )


def strangers() -> Creator:
    """Both parts of two names differ, and no word is common to them."""
    return every(
        condition(STRANGERS),
        lambda: cll.Not(shares("given_variants")()),
        lambda: cll.Not(shares("name_tokens")()),
    )
