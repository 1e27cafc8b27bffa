"""Numbers from the ranges that regulators keep for fiction, each handed out once."""

from __future__ import annotations

from random import Random

# Country → (prefix, digits drawn) for offices and for mobiles.
OFFICE = {"GB": ("+442079460", 3), "DE": ("+493023125", 3), "FR": ("+3319900", 4)}
MOBILE = {"GB": ("+447700900", 3), "DE": ("+4917604069", 3), "FR": ("+336399", 5)}
_US_AREAS = (
    "201",
    "208",
    "218",
    "303",
    "312",
    "401",
    "402",
    "503",
    "509",
    "510",
    "512",
    "518",
    "520",
    "603",
    "608",
    "614",
    "701",
    "802",
    "813",
    "912",
    "919",
)


class Phones:
    """Hands out numbers in E.164; falls back to the American 555 exchange when a small range is used up.

    The caller's own stream draws, so that one person more does not change everybody else's number.
    """

    def __init__(self) -> None:
        self._given: set[str] = set()

    def office(self, rng: Random, country: str) -> str:
        """A switchboard's number."""
        return self._next(rng, OFFICE.get(country))

    def mobile(self, rng: Random, country: str) -> str:
        """A mobile number."""
        return self._next(rng, MOBILE.get(country))

    def _next(self, rng: Random, reserved: tuple[str, int] | None) -> str:
        for attempt in range(1000):
            if reserved and attempt < 20:
                number = reserved[0] + str(rng.randrange(10 ** reserved[1])).zfill(reserved[1])
            else:
                number = f"+1{rng.choice(_US_AREAS)}555{rng.randrange(10_000):04d}"
            if number not in self._given:
                self._given.add(number)
                return number
        raise RuntimeError("the ranges kept for fiction are used up; ask for fewer accounts")
