"""The partitions of the nightly job: one a day, from a fixed past on; today's is the last."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from dagster import BackfillPolicy, DailyPartitionsDefinition

PARTITION_TAG = "dagster/partition"
RANGE_TAG = "dagster/asset_partition_range_start"
FIRST_NIGHT = date(2020, 1, 1)

NIGHTS = DailyPartitionsDefinition(start_date=FIRST_NIGHT.isoformat(), timezone="UTC", end_offset=1)
ONE_NIGHT_A_RUN = BackfillPolicy.multi_run(max_partitions_per_run=1)


class NightError(ValueError):
    """A run names no night, or one that cannot be run; the message says which can."""


def night_of(tags: Mapping[str, str]) -> date:
    """The day that a run's tags name. Raises NightError for none, several, or one out of range."""
    key = tags.get(PARTITION_TAG)
    if key is None or RANGE_TAG in tags:
        raise NightError("a run works on exactly one day: choose one partition, YYYY-MM-DD")
    return parse_night(key)


def parse_night(key: str) -> date:
    """A partition key as a date. Raises NightError where Dagster would refuse the partition."""
    try:
        day = date.fromisoformat(key)
    except ValueError as error:
        raise NightError(f"{key!r} is no date: write it as YYYY-MM-DD") from error
    last = NIGHTS.get_last_partition_key()
    if day < FIRST_NIGHT or (last is not None and day.isoformat() > last):
        raise NightError(f"{key} is outside the nights that can be run: {FIRST_NIGHT.isoformat()} to {last}")
    return day
