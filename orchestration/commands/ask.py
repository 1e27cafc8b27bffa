"""`memhouse recall | show`: what agents see, of one customer."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

import typer
from rich.markup import escape
from rich.panel import Panel

from orchestration.commands.options import AsJson, Lake, Who, settings_of
from orchestration.commands.output import out, print_json, print_table, text

if TYPE_CHECKING:
    from memory.reader import RecallAnswer, Recalled, Snapshot

Snap = Annotated[str | None, typer.Option("--snapshot", help="Snapshot id, or its beginning; the current one without.")]
Begin = Annotated[str | None, typer.Option("--begin", help="From this time on (ISO; UTC without a zone).")]
End = Annotated[str | None, typer.Option("--end", help="Before this time.")]


def register(app: typer.Typer) -> None:
    """Add the commands."""
    app.command("recall")(recall)
    app.command("show")(show)


def recall(
    who: Who,
    question: Annotated[str | None, typer.Argument(help="What matters now; without it, the newest memories.")] = None,
    *,
    budget: Annotated[int | None, typer.Option("--budget", min=0, help="Tokens to spend at most.")] = None,
    channel: Annotated[
        list[str] | None, typer.Option("--channel", help="Only this channel; may be given again.")
    ] = None,
    kind: Annotated[
        list[str] | None, typer.Option("--kind", help="Only observation, window, summary; may be given again.")
    ] = None,
    scope: Annotated[
        list[str] | None, typer.Option("--scope", metavar="NAME=VALUE", help="Only of this user_id, agent_id, run_id …")
    ] = None,
    threshold: Annotated[float | None, typer.Option(min=0, max=1, help="Least score.")] = None,
    recipe: Annotated[str, typer.Option(help="Way to recall: default, semantic, lexical, recent.")] = "default",
    history: Annotated[bool, typer.Option("--history", help="Also what no longer holds.")] = False,
    limit: Annotated[int, typer.Option(min=1, help="Memories at most.")] = 20,
    begin: Begin = None,
    end: End = None,
    snapshot: Snap = None,
    lake: Lake = None,
    as_json: AsJson = False,
) -> None:
    """Recall the few memories of a customer that bear on a question, with their sources."""
    from memory.reader.session import parse_scopes

    answer = open_snapshot(snapshot, lake).recall(
        who,
        question,
        begin=begin,
        end=end,
        channels=tuple(channel or ()),
        scopes=parse_scopes(scope or ()),
        kinds=tuple(kind or ()),
        limit=limit,
        threshold=threshold,
        budget_tokens=budget,
        recipe=recipe,
        history=history,
    )
    print_json(answer.to_dict()) if as_json else _show_answer(answer)


def show(who: Who, snapshot: Snap = None, lake: Lake = None, as_json: AsJson = False) -> None:
    """Show the card of a customer: who they are, what is known, what is open, what comes next."""
    card = open_snapshot(snapshot, lake).card(who)
    print_json(card) if as_json else show_card(card)


def show_card(card: dict[str, Any]) -> None:
    """A card as an agent reads it, in a frame."""
    title = f"{card.get('name') or 'no name'} · {card['entity_type']} {card['entity_id']}"
    out.print(Panel(escape(card["prompt"]), title=escape(title), title_align="left"))


def open_snapshot(snapshot_id: str | None, lake: Any) -> Snapshot:
    """The current snapshot of the lake, or the one asked for."""
    from memory.reader import Snapshot

    return Snapshot.open(settings_of(lake).snapshots_dir, snapshot_id)


def _show_answer(answer: RecallAnswer) -> None:
    entity = answer.entity
    out.print(
        f"[bold]{escape(str(entity.get('name') or entity['entity_id']))}[/] · {entity['entity_id']}", highlight=False
    )
    if answer.facts:
        rows = [[fact.get(name) for name in ("attribute", "value", "valid_at", "record_key")] for fact in answer.facts]
        print_table(("fact", "value", "since", "source"), rows)
    for memory in answer.memories:
        _show_memory(memory)
    out.print(
        f"{len(answer.memories)} memories, {answer.tokens} tokens, snapshot {answer.snapshot_id}", highlight=False
    )


def _show_memory(memory: Recalled) -> None:
    score = f" {memory.score.total:.2f}" if memory.score else ""
    parts = [text(memory.occurred_at), memory.channel, memory.kind, memory.then_at and f"then at {memory.then_at}"]
    head = " · ".join(part for part in parts if part)
    out.print(f"\n[bold]{escape(head)}[/]{score}", highlight=False)
    out.print(escape(memory.text), highlight=False)
    source = memory.source
    place = f"{source.source_file}:{source.source_row}" if source.source_file else ""
    out.print(f"[dim]{escape(' '.join(part for part in (source.record_key or '', place) if part))}[/]", highlight=False)
