"""`memhouse mcp`: the agents' door to the published snapshots."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Annotated

import typer

from orchestration.commands.options import Lake, settings_of
from orchestration.commands.output import err

DEFAULT_PORT = 8765
Http = Annotated[
    bool, typer.Option("--http", help="Streamable HTTP on this machine; the token is read from MCP_TOKEN.")
]
Port = Annotated[int, typer.Option(min=1, max=65535, help="Port of the HTTP server.")]
Customer = Annotated[str | None, typer.Option("--customer", help="Answer for this customer only (any identifier).")]
Scope = Annotated[
    list[str] | None,
    typer.Option("--scope", metavar="NAME=VALUE", help="Answer within this agent_id, run_id or app_id only."),
]
Events = Annotated[
    Path | None,
    typer.Option("--events", file_okay=False, help="Append each recall here, for the next night: <exports>/agents."),
]
Agent = Annotated[str | None, typer.Option("--agent", help="Name of the agent that asks, for those events.")]
FallBack = Annotated[
    bool, typer.Option("--fall-back", help="Answer from an older snapshot when the newest proves damaged.")
]
Warm = Annotated[bool, typer.Option("--warm", help="Load the embedding model before the first question.")]


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("mcp")(mcp)


def mcp(
    http: Http = False,
    port: Port = DEFAULT_PORT,
    customer: Customer = None,
    scope: Scope = None,
    events: Events = None,
    agent: Agent = None,
    *,
    fall_back: FallBack = False,
    warm: Warm = False,
    lake: Lake = None,
) -> None:
    """Serve the newest snapshot to agents over MCP, read only: on standard input and output, or over HTTP."""
    settings = settings_of(lake)
    from memory.mcp.events import RecallLog
    from memory.mcp.server import LOCALHOST, TOKEN_VARIABLE, http_app, serve_http, serve_stdio
    from memory.reader import Snapshot
    from memory.reader.session import Session

    snapshot = Snapshot.open(settings.snapshots_dir, fall_back=fall_back)
    session = Session.bound(snapshot, customer, scope or ())
    if warm:
        snapshot.warm_up()
    log = RecallLog(events, agent) if events else None
    if http:
        app = http_app(session, os.environ.get(TOKEN_VARIABLE, ""), log)
        err.print(f"MCP at http://{LOCALHOST}:{port}/mcp (Ctrl+C ends it)", highlight=False)
        serve_http(app, port)
    else:
        serve_stdio(session, log)
