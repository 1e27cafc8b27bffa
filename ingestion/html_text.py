"""HTML to the text a reader would see. The tree is only read: changing it while walking has crashed the parser."""

from __future__ import annotations

import re
from collections.abc import Iterator
from html import unescape

from selectolax.lexbor import LexborHTMLParser, LexborNode

MAX_UNCLOSED_TAGS = 10_000  # the parser takes time with the square of the depth; beyond, tags are only stripped

_TAG = re.compile(r"<[^<>]*>")
_UNSEEN = {"head", "script", "style", "template", "noscript", "title"}
# Marks that stand for breaks until the source's own white space, which means nothing in HTML, has been collapsed.
_PARAGRAPH, _LINE, _BREAK = "\x1d", "\x1e", "\x1f"
_PARAGRAPH_TAGS = (
    *("p", "h1", "h2", "h3", "h4", "h5", "h6", "ul", "ol", "dl"),
    *("table", "blockquote", "pre", "hr", "section"),
)
_LINE_TAGS = ("div", "tr", "li", "dt", "dd", "header", "footer", "article", "address")
_AROUND = {
    **dict.fromkeys(_PARAGRAPH_TAGS, _PARAGRAPH),
    **dict.fromkeys(_LINE_TAGS, _LINE),
    **dict.fromkeys(("td", "th"), " "),
}
_MARKS = re.compile(f"[{_PARAGRAPH}{_LINE}{_BREAK}]")
_SPACES = re.compile(r"[ \t\r\n\f\v\xa0]+")
_BREAKS = re.compile(f" ?[{_PARAGRAPH}{_LINE}{_BREAK}][ {_PARAGRAPH}{_LINE}{_BREAK}]*")


def html_to_text(html: str) -> str:
    """Visible text: a line for each block, one blank line around paragraphs; empty for empty markup."""
    if html.count("<") - 2 * html.count("</") > MAX_UNCLOSED_TAGS:
        return _SPACES.sub(" ", unescape(_TAG.sub(" ", html))).strip()
    body = LexborHTMLParser(_MARKS.sub("", html)).body if html.strip() else None
    if body is None:
        return ""
    return _BREAKS.sub(_break, _SPACES.sub(" ", "".join(_pieces(body)))).strip()


def _pieces(body: LexborNode) -> Iterator[str]:
    """Texts and marks in document order, however deeply nested."""
    waiting: list[tuple[LexborNode, bool] | str] = [(body, False)]
    while waiting:
        item = waiting.pop()
        if isinstance(item, str):
            yield item
            continue
        node, preformatted = item
        if node.is_text_node:
            text = node.text_content or ""
            yield text.replace("\r", "").replace("\n", _BREAK) if preformatted else text
        elif node.tag == "br":
            yield _BREAK
        elif node.tag not in _UNSEEN:
            around = _AROUND.get(node.tag or "", "")
            yield around
            waiting.append(around)
            inside = preformatted or node.tag == "pre"
            waiting.extend((child, inside) for child in reversed(list(node.iter(include_text=True))))


def _break(match: re.Match[str]) -> str:
    marks = match.group()
    return "\n\n" if _PARAGRAPH in marks or marks.count(_BREAK) > 1 else "\n"
