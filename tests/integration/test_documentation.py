"""Every query of the documentation runs on the published lake, and those that every world can answer have an answer."""

import re
from pathlib import Path

import pytest
from typer.testing import CliRunner

from orchestration.cli import app
from tests.integration.conftest import Nights

pytestmark = pytest.mark.slow

DOCS = Path(__file__).parents[2] / "docs"
QUERIES = [
    query
    for page in ("query", "metrics")
    for query in re.findall(r"```sql\n(.*?)```", (DOCS / f"{page}.md").read_text(encoding="utf-8"), flags=re.DOTALL)
]
# What a small world may not have: an ended contract, a drop in usage, an overdue invoice, a pattern beyond chance.
RARE = (
    "to_kind = 'contract_ended'", "champion_departed", "is_significant", "is_overdue", "subscriptions.ended_at",
    "0.5 * usage.usual",
)  # fmt: skip


@pytest.mark.parametrize("query", QUERIES)
def test_a_documented_query_runs(nights: Nights, query: str) -> None:
    here = {"MEMHOUSE_EXPORTS": str(nights.settings.exports), "MEMHOUSE_LAKE": str(nights.settings.lake)}
    answer = CliRunner().invoke(app, ["sql", query, "--json"], env=here)
    assert answer.exit_code == 0, answer.output
    assert answer.stdout.strip() or any(word in query for word in RARE)


def test_ten_questions_are_worked() -> None:
    assert len(re.findall(r"^\*\*\d+\. ", (DOCS / "query.md").read_text(encoding="utf-8"), flags=re.MULTILINE)) == 10
