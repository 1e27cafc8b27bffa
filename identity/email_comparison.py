"""E-mail addresses as a Splink comparison, beside the names that they may be made of (see `comparisons.py`)."""

from __future__ import annotations

import splink.comparison_level_library as cll

from identity.features import feature_name
from identity.levels import Comparison, Creator, Level, condition, differs, either, every, like, missing, same, shares
from identity.name_comparison import NAMED_BY_LOGIN, relatives
from identity.specification import Meaning, Specification

# An equal login that is made of the name, or of the first or last name, that both have repeats the name's evidence.
LOGIN_REPEATS_NAME = (
    "(email_l <> email_r and email_login_l = email_login_r and (coalesce(name_pair_l = name_pair_r, false) "
    "and (array_contains(whole_logins_l, email_login_l) or array_contains(short_logins_l, email_login_l)) "
    "or coalesce(given_l = given_r and given_l = email_login_l, false) "
    "or coalesce(family_l = family_r and family_l = email_login_l, false)))"
)


def _one_company(specification: Specification) -> Creator:
    """Addresses of one company, unless its account is the same: that says it already, and colleagues differ in them."""
    here = [column for column in specification.of(Meaning.CATEGORY) if column.label == specification.company]
    elsewhere = [condition(f'coalesce("{name}_l" <> "{name}_r", true)') for name in map(feature_name, here)]
    return every(same("email_company"), *elsewhere)


def email(specification: Specification) -> Comparison:
    """How alike two addresses are, beside the names that they may be made of."""
    others = (Level(shares("emails"), "one e-mail address in common", 0.03, trust=0.99),)
    household = (Level(every(relatives(), same("email")), "relatives by name who share an address", 0.005, trust=0.5),)
    repeated = condition(f"(coalesce({LOGIN_REPEATS_NAME}, false) or {NAMED_BY_LOGIN})")
    if specification.several(Meaning.EMAIL):  # even an earlier one is more than the name again
        repeated = every(repeated, lambda: cll.Not(shares("emails")()))
    return Comparison(
        "email",
        either(missing("email"), repeated) if specification.names_people else missing("email"),
        (
            *(household if specification.names_people else ()),
            Level(same("email"), "same e-mail address", 0.55, trust=0.995),
            *(others if specification.several(Meaning.EMAIL) else ()),
            Level(same("email_login"), "same name before the @, another domain", 0.1, rarity="email_login"),
            Level(like("email", 0.96), "addresses differ by a typing error", 0.03),
            Level(_one_company(specification), "addresses of the same company", 0.07, rarity="email_company"),
            differs("different addresses", 0.25),
        ),
    )
