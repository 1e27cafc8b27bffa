"""Trained parameters: m, u and the prior, by comparison and level, and where each came from."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass, field

from splink import SettingsCreator, block_on

from identity.levels import Comparison


@dataclass(frozen=True)
class Parameters:
    """Numbers only, so that any engine can use them. `sources`: comparison → 'trained' or 'prior'."""

    entity_type: str
    prior: float
    m: dict[str, list[float]]
    u: dict[str, list[float]]
    sources: dict[str, str] = field(default_factory=dict)
    pairs: int = 0

    @property
    def version(self) -> str:
        """Hash of the numbers: the model version on every edge and link."""
        return "model_" + hashlib.md5(self.to_json().encode(), usedforsecurity=False).hexdigest()[:12]

    def to_json(self) -> str:
        """Canonical JSON, six significant digits: equal parameters give equal text."""

        def rounded(values: dict[str, list[float]]) -> dict[str, list[float]]:
            return {name: [float(f"{value:.6g}") for value in row] for name, row in values.items()}

        content = {
            "entity_type": self.entity_type,
            "prior": float(f"{self.prior:.6g}"),
            "m": rounded(self.m),
            "u": rounded(self.u),
            "sources": self.sources,
            "pairs": self.pairs,
        }
        return json.dumps(content, sort_keys=True)

    @classmethod
    def from_json(cls, text: str) -> Parameters:
        """Read what `to_json` wrote."""
        return cls(**json.loads(text))


def fits(parameters: Parameters, comparisons: list[Comparison]) -> bool:
    """True when there is a number for every level: parameters of an older version of the comparisons lack some."""
    wanted = {comparison.name: len(comparison.levels) for comparison in comparisons}
    return wanted == {name: len(shares) for name, shares in parameters.m.items()}


def settings(
    parameters: Parameters, comparisons: list[Comparison], *, detailed: bool = False, by_parts: bool = True
) -> SettingsCreator:
    """Splink settings of the trained model, free of dialect. `detailed` keeps what charts and explanations need."""
    return SettingsCreator(
        link_type="dedupe_only",
        unique_id_column_name="unique_id",
        comparisons=[c.to_splink(parameters.m[c.name], parameters.u[c.name], by_parts=by_parts) for c in comparisons],
        blocking_rules_to_generate_predictions=[block_on("unique_id")],
        probability_two_random_records_match=parameters.prior,
        retain_matching_columns=detailed,
        retain_intermediate_calculation_columns=detailed,
    )
