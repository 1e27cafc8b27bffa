"""When pairs and groups are one entity: all in bits of match weight (log2 odds), one setting for every data set."""

from __future__ import annotations

# From this weight on a pair is a likely match.
JOIN = 0.0
# What a pair says that was never compared although it had something to compare by: it shares no key.
NEVER_COMPARED = -4.0
# Two groups whose pairs lie below this on average are two entities, whatever some pair says.
GROUPS_SPEAK_AGAINST = -3.0
LEAST, MOST = -10.0, 15.0
# More than a name alone says: what some pair must say for groups whose identifiers conflict, or of implausible size.
BEYOND_DOUBT = 10.0
# Records of one entity above which a likely pair is not enough to add more.
PLAUSIBLE_SIZE = 50
# So many records on either side make a record between them a bridge: fewer may be what one person left at two places.
DENSE = 5
# A judgement's weight: more than all scores of the largest group can add up to.
DECIDED = 1e9

# Values by system.
Identifiers = dict[str, set[str]]


def conflict(left: Identifiers, right: Identifiers) -> bool:
    """True when two groups have identifiers of one system and none in common."""
    return any(values.isdisjoint(right[system]) for system, values in left.items() if system in right)
