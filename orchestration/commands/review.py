"""`memhouse review`: the uncertain pairs, decided one by one or in a spreadsheet."""

from __future__ import annotations

from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

import typer
from rich.markup import escape

from lake.settings import Settings
from orchestration.commands.entities import NEXT_NIGHT, Type, named, reading, writing
from orchestration.commands.explain import show_evidence
from orchestration.commands.options import AsJson, Lake, settings_of
from orchestration.commands.output import err, out, print_json_lines, print_table, text

if TYPE_CHECKING:
    from identity.reviewing import ReviewPair

Answer = Literal["same", "different", "skip", "quit"]
ANSWERS: tuple[Answer, ...] = ("same", "different", "skip", "quit")
PROMPT = "[s]ame, [d]ifferent, s[k]ip or [q]uit"
SHORT: dict[str, Answer] = {"s": "same", "d": "different", "k": "skip", "q": "quit"}

Decider = Annotated[str | None, typer.Option("--by", help="Who decides; needed to decide and to import.")]
Why = Annotated[str, typer.Option("--reason", help="Why; kept with each judgement.")]
Limit = Annotated[int, typer.Option(min=1, help="Pairs at most.")]
Export = Annotated[
    Path | None,
    typer.Option("--export", dir_okay=False, help="Write the pairs to this CSV file, to fill in `verdict`."),
]
Import = Annotated[
    Path | None,
    typer.Option("--import", exists=True, dir_okay=False, help="Take the judgements of this CSV file."),
]


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("review")(review)


def review(
    by: Decider = None,
    reason: Why = "review",
    limit: Limit = 20,
    entity_type: Type = None,
    export: Export = None,
    import_from: Import = None,
    lake: Lake = None,
    as_json: AsJson = False,
) -> None:
    """Walk through the uncertain pairs, the most valuable first, and decide whether they are one customer."""
    if export and import_from:
        raise typer.BadParameter("give one of the two at a time", param_hint="--export and --import")
    settings = settings_of(lake)
    if import_from:
        _import(settings, import_from, _decider(by))
        return
    pairs = _waiting(settings, entity_type, limit)
    if export:
        from identity.judgement_files import export_queue

        err.print(f"{export_queue(pairs, export)} pairs written to {export}: fill in `verdict`,", highlight=False)
        err.print(f"then `memhouse review --import {export} --by NAME`", highlight=False)
    elif as_json:
        print_json_lines(asdict(pair) for pair in pairs)
    elif not pairs:
        out.print("Nothing waits for a decision.")
    else:
        _walk(settings, pairs, _decider(by), named(reason, "--reason"))


def _decider(by: str | None) -> str:
    if by is None:
        raise typer.BadParameter("say who decides; it is kept with each judgement", param_hint="--by")
    return named(by, "--by")


def _waiting(settings: Settings, entity_type: str | None, limit: int) -> list[ReviewPair]:
    from identity.reviewing import review as waiting

    with reading(settings) as con:
        return waiting(con, entity_type, limit)


def _import(settings: Settings, path: Path, by: str) -> None:
    from identity.judgement_files import import_judgements

    with writing(settings, f"judgements by {by}") as con:
        count = import_judgements(con, path, by, datetime.now(UTC))
    out.print(f"{count} judgements taken from {path}." + (f" {NEXT_NIGHT}" if count else ""), highlight=False)


def _walk(settings: Settings, pairs: list[ReviewPair], by: str, reason: str) -> None:
    """Ask pair by pair; each answer is written at once, under the lock for that moment only."""
    from identity.judgements import JudgementError, decide

    decided = 0
    for number, pair in enumerate(pairs, start=1):
        _show(pair, f"{number} of {len(pairs)}")
        answer = _ask()
        if answer == "quit":
            break
        if answer != "skip":
            keys = (pair.left_key, pair.right_key)
            try:
                with writing(settings, f"review by {by}") as con:
                    decide(con, pair.entity_type, keys, answer, by, datetime.now(UTC), reason)
            except JudgementError as error:  # what contradicts an earlier answer ends no walk
                err.print(f"not taken: {error}", markup=False, highlight=False)
                continue
            decided += 1
    out.print(f"{decided} decided." + (f" {NEXT_NIGHT}" if decided else ""))


def _ask() -> Answer:
    """One answer; the end of the input quits."""
    while True:
        try:
            given = typer.prompt(PROMPT, default="k", show_default=False).strip().lower()
        except typer.Abort:
            out.print()
            return "quit"
        answer = SHORT.get(given) or next((name for name in ANSWERS if name == given), None)
        if answer:
            return answer
        err.print(f"{given!r} is none of s, d, k, q", markup=False)


def _show(pair: ReviewPair, place: str) -> None:
    stake = f"{pair.entity_type}, {pair.records_at_stake} records at stake, probability {pair.probability:.3f}"
    out.print(f"\n[bold]{place}: {escape(pair.question)}[/] ({stake})", highlight=False)
    rows = [(name, _cell(left), _cell(right)) for name, (left, right) in pair.fields.items() if left or right]
    print_table(("", pair.left_key, pair.right_key), rows)
    show_evidence({"evidence": pair.evidence, "match_weight": pair.match_weight})


def _cell(value: object) -> str:
    return ", ".join(map(str, value)) if isinstance(value, list) else text(value)
