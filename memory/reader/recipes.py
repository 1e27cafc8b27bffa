"""The declaration of recall's weights and limits (`recipes.yml`)."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any

import yaml

from memory.reader.filters import BadRequestError


@dataclass(frozen=True)
class Recipe:
    """The weights of one named way to recall."""

    semantic_share: float
    recency: float
    importance: float


@dataclass(frozen=True)
class RecallSettings:
    """Everything `recipes.yml` says."""

    half_life_days: dict[str, float]
    fold_similarity: float
    fact_share: float
    first_facts: list[str]
    default_budget_tokens: int
    candidates: int
    candidates_per_budget_token: float
    most_candidates: int
    recipes: dict[str, Recipe]

    def recipe(self, name: str) -> Recipe:
        """A recipe by name.

        Raises BadRequestError, listing those there are.
        """
        if name not in self.recipes:
            raise BadRequestError(f"recipe: {name!r} is none of {', '.join(sorted(self.recipes))}")
        return self.recipes[name]


@cache
def recall_settings() -> RecallSettings:
    """The declaration that this version of the package ships."""
    raw: dict[str, Any] = yaml.safe_load((files("memory.reader") / "recipes.yml").read_text())
    recipes = {name: Recipe(**weights) for name, weights in raw.pop("recipes").items()}
    return RecallSettings(recipes=recipes, **raw)
