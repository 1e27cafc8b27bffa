"""The planted stories: which kinds there are, which account lives through which, and when."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from random import Random

from data.demo.contracts import next_anniversary
from data.demo.model import Account, Step, Story
from data.demo.plots import STAGED
from data.demo.rng import chance, stream, weighted
from data.demo.scene import Director, Scene
from data.demo.timeline import END, LAST_DAY, START, at_work, is_weekend

MISSING_STEP_SHARE = 0.1
STORIES_PER_ACCOUNT = {0: 0.2, 1: 0.5, 2: 0.3}
APART = timedelta(days=35)
LAST_MOMENT = END - timedelta(hours=2)
ENDINGS = frozenset({"contract_ended"})


@dataclass(frozen=True)
class Beat:
    """One step of a kind: its signal, and how many days after the step before it falls."""

    signal: str
    low: float = 0
    high: float = 0
    share: float = 1.0


# The first and the last step always happen unless their share says otherwise; what lies between may be missing.
KINDS: dict[str, tuple[Beat, ...]] = {
    "champion_leaves": (
        Beat("champion_departed"),
        Beat("usage_drop", 5, 24),
        Beat("support_spike", 8, 32),
        Beat("renewal_due_60", 10, 45),
        Beat("contract_ended", 60, 62, 0.5),
    ),
    "payment_fails": (Beat("payment_failed"), Beat("invoice_overdue"), Beat("downgrade", 9, 40)),
    "onboarding_fails": (Beat("onboarding_stalled"), Beat("silence", 8, 30), Beat("contract_ended", 62, 110)),
    "executive_expands": (Beat("new_executive"), Beat("usage_surge", 10, 42), Beat("expansion", 14, 60)),
    "competitor_pulls": (Beat("competitor_mentioned"), Beat("feature_abandoned", 8, 40), Beat("downgrade", 15, 60)),
    "support_breaks_down": (Beat("support_spike"), Beat("negative_tone", 3, 20), Beat("contract_ended", 25, 80)),
    "word_broken": (Beat("promise_broken"), Beat("negative_tone", 2, 16), Beat("competitor_mentioned", 8, 45)),
    "help_too_slow": (Beat("ticket_slow"), Beat("ticket_reopened", 2, 12), Beat("negative_tone", 2, 16)),
}
NEEDS_MONTHLY = frozenset({"downgrade", "expansion", "payment_failed"})
NEEDS_USAGE = frozenset({"usage_drop", "usage_surge", "feature_abandoned"})


def signals(kind: str) -> list[str]:
    """The signal kinds of a story kind, in order."""
    return [beat.signal for beat in KINDS[kind]]


class Storyteller:
    """Gives accounts their stories. The kinds go round, so that each is told often enough to be found."""

    def __init__(self, director: Director) -> None:
        self.seed = director.seed
        self.director = director
        self._waiting: list[str] = []
        self._round = 0

    def tell(self, account: Account) -> None:
        """Plant up to two stories that do not touch each other."""
        rng = stream(self.seed, "stories", account.company.id)
        for number in range(weighted(rng, STORIES_PER_ACCOUNT)):
            kind, begin, lags = self._next(account, rng)
            if kind and begin:
                story = Story(f"S{account.company.index + 1:05d}-{number + 1}", kind, account.company, [])
                self._plant(account, rng, story, begin, lags)
                account.stories.append(story)
                account.stories.sort(key=lambda told: told.steps[0].occurred_at)

    def _next(self, account: Account, rng: Random) -> tuple[str | None, datetime | None, list[float]]:
        """The first waiting kind that fits the account, with its beginning and its lags."""
        if len(self._waiting) < len(KINDS):
            fresh = list(KINDS)
            stream(self.seed, "story round", self._round).shuffle(fresh)
            self._round += 1
            self._waiting += fresh
        for kind in list(dict.fromkeys(self._waiting)):
            if kind in {story.kind for story in account.stories} or not self._fits(account, kind):
                continue
            lags = [rng.uniform(beat.low, beat.high) for beat in KINDS[kind]]
            begin = self._begin(account, rng, kind, lags)
            if begin is not None:
                self._waiting.remove(kind)
                return kind, begin, lags
        return None, None, []

    def _fits(self, account: Account, kind: str) -> bool:
        wanted = set(signals(kind))
        contract = account.contract
        if wanted & {"downgrade", "expansion"} and len(contract.changes) > 1:
            return False
        if "champion_departed" in wanted and not any(
            person.jobs[-1].role == "champion" and person.jobs[-1].end is None for person in account.people
        ):
            return False
        if wanted & NEEDS_MONTHLY and contract.interval != "month":
            return False
        if "payment_failed" in wanted and contract.collection != "charge_automatically":
            return False
        if "contract_ended" in wanted and (contract.ended_at or _may_end(account)):
            return False
        return "onboarding_stalled" not in wanted or _is_fresh(account)

    def _begin(self, account: Account, rng: Random, kind: str, lags: list[float]) -> datetime | None:
        length = timedelta(days=sum(lags) + 45)
        if kind == "onboarding_fails":
            return account.company.since + timedelta(days=rng.uniform(21, 32))
        earliest = max(account.company.since + timedelta(days=75), START + timedelta(days=75))
        for _ in range(60):
            if kind == "champion_leaves":
                begin = self._before_renewal(account, rng, lags)
            else:
                begin = earliest + (END - length - earliest) * rng.random()
            if earliest <= begin <= END - length and self._free(account, kind, begin, begin + length):
                return begin
        return None

    def _before_renewal(self, account: Account, rng: Random, lags: list[float]) -> datetime:
        renewal = next_anniversary(account.company.since.date(), date(rng.choice([2023, 2024]), 12, 31))
        return datetime.combine(renewal, time(9), tzinfo=UTC) - timedelta(days=60 + sum(lags[1:4]))

    def _free(self, account: Account, kind: str, begin: datetime, end: datetime) -> bool:
        """No other story near, no end of the contract before, and where usage matters no chance dip in the way."""
        if account.contract.ended_at and end > account.contract.ended_at:
            return False
        for story in account.stories:
            first, last = story.steps[0].occurred_at, story.steps[-1].occurred_at
            if begin - APART < last and first < end + APART:
                return False
            if story.steps[-1].signal in ENDINGS and begin > last:
                return False
        if "contract_ended" in signals(kind) and any(story.steps[-1].occurred_at > begin for story in account.stories):
            return False
        if set(signals(kind)) & NEEDS_USAGE:
            near = (begin - timedelta(days=30)).date(), (end + timedelta(days=20)).date()
            return not any(a <= near[1] and near[0] <= b for a, b, _ in account.usage.factors)
        return True

    def _plant(self, account: Account, rng: Random, story: Story, begin: datetime, lags: list[float]) -> None:
        beats, moment = KINDS[story.kind], begin
        for number, (beat, lag) in enumerate(zip(beats, lags, strict=True)):
            moment = moment + timedelta(days=lag)
            between = 0 < number < len(beats) - 1 and beat.signal not in {
                "invoice_overdue",
                "renewal_due_60",
                "silence",
            }
            if (between and chance(rng, MISSING_STEP_SHARE)) or not chance(rng, beat.share):
                continue
            if is_weekend(moment.date()):
                moment = at_work(rng, moment.date() + timedelta(days=2))
            key = f"{story.id}-{number}"
            step = STAGED[beat.signal](Scene(self.director, account, stream(self.seed, "plot", key), key, moment))
            if step is not None:
                moment = step.occurred_at
                story.steps.append(step)


def _may_end(account: Account) -> bool:
    """A story is told already that ends a contract, most of the time."""
    return any("contract_ended" in signals(story.kind) for story in account.stories)


def _is_fresh(account: Account) -> bool:
    """A customer who began within the demo's time, of whom nothing is told yet, and who uses the product."""
    stalled = any(last > LAST_DAY for _, last, _ in account.usage.factors)
    return START < account.company.since < END - timedelta(days=200) and not account.stories and not stalled


def clear(account: Account, steps: list[Step]) -> None:
    """Take away what comes after the demo's end, and the noise that the stories have made impossible."""
    for thread in account.threads:
        thread.turns = [turn for turn in thread.turns if turn.at <= LAST_MOMENT]
    account.threads = [thread for thread in account.threads if thread.turns]
    own = {id(step.turn) for step in steps}
    kept = []
    for thread in account.threads:
        planted = thread.id.startswith("S") or any(id(turn) in own for turn in thread.turns)
        job = thread.person.job_at(thread.at)
        gone = job is None or job.company is not account.company
        if planted or not (
            gone or any(begin <= turn.at <= end for turn in thread.turns for begin, end in account.quiet)
        ):
            kept.append(thread)
    account.threads = sorted(kept, key=lambda thread: (thread.at, thread.id))
