from __future__ import annotations

import pytest

from ingestion.html_text import html_to_text
from tests.ingestion.conftest import ReadBytes


def test_title_text_and_front_matter(read: ReadBytes):
    text = (
        b"---\nupdated: 2025-06-01\ntags: [a, b]\n---\n\n```\n# no heading\n```\n## Refunds ##\r\n\nWithin 30 days.\n"
    )
    payload = read("markdown", text, "knowledge/policies/refunds.md").rows[1]
    assert payload == {
        "path": "policies/refunds.md",
        "title": "Refunds",
        "text": "```\n# no heading\n```\n## Refunds ##\n\nWithin 30 days.",
        "front_matter": {"updated": "2025-06-01", "tags": ["a", "b"]},
        "dated": True,
    }


@pytest.mark.parametrize("head", ["---\na: [\n---\n", "---\n- 1\n---\n", "---\nno end\n"])
def test_what_is_no_front_matter_stays_text(read: ReadBytes, head: str):
    payload = read("markdown", (head + "body").encode(), "knowledge/faq.md").rows[1]
    assert payload["front_matter"] == {}
    assert payload["text"] == head + "body"
    assert payload["title"] == "faq"


@pytest.mark.parametrize(
    ("html", "text"),
    [
        ("<p>a</p><p>b<br>c</p>", "a\n\nb\nc"),
        ("plain &amp; simple", "plain & simple"),
        ("<div>x<script>y()</script><style>z{}</style></div>", "x"),
        ("", ""),
        ("<p>  spaced \n out </p>", "spaced out"),
        ("<table><tr><td>a<td>b<tr><td>c</table>", "a b\nc"),
        ("<pre>a\n  b\nc</pre>d", "a\nb\nc\n\nd"),
        ("<div>a</div><div>b</div>", "a\nb"),
    ],
)
def test_html_to_text(html: str, text: str):
    assert html_to_text(html) == text


def test_html_without_end_takes_no_time_without_end():
    assert html_to_text("<div>" * 200_000 + "a &amp; b") == "a & b"
