"""The vocabulary of comparisons: levels of agreement, in any dialect, with their weights before training."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import splink.comparison_level_library as cll
from splink.comparison_library import CustomComparison
from splink.internals.comparison_level_creator import ComparisonLevelCreator
from splink.internals.dialects import SplinkDialect

Creator = Callable[[], ComparisonLevelCreator]
# What one edit takes from the similarity of two strings of n letters, times n: at most 2/3 for the letter itself, and
# as much again where a repeated letter is matched out of order.
EDIT_COSTS = 1.5


@dataclass(frozen=True)
class Level:
    """One degree of agreement. `rarity`: the feature whose rare values weigh more; `says`: it in plain words.

    `part_of`: the feature that the values in common are a part of. Chance makes parts agree no less often than wholes:
    where few records are known, a part does not say more than the whole of that rarity would.
    """

    creator: Creator
    says: str
    m: float
    u: float = 0.001
    rarity: str | None = None
    rarity_weight: float = 1.0
    relative: bool = False
    trust: float | None = None
    part_of: str | None = None


@dataclass(frozen=True)
class Comparison:
    """A column's comparison: when it says nothing, then its levels from most to least alike, the last for the rest.

    `most_different`: the largest share of true matches that training may put into the last level.
    """

    name: str
    says_nothing: Creator
    levels: tuple[Level, ...]
    most_different: float = 1.0

    @property
    def ends_in_difference(self) -> bool:
        """True when the last level is for values that differ; members of lists differ without saying anything."""
        return self.levels[-1].creator is cll.ElseLevel

    def to_splink(self, m: list[float], u: list[float], *, by_parts: bool = True) -> CustomComparison:
        """The comparison as Splink takes it, with its parameters, in any dialect.

        Without `by_parts`, what is a part of a value is not held against the whole.
        """
        null = self.says_nothing().configure(is_null_level=True, label_for_charts="says nothing")
        levels: list[ComparisonLevelCreator | dict[str, Any]] = [null]
        for level, m_value, u_value in zip(self.levels, m, u, strict=True):
            creator = level.creator().configure(
                m_probability=m_value, u_probability=u_value, label_for_charts=level.says
            )
            if level.rarity:
                creator = creator.configure(
                    tf_adjustment_column=level.rarity,
                    tf_adjustment_weight=level.rarity_weight,
                    disable_tf_exact_match_detection=not level.relative,
                )
            elif level.part_of and by_parts:
                creator = creator.configure(
                    tf_adjustment_column=level.part_of,
                    tf_minimum_u_value=u_value,
                    disable_tf_exact_match_detection=True,
                )
            levels.append(creator)
        return CustomComparison(levels, output_column_name=self.name, comparison_description=self.name)


def condition(sql: str) -> Creator:
    """A condition in plain SQL over `<feature>_l` and `<feature>_r`."""
    return lambda: cll.CustomLevel(sql)


def same(feature: str) -> Creator:
    """Equal values."""
    return lambda: cll.ExactMatchLevel(feature)


def missing(feature: str) -> Creator:
    """One of the two has no value."""
    return lambda: cll.NullLevel(feature)


def like(feature: str, similarity: float) -> Creator:
    """At least so similar by Jaro and Winkler, 0 to 1."""
    return lambda: cll.JaroWinklerLevel(feature, similarity)


def every(*creators: Creator) -> Creator:
    """All of these."""
    return lambda: cll.And(*(creator() for creator in creators))


def either(*creators: Creator) -> Creator:
    """Any of these."""
    return lambda: cll.Or(*(creator() for creator in creators))


def shares(feature: str, count: int = 1) -> Creator:
    """Lists with at least `count` items in common."""
    return lambda: cll.ArrayIntersectLevel(feature, count)


def differs(says: str, m: float) -> Level:
    """The last level: all other pairs."""
    return Level(cll.ElseLevel, says, m)


class _Edited(ComparisonLevelCreator):
    """At most `edits` edits apart, transpositions included: costly, so computed only where cheap bounds allow it."""

    def __init__(self, feature: str, edits: int, at_least: float) -> None:
        self.level = cll.DamerauLevenshteinLevel(feature, edits)
        self.feature = feature
        self.edits = edits
        self.at_least = at_least

    def create_sql(self, sql_dialect: SplinkDialect) -> str:
        left, right = f"length({self.feature}_l)", f"length({self.feature}_r)"
        similar = f"greatest({self.at_least}, 1 - {EDIT_COSTS * self.edits} / least({left}, {right}))"
        jaro_winkler = f"{sql_dialect.jaro_winkler_function_name}({self.feature}_l, {self.feature}_r)"
        return (
            f"case when abs({left} - {right}) <= {self.edits} and {jaro_winkler} >= {similar} "
            f"then {self.level.create_sql(sql_dialect)} else false end"
        )

    def create_label_for_charts(self) -> str:
        return str(self.level.create_label_for_charts())


def edited(feature: str, edits: int, at_least: float) -> Creator:
    """At most so many edits apart. No such pair is less similar than `at_least`, which is quicker to see."""
    return lambda: _Edited(feature, edits, at_least)
