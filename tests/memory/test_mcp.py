"""A real MCP client over both transports; the token; bound sessions; the recall log."""

import asyncio
import json
import shutil
import socket
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

import httpx2
import pytest
import uvicorn
from mcp import Client, StdioServerParameters
from mcp.client.streamable_http import streamable_http_client

from memory.mcp.events import RecallLog
from memory.mcp.server import build_server, http_app, serve_http
from memory.reader import BadRequestError, LookupFailedError, NotAllowedError, RecallRequest, Snapshot
from memory.reader.session import Session

TOKEN = "a-token-that-is-long-enough"  # noqa: S105 (of this test alone)
TOOLS = {"recall", "get_customer", "timeline", "find_customer", "search_knowledge", "explain_source"}
MOMENT = datetime(2025, 7, 1, 9, 30, tzinfo=UTC)


@pytest.fixture(scope="module")
def snapshots(snapshot_of) -> Path:
    return snapshot_of()


async def _ask(server, tool: str, **arguments):
    async with Client(server) as client:
        names = {tool.name for tool in (await client.list_tools()).tools}
        assert names == TOOLS
        return await client.call_tool(tool, arguments)


def ask(server, tool: str, **arguments):
    return asyncio.run(_ask(server, tool, **arguments))


@contextmanager
def served(app) -> Iterator[str]:
    """The application on a free port of this machine."""
    server = uvicorn.Server(uvicorn.Config(app, host="127.0.0.1", port=0, log_level="error"))
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    deadline = time.monotonic() + 30
    while not server.started and time.monotonic() < deadline:
        time.sleep(0.02)
    yield f"http://127.0.0.1:{server.servers[0].sockets[0].getsockname()[1]}/mcp"
    server.should_exit = True
    thread.join(10)


def test_over_stdio(snapshots: Path):
    server = StdioServerParameters(command=sys.executable, args=["-m", "memory.mcp", str(snapshots)])
    result = ask(server, "get_customer", customer="ann@acmetools.io")
    assert result.structured_content["entity_id"] == "per_ann"


def test_over_http_with_the_token_only(snapshots: Path):
    async def over(url: str, token: str):
        async with httpx2.AsyncClient(headers={"Authorization": f"Bearer {token}"}) as http:
            return await _ask(streamable_http_client(url, http_client=http), "recall", customer="acme", query="rivals")

    with served(http_app(Session(Snapshot.open(snapshots)), TOKEN)) as url:
        answer = asyncio.run(over(url, TOKEN)).structured_content
        assert answer["observations"][0]["text"] == "Acme is comparing us with Globex."
        assert answer["observations"][0]["source"]["source_file"] == "mailbox/2025-06-16/support.mbox"
        for headers in ({}, {"Authorization": "Bearer wrong"}):
            assert httpx2.post(url, json={}, headers=headers).status_code == 401


def test_the_model_reads_a_short_text_and_programs_have_it_all(snapshots: Path):
    server = build_server(Session(Snapshot.open(snapshots)))
    answer = ask(server, "recall", customer="ann@acmetools.io", query="how should we reach her?", budget_tokens=100)
    text, structured = answer.content[0].text, answer.structured_content
    assert text.startswith("# Ann Lee (person per_ann)")
    assert "- contact_preference: phone (since 2025-06-29)" in text
    assert "[mem_1] Ann prefers to be called by phone." in text
    assert len(text) / 4 < 100 + structured["tokens"]
    assert {"entity", "facts", "observations", "summary", "communications", "sources"} <= structured.keys()
    assert "null" not in ask(server, "timeline", customer="acc_acme").content[0].text
    card = ask(server, "get_customer", customer="acc_acme")
    assert card.content[0].text == card.structured_content["prompt"]


def test_the_model_reads_passages_within_the_budget(snapshot_of, memory_row):
    rows = [
        memory_row(f"k{n}", f"Refunds, case {n}\nWe refund case {n} in {n + 2} days, as agreed.", account=None,
                   kind="knowledge", visibility="company", source_file=f"knowledge/{n}.md")
        for n in range(30)
    ]  # fmt: skip
    server = build_server(Session(Snapshot.open(snapshot_of(*rows))))
    found = ask(server, "search_knowledge", query="refund case 7", limit=30, budget_tokens=300)
    text, passages = found.content[0].text, found.structured_content["passages"]
    assert "- [knowledge/7.md] Refunds, case 7\n  We refund case 7 in 9 days, as agreed." in text
    assert len(passages) > 10
    assert len(text) / 4 < 300 + 40 + 10 * len(passages)
    nothing = ask(server, "search_knowledge", query="refund", limit=0).content[0].text
    assert nothing.endswith("\nno passage bears on the question")


@pytest.mark.parametrize(
    ("tool", "given", "problem"),
    [
        ("recall", {"customer": "acme", "budget": 100}, "budget"),
        ("recall", {"customer": "acme", "limit": -1}, "limit: -1 is no whole number"),
        ("search_knowledge", {"query": "refunds", "limit": -1}, "limit: -1 is no whole number"),
        ("timeline", {"customer": "acme", "limit": -1}, "limit: -1 is no whole number"),
        ("timeline", {"customer": "acme", "begin": "2025-06", "end": "2025-01-01"}, "begin: '2025-06' is no ISO 8601"),
        ("timeline", {"customer": "acme", "begin": "2025-06-01", "end": "2025-01-01"}, "not before end, 2025-01-01"),
    ],
)
def test_a_question_that_means_nothing_is_refused(snapshots: Path, tool: str, given: dict[str, object], problem: str):
    refused = ask(build_server(Session(Snapshot.open(snapshots))), tool, **given)
    assert refused.is_error
    assert problem in refused.content[0].text


def test_a_timeline_of_nothing(snapshots: Path):
    server = build_server(Session(Snapshot.open(snapshots)))
    assert ask(server, "timeline", customer="acme", limit=0).structured_content == {"entries": []}


def test_a_port_in_use_is_told(snapshots: Path):
    app = http_app(Session(Snapshot.open(snapshots)), TOKEN)
    with socket.create_server(("127.0.0.1", 0)) as taken, pytest.raises(BadRequestError, match="choose another"):
        serve_http(app, taken.getsockname()[1])


@pytest.mark.parametrize("token", ["", "too-short", " " * 20, "a token with blanks"])
def test_a_token_that_anyone_may_guess_is_refused(snapshots: Path, token: str):
    with pytest.raises(BadRequestError, match="16 ASCII characters and no blanks"):
        http_app(Session(Snapshot.open(snapshots)), token)


def test_unknown_and_ambiguous_are_answers(snapshots: Path):
    server = build_server(Session(Snapshot.open(snapshots)))
    unknown = ask(server, "recall", customer="nobody@else.io", query="x").structured_content
    assert unknown["status"] == "unknown"
    several = ask(server, "find_customer", identifier="info@acmetools.io").structured_content
    assert {candidate["entity_id"] for candidate in several["candidates"]} == {"per_ann", "per_ben"}
    wrong = ask(server, "recall", customer="acc_acme", begin="soon")
    assert wrong.is_error
    assert "begin" in wrong.content[0].text


def test_a_session_bound_to_nothing_is_refused(snapshots: Path):
    """A variable that is not set must not open everybody's memory."""
    for customer in ("", "  "):
        with pytest.raises(LookupFailedError):
            Session.bound(Snapshot.open(snapshots), customer, ())
    assert Session.bound(Snapshot.open(snapshots), None, ()).bound_to is None


def test_a_bound_session_answers_for_nobody_else(snapshots: Path):
    server = build_server(Session(Snapshot.open(snapshots), bound_to="per_ann"))
    own = ask(server, "recall", query="invoice or phone?").structured_content
    assert own["entity"]["entity_id"] == "per_ann"
    for other in ("per_ben", "acc_acme", "acc_bolt", "nobody@else.io", "info@acmetools.io"):
        for tool in ("recall", "get_customer", "timeline"):
            result = ask(server, tool, customer=other)
            assert result.is_error, (tool, other)
            assert "bound to one customer" in result.content[0].text
        scoped = ask(server, "recall", query="invoice", scopes={"user_id": other})
        assert "bound to one customer" in scoped.content[0].text, other
    assert ask(server, "explain_source", item_id="mem_2").structured_content["status"] == "unknown"


def test_a_session_bound_to_a_scope(snapshot_of, memory_row):
    rows = [
        memory_row("a", "Agent one noted a blocker.", agent_id="one"),
        memory_row("b", "Agent two noted a blocker.", agent_id="two"),
    ]
    session = Session(Snapshot.open(snapshot_of(*rows)), "acc_acme", {"agent_id": "one"})
    answer = session.recall(None, RecallRequest("blocker"))
    assert [memory.text for memory in answer.memories] == ["Agent one noted a blocker."]
    assert answer.facts == []
    with pytest.raises(NotAllowedError, match="agent_id"):
        session.recall(None, RecallRequest("blocker", scopes={"agent_id": "two"}))
    with pytest.raises(NotAllowedError, match="cards"):
        session.card(None)


def test_a_new_snapshot_is_served_without_a_restart(publish, con):
    home = publish().path.parent

    async def before_and_after() -> list[str]:
        async with Client(build_server(Session(Snapshot.open(home)))) as client:
            plans = []
            for plan in ("growth", "scale"):
                con.execute("update marts.accounts set plan = ? where account_id = 'acc_acme'", [plan])
                publish()
                card = await client.call_tool("get_customer", {"customer": "acc_acme"})
                plans.append(card.structured_content["state"]["plan"])
            return plans

    assert asyncio.run(before_and_after()) == ["growth", "scale"]


def test_recalls_are_logged_as_agent_events(snapshots: Path, tmp_path: Path):
    log = RecallLog(tmp_path / "agents", "desk", clock=lambda: MOMENT, process="p1")
    server = build_server(Session(Snapshot.open(snapshots)), log)
    ask(server, "recall", customer="acme", query="rivals", scopes={"agent_id": "helper"})
    ask(server, "recall", customer="acme", query="rivals")
    lines = (tmp_path / "agents" / "2025-07-01" / "recalls-p1.ndjson").read_text().splitlines()
    events = [json.loads(line) for line in lines]
    assert [event["type"] for event in events] == ["recall"] * 2
    assert len({event["event_id"] for event in events}) == 2
    assert [event["agent_id"] for event in events] == ["helper", "desk"]
    assert events[1]["user_id"] == "acc_acme"
    assert events[1]["results"][0]["memory_id"] == "mem_3"
    assert events[1]["query"] == "rivals"


def test_a_log_that_cannot_be_written(snapshots: Path, tmp_path: Path, caplog):
    """It is refused at the start; when it fails later, the customer's agent is answered all the same."""
    in_the_way = tmp_path / "file"
    in_the_way.touch()
    with pytest.raises(BadRequestError, match=r"events: .* cannot be written"):
        RecallLog(in_the_way / "agents")
    log = RecallLog(tmp_path / "agents")
    shutil.rmtree(tmp_path / "agents")
    (tmp_path / "agents").touch()
    answer = ask(build_server(Session(Snapshot.open(snapshots)), log), "recall", customer="acme", query="q" * 9000)
    assert answer.structured_content["entity"]["entity_id"] == "acc_acme"
    assert "a recall is missing from the hit rates" in caplog.text
