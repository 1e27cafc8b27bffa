"""Every query of the documentation runs on the published lake."""

import re
from pathlib import Path

import pytest

from tests.integration.conftest import Nights

pytestmark = pytest.mark.slow

PAGE = Path(__file__).parents[2] / "docs" / "query.md"
QUERIES = re.findall(r"```sql\n(.*?)```", PAGE.read_text(encoding="utf-8"), flags=re.DOTALL)


@pytest.mark.parametrize("query", QUERIES)
def test_a_documented_query_runs(nights: Nights, query: str) -> None:
    nights.memhouse("sql", query, "--json")
