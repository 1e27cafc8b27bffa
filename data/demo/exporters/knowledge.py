"""The knowledge folder: undated markdown, as it lies in the company's handbook."""

from __future__ import annotations

from pathlib import Path

from data.demo.context import Context

FOLDER = Path(__file__).parent.parent / "knowledge"


def export(ctx: Context) -> None:
    """Copy every document; they are hand-written and the same in every world."""
    for path in sorted(FOLDER.rglob("*.md")):
        ctx.exports.text(f"knowledge/{path.relative_to(FOLDER).as_posix()}", path.read_text(encoding="utf-8"))
