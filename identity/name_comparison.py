"""People's names as a Splink comparison, with the logins that stand for them (see `comparisons.py`)."""

from __future__ import annotations

from identity.levels import Comparison, Level, condition, differs, edited, either, every, like, same, shares
from identity.specification import Meaning, Specification


def _login_of(forms: str) -> str:
    """One record's login, or its only name, is among the other's forms of its name."""
    pairs = [(a, b, word) for a, b in (("l", "r"), ("r", "l")) for word in ("email_login", "name_single")]
    return "(" + " or ".join(f"coalesce(array_contains({forms}_{a}, {word}_{b}), false)" for a, b, word in pairs) + ")"


# An equal login is the e-mail comparison's evidence; that it fits a name as well is not evidence a second time.
SAME_LOGIN = "coalesce(email_login_l = email_login_r, false)"
WORD_IS_LOGIN = "(coalesce(name_single_l = email_login_r, false) or coalesce(name_single_r = email_login_l, false))"
NAME_IS_LOGIN = "(coalesce(name_login_l = email_login_r, false) or coalesce(name_login_r = email_login_l, false))"


def person_name(specification: Specification) -> Comparison:
    """How alike two names are; an only name or a missing one is held against the other's login."""
    nameless = "(name_full_l is null or name_full_r is null)"
    whole, short, logins = _login_of("whole_logins"), _login_of("short_logins"), specification.has(Meaning.EMAIL)
    fits = f"({whole} or {short} or {WORD_IS_LOGIN})"
    says_nothing = f"({nameless} and not {fits}) or ({SAME_LOGIN} and {fits} and name_full_l <> name_full_r)"
    login = (
        Level(condition(NAME_IS_LOGIN), "the login of one stands in place of the other's name", 0.01, trust=0.7),
        Level(condition(whole), "the login of one is the whole name of the other", 0.03, rarity="name_pair"),
        Level(condition(short), "the login of one is initial and last name of the other", 0.02, rarity="name_initial"),
        Level(condition(WORD_IS_LOGIN), "the login of one is the only name of the other", 0.01, rarity="email_login"),
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
            Level(
                edited("name_full", 1, 0.85), "names differ by one letter", 0.07,
                rarity="name_full", rarity_weight=0.9, relative=True,
            ),
            Level(
                either(like("name_full", 0.95), every(like("family", 0.9), like("given", 0.9))),
                "names differ by typing errors", 0.04, rarity="name_full", rarity_weight=0.5, relative=True,
            ),
            Level(shares("name_tokens", 3), "three words of the name in common", 0.01),
            Level(
                condition("name_initial_l = name_initial_r and abbreviated_l + abbreviated_r > 0"),
                "same last name, one gives only the first initial", 0.03, rarity="name_initial",
            ),
            *(login if logins else ()),
            Level(shares("name_tokens", 2), "two words of the name in common", 0.02),
            Level(same("family"), "same last name, another first name", 0.03, rarity="family"),
            Level(same("given"), "same first name, another last name", 0.03, rarity="given"),
            Level(either(like("family", 0.9), like("given", 0.92)), "one part of the name is alike", 0.02),
            differs("different names", 0.03),
        ),
    )  # fmt: skip
