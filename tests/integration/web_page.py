"""Dagster's web page as its own script would use it: the server of `memhouse ui`, asked over GraphQL."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any
from urllib.error import URLError
from urllib.request import Request, urlopen

LOCATION = "{ repositoriesOrError { ... on RepositoryConnection { nodes { name location { name } } } } }"
LAUNCH = """mutation ($run: ExecutionParams!) { launchPipelineExecution(executionParams: $run) {
    __typename ... on LaunchRunSuccess { run { runId } } ... on PythonError { message } } }"""
STATUS = "query ($id: ID!) { runOrError(runId: $id) { ... on Run { status } } }"
ENDED = {"SUCCESS", "FAILURE", "CANCELED"}
PATIENCE_SECONDS = 600
PATIENCE_TO_END_SECONDS = 60
IN_A_SCRIPT = ("sh", "-c", 'trap "" INT; exec "$@"', "sh")  # a script's background jobs ignore interrupts


class WebPage:
    """A running server."""

    def __init__(self, port: int) -> None:
        self._url = f"http://127.0.0.1:{port}/graphql"

    def run(self, day: str) -> str:
        """Launch the night of a day as the launch pad does; how it ended."""
        (repository,) = self._until(lambda: self._ask(LOCATION)["repositoriesOrError"].get("nodes"))
        selector = {
            "repositoryName": repository["name"],
            "repositoryLocationName": repository["location"]["name"],
            "pipelineName": "nightly",
        }
        tags = {"tags": [{"key": "dagster/partition", "value": day}]}
        run = {"selector": selector, "mode": "default", "executionMetadata": tags}
        launched = self._ask(LAUNCH, run=run)["launchPipelineExecution"]
        assert launched["__typename"] == "LaunchRunSuccess", launched
        run_id = launched["run"]["runId"]
        return str(self._until(lambda: ENDED & {self._ask(STATUS, id=run_id)["runOrError"]["status"]}).pop())

    def _ask(self, query: str, **variables: Any) -> dict[str, Any]:
        body = json.dumps({"query": query, "variables": variables}).encode()
        request = Request(self._url, body, {"Content-Type": "application/json"})  # noqa: S310 (our own server)
        with urlopen(request, timeout=60) as answer:  # noqa: S310
            return dict(json.load(answer)["data"])

    def _until(self, look: Any) -> Any:
        """What `look` finds, once the server answers and it finds something."""
        end = time.monotonic() + PATIENCE_SECONDS
        while time.monotonic() < end:
            with suppress(URLError, ConnectionError):
                if found := look():
                    return found
            time.sleep(1)
        raise TimeoutError(f"{self._url} did not answer as expected within {PATIENCE_SECONDS} s")


@contextmanager
def web_page(folder: Path) -> Iterator[WebPage]:
    """Start `memhouse ui` on the folder's lake as a script's background does; afterwards one signal must end all of it."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    places = ["--exports", str(folder / "exports"), "--lake", str(folder / "lake")]
    command = [sys.executable, "-m", "orchestration.cli", "ui", "--port", str(port), *places]
    with (folder / "ui.log").open("w") as log:
        server = subprocess.Popen([*IN_A_SCRIPT, *command], stdout=log, stderr=log, start_new_session=True)
        try:
            yield WebPage(port)
            server.terminate()
            assert _has_ended(server), f"processes of the web page outlive it: see {log.name}"
        finally:
            with suppress(ProcessLookupError):
                os.killpg(server.pid, signal.SIGKILL)


def _has_ended(server: subprocess.Popen[bytes]) -> bool:
    """Whether the server and every process that it started end in time."""
    end = time.monotonic() + PATIENCE_TO_END_SECONDS
    while time.monotonic() < end:
        server.poll()
        try:
            os.killpg(server.pid, 0)
        except ProcessLookupError:
            return True
        time.sleep(0.2)
    return False
