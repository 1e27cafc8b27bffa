"""`Snapshot.open(...)`: what agents ask. Read-only, safe for threads, and always of one whole snapshot."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from threading import Thread
from typing import Any

from memory.reader.answers import RecallAnswer, Recalled, RecallRequest
from memory.reader.current import CurrentSnapshot
from memory.reader.errors import UnknownIdentifierError
from memory.reader.filters import USER, BadRequestError, When, checked_count, listed, refuse_backwards
from memory.reader.find import Match
from memory.reader.index import Array
from memory.reader.question import embed_question
from memory.reader.recall import recall, remember
from memory.reader.sources import explain
from memory.reader.view import SnapshotView, during
from memory.snapshot.layout import COMPANY

DEFAULT_TIMELINE = 50


class Snapshot:
    """The current snapshot, or one that is asked for by id.

    Opened on the snapshots folder, it moves to a newer snapshot by itself, between two questions, never within one.
    """

    def __init__(self, current: CurrentSnapshot) -> None:
        self._current = current

    @classmethod
    def open(cls, folder: Path | str, snapshot_id: str | None = None, *, fall_back: bool = False) -> Snapshot:
        """Open the snapshots folder (its current snapshot, or the one given), or one snapshot's own folder.

        Raises NoSnapshotError or DamagedSnapshotError. With `fall_back` a damaged snapshot is passed over for the
        newest one before it, when it is opened and whenever a question meets the damage; `snapshot_id` tells which.
        One that is asked for by id, or by its own folder, is never passed over.
        """
        return cls(CurrentSnapshot(Path(folder), snapshot_id, fall_back))

    @property
    def snapshot_id(self) -> str:
        """The snapshot that the next question would be asked of."""
        return self.view.snapshot_id

    @property
    def view(self) -> SnapshotView:
        """The open snapshot."""
        return self._current.view

    def find(self, identifier: str, entity_type: str | None = None) -> Match:
        """The customer with this id, e-mail, phone number, domain, name or vendor's id.

        Raises UnknownIdentifierError, or AmbiguousIdentifierError with the candidates.
        """
        return self._current.answered(lambda view: view.finder.find(identifier, entity_type))

    def recall(
        self,
        identifier: str,
        query: str | None = None,
        *,
        begin: When = None,
        end: When = None,
        channels: Sequence[str] = (),
        scopes: Mapping[str, str] | None = None,
        kinds: Sequence[str] = (),
        limit: int = 50,
        threshold: float | None = None,
        budget_tokens: int | None = None,
        recipe: str = "default",
        history: bool = False,
    ) -> RecallAnswer:
        """What is known of one customer that bears on the question, within the budget; newest first without one.

        A person's recall holds that person's memories and the account's, never a colleague's own.
        """
        request = RecallRequest(
            query, begin, end, listed("channels", channels), dict(scopes or {}), listed("kinds", kinds),
            limit, threshold, budget_tokens, recipe, history,
        )  # fmt: skip
        return self.ask(identifier, request)

    def ask(self, identifier: str, request: RecallRequest) -> RecallAnswer:
        """`recall`, with the request as one object."""

        def ask(view: SnapshotView) -> RecallAnswer:
            match = view.finder.find(identifier)
            owners, narrowed = self._narrowed(view, view.owners(match), request)
            return recall(view, match, owners, narrowed, self._embed(view))

        return self._current.answered(ask)

    def search_knowledge(self, query: str, *, limit: int = 10, budget_tokens: int = 2000) -> list[Recalled]:
        """Passages of the company's own documents, the same for every customer."""
        request = RecallRequest(query, limit=limit, budget_tokens=budget_tokens, recipe="knowledge")

        def ask(view: SnapshotView) -> list[Recalled]:
            as_of = datetime.fromisoformat(view.manifest.as_of)
            return remember(view.memories, as_of, [COMPANY], request, budget_tokens, self._embed(view))

        return self._current.answered(ask)

    def card(self, identifier: str) -> dict[str, Any]:
        """The card of a customer, with its ready prompt block as `prompt`."""

        def ask(view: SnapshotView) -> dict[str, Any]:
            entity_id = view.finder.find(identifier).entity_id
            found = view.card(entity_id)
            if found is None:
                raise UnknownIdentifierError(identifier, [("entity_id", entity_id)])
            return found

        return self._current.answered(ask)

    def timeline(
        self, identifier: str, *, begin: When = None, end: When = None, limit: int = DEFAULT_TIMELINE
    ) -> list[dict[str, Any]]:
        """What happened, newest first: an account's whole timeline, or a person's own part of it."""
        checked_count("limit", limit)
        refuse_backwards(begin, end)
        return self._current.answered(lambda view: view.timeline(view.finder.find(identifier), begin, end, limit))

    def facts(
        self, identifier: str, *, history: bool = False, true_at: When = None, believed_at: When = None
    ) -> list[dict[str, Any]]:
        """Current facts; with `history` every one that was ever believed.

        `true_at` gives those that held at that instant, `believed_at` those that we then held to be so.
        """
        past = history or true_at is not None or believed_at is not None

        def ask(view: SnapshotView) -> list[dict[str, Any]]:
            entity_id = view.finder.find(identifier).entity_id
            rows = (view.fact_history if past else view.facts).rows(entity_id)
            rows = during(rows, "valid_at", "invalid_at", "true_at", true_at)
            rows = during(rows, "created_at", "expired_at", "believed_at", believed_at)
            return list(rows.to_pylist())

        return self._current.answered(ask)

    def explain_source(self, item_id: str, identifier: str) -> dict[str, Any]:
        """Where a memory, fact or signal of this customer comes from: record, file and row."""

        def ask(view: SnapshotView) -> dict[str, Any]:
            match = view.finder.find(identifier)
            return explain(view, item_id, match, view.owners(match))

        return self._current.answered(ask)

    @staticmethod
    def _narrowed(view: SnapshotView, owners: list[str], request: RecallRequest) -> tuple[list[str], RecallRequest]:
        """The scope `user_id` as what it means: of the owners, only that one's own memories."""
        if USER not in request.scopes:
            return owners, request
        user = view.finder.find(request.scopes[USER]).entity_id
        if user not in owners:
            raise BadRequestError(f"scopes: {USER} is another customer than the one that is asked about")
        others = {name: value for name, value in request.scopes.items() if name != USER}
        return [user], replace(request, scopes=others)

    def warm_up(self) -> Thread:
        """Load the model in a thread of its own, so that the first question need not wait for it."""
        warming = Thread(target=self._embed(self.view), args=("anything",), name="warm-up", daemon=True)
        warming.start()
        return warming

    def _embed(self, view: SnapshotView) -> Any:
        def embed(query: str) -> Array:
            return embed_question(view.manifest, query)

        return embed
