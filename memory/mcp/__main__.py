"""`python -m memory.mcp SNAPSHOTS …`: the server without the command line's own dependencies."""

from __future__ import annotations

import argparse
import os
from pathlib import Path

from memory.mcp.events import RecallLog
from memory.mcp.server import TOKEN_VARIABLE, http_app, serve_http, serve_stdio
from memory.reader import BadRequestError, LookupFailedError, Snapshot, SnapshotError
from memory.reader.session import Session

DEFAULT_PORT = 8765


def main() -> None:
    """Serve until the client hangs up or the process is stopped."""
    parser = argparse.ArgumentParser(prog="python -m memory.mcp", description="Serve a lake's snapshots to agents.")
    parser.add_argument("snapshots", type=Path, help="the lake's snapshots folder, or one snapshot's folder")
    parser.add_argument("--http", action="store_true", help=f"streamable HTTP; the token is read from {TOKEN_VARIABLE}")
    parser.add_argument("--port", type=int, default=DEFAULT_PORT)
    parser.add_argument("--customer", help="bind the session to one customer (any identifier)")
    parser.add_argument("--scope", action="append", default=[], metavar="NAME=VALUE", help="bind it to a scope too")
    parser.add_argument("--events", type=Path, help="append each recall here: the folder of the agents' drops")
    parser.add_argument("--agent", help="name of the agent that asks, for those events")
    parser.add_argument("--fall-back", action="store_true", help="answer from an older snapshot when one is damaged")
    parser.add_argument("--warm", action="store_true", help="load the embedding model before the first question")
    try:
        _serve(parser.parse_args())
    except (SnapshotError, LookupFailedError, BadRequestError) as error:
        parser.error(str(error))


def _serve(chosen: argparse.Namespace) -> None:
    snapshot = Snapshot.open(chosen.snapshots, fall_back=chosen.fall_back)
    session = Session.bound(snapshot, chosen.customer, chosen.scope)
    if chosen.warm:
        snapshot.warm_up()
    log = RecallLog(chosen.events, chosen.agent) if chosen.events else None
    if chosen.http:
        serve_http(http_app(session, os.environ.get(TOKEN_VARIABLE, ""), log), chosen.port)
    else:
        serve_stdio(session, log)


if __name__ == "__main__":
    main()
