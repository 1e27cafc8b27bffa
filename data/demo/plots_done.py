"""Signals that show in use, billing and contracts: how each is staged."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, time, timedelta

from data.demo.billing import TERMS_DAYS, bill_dates
from data.demo.contracts import FAILURE_CODES, larger, next_anniversary, smaller
from data.demo.model import Account, PaymentFailure, PlanChange, Step
from data.demo.rng import chance
from data.demo.scene import Scene
from data.demo.timeline import END

FAR = END + timedelta(days=400)
KEY_FEATURES = ("Report Exported", "Dashboard Viewed", "Automation Run", "Comment Added")


def usage_drop(scene: Scene) -> Step:
    """Usage falls to a fraction and stays low for weeks."""
    until = scene.at + timedelta(days=scene.rng.randint(50, 120))
    scene.account.usage.factors.append((scene.at.date(), until.date(), scene.rng.uniform(0.12, 0.38)))
    return Step("usage_drop", _midnight(scene.at))


def usage_surge(scene: Scene) -> Step:
    """Usage grows and stays."""
    scene.account.usage.factors.append((scene.at.date(), FAR.date(), scene.rng.uniform(2.0, 3.0)))
    return Step("usage_surge", _midnight(scene.at))


def feature_abandoned(scene: Scene) -> Step:
    """A key feature of the account is not used any more."""
    feature = max(KEY_FEATURES, key=lambda name: scene.account.usage.features[name])
    scene.account.usage.abandoned.append((feature, scene.at.date()))
    return Step("feature_abandoned", _midnight(scene.at))


def onboarding_stalled(scene: Scene) -> Step:
    """A new customer hardly starts."""
    begin = scene.account.company.since.date() + timedelta(days=scene.rng.randint(4, 9))
    scene.account.usage.factors.append((begin, FAR.date(), scene.rng.uniform(0.02, 0.08)))
    return Step("onboarding_stalled", scene.at)


def payment_failed(scene: Scene) -> Step | None:
    """A charge fails, and so do the retries."""
    dates = [day for day in bill_dates(scene.account.contract) if day >= scene.at]
    if not dates:
        return None
    recovered = scene.rng.choice([None, scene.rng.randint(40, 80)])
    scene.account.contract.failures = [f for f in scene.account.contract.failures if abs((f.at - scene.at).days) > 45]
    scene.account.contract.failures.append(
        PaymentFailure(dates[0] - timedelta(hours=1), recovered, scene.rng.choice(FAILURE_CODES))
    )
    return Step("payment_failed", dates[0] + timedelta(hours=1))


def invoice_overdue(scene: Scene) -> Step:
    """The unpaid invoice passes its due date."""
    begun = max(day for day in bill_dates(scene.account.contract) if day <= scene.at)
    return Step("invoice_overdue", begun + timedelta(days=TERMS_DAYS[scene.account.contract.collection]))


def downgrade(scene: Scene) -> Step:
    """A smaller plan, fewer seats, or both."""
    now = scene.account.contract.at(scene.at)
    plan = smaller(now.plan) if chance(scene.rng, 0.6) else now.plan
    seats = (
        max(2, int(now.seats * scene.rng.uniform(0.4, 0.7)))
        if plan == now.plan or chance(scene.rng, 0.5)
        else now.seats
    )
    return _change(scene.account, scene.at, plan, seats, "downgrade", "Existing Business - Downgrade")


def expansion(scene: Scene) -> Step:
    """A larger plan, more seats, or both."""
    now = scene.account.contract.at(scene.at)
    plan = larger(now.plan) if chance(scene.rng, 0.5) else now.plan
    seats = int(now.seats * scene.rng.uniform(1.4, 2.2)) + 2
    return _change(scene.account, scene.at, plan, seats, "expansion", "Existing Business - Upgrade")


def silence(scene: Scene) -> Step:
    """Nobody writes or calls any more."""
    scene.account.quiet.append((scene.at, scene.at + timedelta(days=scene.rng.randint(95, 140))))
    return Step("silence", scene.at + timedelta(days=30))


def contract_ended(scene: Scene) -> Step | None:
    """The subscription is cancelled; use and contact stop."""
    if scene.at > END - timedelta(days=3):
        return None
    scene.account.contract.ended_at = scene.at
    scene.account.quiet.append((scene.at + timedelta(days=scene.rng.randint(2, 12)), FAR))
    return Step("contract_ended", scene.at)


def renewal_due(days: int) -> Callable[[Scene], Step]:
    """The renewal comes near; nothing has to be done for it."""

    def stage(scene: Scene) -> Step:
        since = scene.account.company.since.date()
        due = next_anniversary(since, scene.at.date() + timedelta(days=days - 20)) - timedelta(days=days)
        return Step(f"renewal_due_{days}", datetime.combine(due, time(), tzinfo=UTC))

    return stage


def _change(account: Account, at: datetime, plan: str, seats: int, signal: str, deal: str) -> Step:
    account.contract.changes.append(PlanChange(at, plan, seats))
    account.contract.changes.sort(key=lambda change: change.at)
    account.deals.append((signal, at, deal, True))
    return Step(signal, at)


def _midnight(at: datetime) -> datetime:
    return datetime.combine(at.date(), time(), tzinfo=UTC)
