"""How many decimals a currency has: one list, that of dbt's variables, for SQL and Python."""

from __future__ import annotations

from functools import cache

import yaml

from lake.dbt import PROJECT_DIR

USUAL = 2
BY_VARIABLE = {"zero_decimal_currencies": 0, "three_decimal_currencies": 3}


def decimals(currency: str) -> int:
    """Decimals of a currency, by its ISO 4217 code in either case; two for one that is not known."""
    return _listed().get(currency.lower(), USUAL)


@cache
def _listed() -> dict[str, int]:
    variables = yaml.safe_load((PROJECT_DIR / "dbt_project.yml").read_text())["vars"]
    return {code: count for name, count in BY_VARIABLE.items() for code in variables[name]}
