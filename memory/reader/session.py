"""What one caller may ask: everything, or, when bound, one customer and scope and nothing else."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from memory.reader.answers import RecallAnswer, Recalled, RecallRequest
from memory.reader.errors import LookupFailedError, NotAllowedError
from memory.reader.filters import SCOPE_COLUMNS, USER, BadRequestError, When
from memory.reader.find import Match
from memory.reader.snapshot import Snapshot


@dataclass(frozen=True)
class Session:
    """A snapshot as one caller sees it.

    `bound_to` is an entity id, `scopes` are fixed values of agent_id, run_id or app_id. What is not written under a
    scope (facts, card, timeline) is not for a session that is bound to one.
    """

    snapshot: Snapshot
    bound_to: str | None = None
    scopes: Mapping[str, str] = field(default_factory=dict)

    @classmethod
    def bound(cls, snapshot: Snapshot, customer: str | None, scopes: Iterable[str]) -> Session:
        """A session of the customer that `customer` identifies (None: of all), within scopes written NAME=VALUE.

        Raises BadRequestError for a scope that is none, LookupFailedError for a customer that is not found.
        """
        fixed = parse_scopes(scopes)
        if USER in fixed:
            raise BadRequestError(f"scope {USER!r}: bind the session to that customer instead")
        bound_to = snapshot.find(customer).entity_id if customer is not None else None
        return cls(snapshot, bound_to, fixed)

    def find(self, identifier: str | None) -> Match:
        """The customer that is asked about; a bound session knows one only.

        Raises NotAllowedError for any other, without a word on whether there is one.
        """
        if self.bound_to is None:
            if not identifier:
                raise LookupFailedError("say which customer: an id, e-mail, phone number, domain, name or vendor's id")
            return self.snapshot.find(identifier)
        own = self.snapshot.find(self.bound_to)
        if identifier and self._other(identifier, own):
            raise NotAllowedError("this session is bound to one customer and answers for no other")
        return own

    def recall(self, identifier: str | None, request: RecallRequest) -> RecallAnswer:
        """`Snapshot.recall` within the session's bounds."""
        if self.bound_to is not None and USER in request.scopes:
            self.find(request.scopes[USER])
        return self.snapshot.ask(self.find(identifier).entity_id, self.bounded(request))

    def card(self, identifier: str | None) -> dict[str, Any]:
        """`Snapshot.card` within the session's bounds."""
        self._refuse_when_scoped("cards")
        return self.snapshot.card(self.find(identifier).entity_id)

    def timeline(self, identifier: str | None, begin: When, end: When, limit: int) -> list[dict[str, Any]]:
        """`Snapshot.timeline` within the session's bounds."""
        self._refuse_when_scoped("timelines")
        entity_id = self.find(identifier).entity_id
        return self.snapshot.timeline(entity_id, begin=begin, end=end, limit=limit)

    def search_knowledge(self, query: str, limit: int, budget_tokens: int) -> list[Recalled]:
        """The company's documents are for everyone."""
        return self.snapshot.search_knowledge(query, limit=limit, budget_tokens=budget_tokens)

    def explain_source(self, item_id: str, identifier: str | None) -> dict[str, Any]:
        """`Snapshot.explain_source` within the session's bounds."""
        self._refuse_when_scoped("sources")
        return self.snapshot.explain_source(item_id, self.find(identifier).entity_id)

    def bounded(self, request: RecallRequest) -> RecallRequest:
        """The request as it is asked of the snapshot.

        Raises NotAllowedError when it leaves the session's scopes.
        """
        if not self.scopes:
            return request
        other = [name for name, value in request.scopes.items() if self.scopes.get(name, value) != value]
        if other:
            raise NotAllowedError(f"this session is bound to its {', '.join(sorted(other))} and answers for no other")
        return replace(request, scopes={**request.scopes, **self.scopes}, with_facts=False)

    def _refuse_when_scoped(self, what: str) -> None:
        if self.scopes:
            raise NotAllowedError(f"this session is bound to {', '.join(sorted(self.scopes))}: {what} are not scoped")

    def _other(self, identifier: str, own: Match) -> bool:
        try:
            return self.snapshot.find(identifier).entity_id != own.entity_id
        except LookupFailedError:
            return True


def parse_scopes(scopes: Iterable[str]) -> dict[str, str]:
    """Scopes written NAME=VALUE.

    Raises BadRequestError for what is none.
    """
    names = (USER, *SCOPE_COLUMNS)
    pairs = [scope.partition("=") for scope in scopes]
    for name, _, value in pairs:
        if name not in names or not value:
            raise BadRequestError(f"scope {name!r}: write NAME=VALUE, NAME one of {', '.join(names)}")
    return {name: value for name, _, value in pairs}
