"""What each account pays for, and the ordinary accidents of billing that mean nothing."""

from __future__ import annotations

from datetime import date, timedelta
from random import Random

from data.demo.model import Company, Contract, PaymentFailure, PlanChange
from data.demo.rng import chance, stream, weighted
from data.demo.timeline import END, LAST_DAY, START, working_moment
from data.demo.words import load

CURRENCY = {"US": "usd", "GB": "gbp", "DE": "eur", "FR": "eur"}
FAILURE_CODES = ("card_declined", "insufficient_funds", "expired_card", "processing_error")


def build_contract(seed: int, company: Company) -> Contract:
    """The contract as it would be without any story: one plan, mostly monthly, and harmless accidents."""
    rng = stream(seed, "contract", company.id)
    plan = _plan_for(rng, company.employees)
    seats = max(3, min(400, int(company.employees * rng.uniform(0.05, 0.3))))
    contract = Contract(
        begin=company.since,
        interval="year" if chance(rng, 0.25) else "month",
        currency=CURRENCY[company.country],
        collection="send_invoice" if chance(rng, 0.3) else "charge_automatically",
        changes=[PlanChange(company.since, plan, seats)],
        renews_on=next_anniversary(company.since.date(), LAST_DAY + timedelta(days=rng.randint(0, 25))),
    )
    _accidents(rng, contract)
    return contract


def _plan_for(rng: Random, employees: int) -> str:
    if employees < 60:
        return weighted(rng, {"Starter": 4, "Team": 6})
    if employees < 400:
        return weighted(rng, {"Team": 4, "Business": 6})
    return weighted(rng, {"Business": 5, "Enterprise": 5})


def _accidents(rng: Random, contract: Contract) -> None:
    if chance(rng, 0.3):
        at = working_moment(rng, START + timedelta(days=30), END)
        contract.failures.append(PaymentFailure(at, rng.choice([3, 3, 5]), rng.choice(FAILURE_CODES)))
    if chance(rng, 0.25):
        contract.paid_late.append(
            (working_moment(rng, START + timedelta(days=30), END - timedelta(days=60)), rng.randint(4, 20))
        )


def next_anniversary(since: date, after: date) -> date:
    """The first yearly return of a date after another; 29 February returns on the 28th."""
    for year in range(after.year, after.year + 2):
        day = 28 if (since.month, since.day) == (2, 29) else since.day
        found = date(year, since.month, day)
        if found > after:
            return found
    raise ValueError(f"no anniversary of {since} after {after}")


def monthly_minor(plan: str, seats: int) -> int:
    """What the plan costs a month, in minor units."""
    return int(load("product")["plans"][plan]) * seats


def larger(plan: str) -> str:
    """The plan above, or the same when there is none."""
    plans: list[str] = list(load("product")["plans"])
    return plans[min(plans.index(plan) + 1, len(plans) - 1)]


def smaller(plan: str) -> str:
    """The plan below, or the same when there is none."""
    plans: list[str] = list(load("product")["plans"])
    return plans[max(plans.index(plan) - 1, 0)]
