"""`Snapshot.open(...)`: what agents ask. Read-only, safe for threads, and always of one whole snapshot."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from threading import Lock, Thread
from typing import Any

from memory.reader.answers import RecallAnswer, Recalled, RecallRequest
from memory.reader.errors import UnknownIdentifierError
from memory.reader.filters import USER, BadRequestError, When, listed
from memory.reader.find import Match
from memory.reader.index import Array
from memory.reader.question import embed_question
from memory.reader.recall import recall, remember
from memory.reader.sources import explain
from memory.reader.view import SnapshotView, during
from memory.snapshot.layout import (
    COMPANY,
    LATEST,
    MANIFEST,
    DamagedSnapshotError,
    find_snapshot,
    snapshot_ids,
)

DEFAULT_TIMELINE = 50
DAY_LENGTH = len("2025-06-30")


class Snapshot:
    """The current snapshot, or one that is asked for by id.

    Opened on the snapshots folder, it moves to a newer snapshot by itself, between two questions, never within one.
    """

    def __init__(self, folder: Path, snapshot_id: str | None, fall_back: bool) -> None:
        self._home = folder
        self._is_pinned = snapshot_id is not None or (folder / MANIFEST).exists()
        self._fall_back = fall_back
        self._lock = Lock()
        self._seen = self._stamp()
        self._view = SnapshotView(folder) if (folder / MANIFEST).exists() else self._open(snapshot_id)

    @classmethod
    def open(cls, folder: Path | str, snapshot_id: str | None = None, *, fall_back: bool = False) -> Snapshot:
        """Open the snapshots folder (its current snapshot, or the one given), or one snapshot's own folder.

        Raises NoSnapshotError or DamagedSnapshotError; with `fall_back` a damaged one is passed over for the newest
        one before it that can be opened.
        """
        return cls(Path(folder), snapshot_id, fall_back)

    @property
    def snapshot_id(self) -> str:
        """The snapshot that the next question would be asked of."""
        return self.view.snapshot_id

    @property
    def view(self) -> SnapshotView:
        """The open snapshot, after a look whether there is a newer one (one file's time, no more)."""
        if self._is_pinned:
            return self._view
        stamp = self._stamp()
        if stamp != self._seen:
            with self._lock:
                if stamp != self._seen:
                    self._view = self._open(None)
                    self._seen = stamp
        return self._view

    def find(self, identifier: str, entity_type: str | None = None) -> Match:
        """The customer with this id, e-mail, phone number, domain, name or vendor's id.

        Raises UnknownIdentifierError, or AmbiguousIdentifierError with the candidates.
        """
        return self.view.finder.find(identifier, entity_type)

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
        view = self.view
        match = view.finder.find(identifier)
        owners, request = self._narrowed(view, view.owners(match), request)
        return recall(view, match, owners, request, self._embed(view))

    def search_knowledge(self, query: str, *, limit: int = 10, budget_tokens: int = 2000) -> list[Recalled]:
        """Passages of the company's own documents, the same for every customer."""
        view = self.view
        request = RecallRequest(query, limit=limit, recipe="knowledge")
        as_of = datetime.fromisoformat(view.manifest.as_of)
        return remember(view.memories, as_of, [COMPANY], request, budget_tokens, self._embed(view))

    def card(self, identifier: str) -> dict[str, Any]:
        """The card of a customer, with its ready prompt block as `prompt`."""
        view = self.view
        entity_id = view.finder.find(identifier).entity_id
        found = view.card(entity_id)
        if found is None:
            raise UnknownIdentifierError(identifier, [("entity_id", entity_id)])
        return found

    def timeline(
        self, identifier: str, *, begin: When = None, end: When = None, limit: int = DEFAULT_TIMELINE
    ) -> list[dict[str, Any]]:
        """What happened, newest first: an account's whole timeline, or a person's own part of it."""
        view = self.view
        return view.timeline(view.finder.find(identifier), begin, end, limit)

    def facts(
        self, identifier: str, *, history: bool = False, true_at: When = None, believed_at: When = None
    ) -> list[dict[str, Any]]:
        """Current facts; with `history` every one that was ever believed.

        `true_at` gives those that held at that instant, `believed_at` those that we then held to be so.
        """
        view = self.view
        entity_id = view.finder.find(identifier).entity_id
        past = history or true_at is not None or believed_at is not None
        rows = (view.fact_history if past else view.facts).rows(entity_id)
        rows = during(rows, "valid_at", "invalid_at", "true_at", true_at)
        found: list[dict[str, Any]] = during(rows, "created_at", "expired_at", "believed_at", believed_at).to_pylist()
        return found

    def explain_source(self, item_id: str, identifier: str) -> dict[str, Any]:
        """Where a memory, fact or signal of this customer comes from: record, file and row."""
        view = self.view
        match = view.finder.find(identifier)
        return explain(view, item_id, match, view.owners(match))

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

    def _open(self, snapshot_id: str | None) -> SnapshotView:
        folder = find_snapshot(self._home, snapshot_id)
        try:
            return SnapshotView(folder)
        except DamagedSnapshotError:
            if not self._fall_back:
                raise
            return self._older(folder)

    def _older(self, damaged: Path) -> SnapshotView:
        """The newest other snapshot, of its day or before, that can be opened."""
        reasons = []
        day = damaged.name[:DAY_LENGTH]
        others = [name for name in snapshot_ids(self._home) if name != damaged.name and name[:DAY_LENGTH] <= day]
        for name in reversed(others):
            try:
                return SnapshotView(self._home / name)
            except DamagedSnapshotError as error:
                reasons.append(str(error))
        raise DamagedSnapshotError(f"{damaged} is damaged, and no older snapshot can be opened: {'; '.join(reasons)}")

    def _stamp(self) -> tuple[int, int] | None:
        """Changes whenever `latest` is replaced."""
        try:
            status = (self._home / LATEST).stat()
        except FileNotFoundError:
            return None
        return status.st_mtime_ns, status.st_ino
