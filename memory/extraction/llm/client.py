"""One request to an OpenAI-compatible endpoint: structured output, retried, metered."""

from __future__ import annotations

import http.client
import json
import time
import urllib.error
import urllib.request
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

RETRY_STATUS = frozenset({408, 409, 425, 429, 500, 502, 503, 504})


class EndpointError(RuntimeError):
    """The endpoint gave no usable answer; the message says what it said, never what it was asked."""


class NoAnswerError(EndpointError):
    """The endpoint refused or was not there: another day it may answer the same question."""


@dataclass(frozen=True, slots=True)
class Endpoint:
    """Where the model is and what it costs (per million tokens, in any currency; 0: not metered)."""

    base_url: str
    model: str
    api_key: str = ""
    timeout_seconds: float = 60
    retries: int = 3
    backoff_seconds: float = 1
    input_price: float = 0
    output_price: float = 0


@dataclass(slots=True)
class Meter:
    """What a run asked for and what it cost."""

    requests: int = 0
    retries: int = 0
    cached: int = 0
    failures: int = 0
    input_tokens: int = 0
    output_tokens: int = 0

    def cost(self, endpoint: Endpoint) -> float:
        """Price of the tokens so far."""
        spent = self.input_tokens * endpoint.input_price + self.output_tokens * endpoint.output_price
        return round(spent / 1_000_000, 6)


@dataclass(slots=True)
class Client:
    """Asks the endpoint. `sleep` is replaced in tests."""

    endpoint: Endpoint
    meter: Meter = field(default_factory=Meter)
    sleep: Callable[[float], None] = time.sleep

    def complete(self, messages: list[dict[str, str]], schema: dict[str, Any]) -> dict[str, Any]:
        """The model's answer to the messages as an object of the JSON schema.

        Raises NoAnswerError when the endpoint refuses or stays unreachable after the retries, EndpointError when what
        it answers is no such object.
        """
        body = {
            "model": self.endpoint.model,
            "messages": messages,
            "temperature": 0,
            "seed": 0,
            "response_format": {
                "type": "json_schema",
                "json_schema": {"name": "statements", "strict": True, "schema": schema},
            },
        }
        answer = self._with_retries(json.dumps(body).encode())
        usage = answer.get("usage")
        self.meter.input_tokens += _tokens(usage, "prompt_tokens")
        self.meter.output_tokens += _tokens(usage, "completion_tokens")
        return _content(answer)

    def _with_retries(self, body: bytes) -> dict[str, Any]:
        problem = ""
        for attempt in range(self.endpoint.retries + 1):
            if attempt:
                self.meter.retries += 1
                self.sleep(self.endpoint.backoff_seconds * 2 ** (attempt - 1))
            try:
                return self._post(body)
            except urllib.error.HTTPError as error:
                problem = f"HTTP {error.code}"
                if error.code not in RETRY_STATUS:
                    break
            except (OSError, ValueError, http.client.HTTPException) as error:
                problem = f"{type(error).__name__}"
        raise NoAnswerError(f"{self.endpoint.base_url} gave no answer: {problem}")

    def _post(self, body: bytes) -> dict[str, Any]:
        self.meter.requests += 1
        headers = {"Content-Type": "application/json"}
        if self.endpoint.api_key:
            headers["Authorization"] = f"Bearer {self.endpoint.api_key}"
        url = self.endpoint.base_url.rstrip("/") + "/chat/completions"
        if not url.startswith(("http://", "https://")):
            raise EndpointError(f"{self.endpoint.base_url} is no http(s) address")
        request = urllib.request.Request(url, data=body, headers=headers, method="POST")  # noqa: S310 (checked above)
        with urllib.request.urlopen(request, timeout=self.endpoint.timeout_seconds) as response:  # noqa: S310
            answer = json.load(response)
        if not isinstance(answer, dict):
            raise EndpointError(f"{self.endpoint.base_url} answered with no object")
        return answer


def _tokens(usage: object, name: str) -> int:
    """A count that the endpoint tells; not every one does."""
    count = usage.get(name) if isinstance(usage, dict) else None
    return count if isinstance(count, int) else 0


def _content(answer: dict[str, Any]) -> dict[str, Any]:
    try:
        content = json.loads(answer["choices"][0]["message"]["content"])
        json.dumps(content, ensure_ascii=False).encode()  # half a character cannot be kept
    except (KeyError, IndexError, TypeError, ValueError) as error:
        raise EndpointError(f"the answer holds no JSON ({type(error).__name__})") from error
    if not isinstance(content, dict):
        raise EndpointError("the answer's content is no object")
    return content
