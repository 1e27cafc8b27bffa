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
    """Start `memhouse ui` on the folder's lake; ends it, and the processes that it started, afterwards."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    places = ["--exports", str(folder / "exports"), "--lake", str(folder / "lake")]
    command = [sys.executable, "-m", "orchestration.cli", "ui", "--port", str(port), *places]
    with (folder / "ui.log").open("w") as log:
        server = subprocess.Popen(command, stdout=log, stderr=log, env=os.environ, start_new_session=True)
        try:
            yield WebPage(port)
        finally:
            os.killpg(server.pid, signal.SIGINT)
            with suppress(subprocess.TimeoutExpired):
                server.wait(30)
            with suppress(ProcessLookupError):
                os.killpg(server.pid, signal.SIGKILL)
