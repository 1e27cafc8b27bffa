"""The demo company: a seeded world, the exports of its tools, and the truth beside them."""

from data.demo.world import DemoWorld, generate

__all__ = ["DemoWorld", "generate"]
