"""`Snapshot.open(...)`: what agents ask. Read-only, safe for threads, and always of one whole snapshot."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from threading import Lock, Thread
from typing import Any, TypeVar

from memory.reader.answers import RecallAnswer, Recalled, RecallRequest
from memory.reader.errors import UnknownIdentifierError
from memory.reader.filters import USER, BadRequestError, When, listed, refuse_negative
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
    NoSnapshotError,
    find_snapshot,
    latest_id,
    snapshot_ids,
)

DEFAULT_TIMELINE = 50
DAY_LENGTH = len("2025-06-30")
T = TypeVar("T")


class Snapshot:
    """The current snapshot, or one that is asked for by id.

    Opened on the snapshots folder, it moves to a newer snapshot by itself, between two questions, never within one.
    """

    def __init__(self, folder: Path, snapshot_id: str | None, fall_back: bool) -> None:
        self._home = folder
        is_one = (folder / MANIFEST).exists()
        self._is_pinned = snapshot_id is not None or is_one
        self._fall_back = fall_back and not is_one
        self._lock = Lock()
        self._damaged: set[str] = set()  # ids that were passed over since `latest` was last replaced
        self._seen = self._stamp()
        self._view = SnapshotView(folder) if is_one else self._open(snapshot_id)

    @classmethod
    def open(cls, folder: Path | str, snapshot_id: str | None = None, *, fall_back: bool = False) -> Snapshot:
        """Open the snapshots folder (its current snapshot, or the one given), or one snapshot's own folder.

        Raises NoSnapshotError or DamagedSnapshotError. With `fall_back` a damaged snapshot is passed over for the
        newest one before it, when it is opened and whenever a question meets the damage; `snapshot_id` tells which.
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
                    self._damaged.clear()
                    self._view = self._open(None)
                    self._seen = stamp
        return self._view

    def find(self, identifier: str, entity_type: str | None = None) -> Match:
        """The customer with this id, e-mail, phone number, domain, name or vendor's id.

        Raises UnknownIdentifierError, or AmbiguousIdentifierError with the candidates.
        """
        return self._answered(lambda view: view.finder.find(identifier, entity_type))

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

        return self._answered(ask)

    def search_knowledge(self, query: str, *, limit: int = 10, budget_tokens: int = 2000) -> list[Recalled]:
        """Passages of the company's own documents, the same for every customer."""
        request = RecallRequest(query, limit=limit, budget_tokens=budget_tokens, recipe="knowledge")

        def ask(view: SnapshotView) -> list[Recalled]:
            as_of = datetime.fromisoformat(view.manifest.as_of)
            return remember(view.memories, as_of, [COMPANY], request, budget_tokens, self._embed(view))

        return self._answered(ask)

    def card(self, identifier: str) -> dict[str, Any]:
        """The card of a customer, with its ready prompt block as `prompt`."""

        def ask(view: SnapshotView) -> dict[str, Any]:
            entity_id = view.finder.find(identifier).entity_id
            found = view.card(entity_id)
            if found is None:
                raise UnknownIdentifierError(identifier, [("entity_id", entity_id)])
            return found

        return self._answered(ask)

    def timeline(
        self, identifier: str, *, begin: When = None, end: When = None, limit: int = DEFAULT_TIMELINE
    ) -> list[dict[str, Any]]:
        """What happened, newest first: an account's whole timeline, or a person's own part of it."""
        refuse_negative("limit", limit)
        return self._answered(lambda view: view.timeline(view.finder.find(identifier), begin, end, limit))

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

        return self._answered(ask)

    def explain_source(self, item_id: str, identifier: str) -> dict[str, Any]:
        """Where a memory, fact or signal of this customer comes from: record, file and row."""

        def ask(view: SnapshotView) -> dict[str, Any]:
            match = view.finder.find(identifier)
            return explain(view, item_id, match, view.owners(match))

        return self._answered(ask)

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

    def _answered(self, ask: Callable[[SnapshotView], T]) -> T:
        """What one whole snapshot answers: the open one.

        Where that cannot be read, a newer one (the old may have been pruned) or, with `fall_back`, one before it.
        """
        view = self.view
        while True:
            try:
                return ask(view)
            except DamagedSnapshotError as error:
                newer = self.view
                if newer is view and not self._fall_back:
                    raise
                view = newer if newer is not view else self._instead_of(view, error)

    def _instead_of(self, damaged: SnapshotView, error: DamagedSnapshotError) -> SnapshotView:
        with self._lock:
            if self._view is damaged:
                self._view = self._older(damaged.folder.name, error)
            return self._view

    def _open(self, snapshot_id: str | None) -> SnapshotView:
        name = snapshot_id or latest_id(self._home)
        try:
            return SnapshotView(self._named(name, is_latest=snapshot_id is None))
        except DamagedSnapshotError as error:
            if not self._fall_back:
                raise
            return self._older(name, error)

    def _named(self, name: str, *, is_latest: bool) -> Path:
        try:
            return find_snapshot(self._home, name)
        except NoSnapshotError as error:
            if is_latest:
                raise DamagedSnapshotError(f"{self._home / LATEST} names what is not there: {error}") from error
            raise

    def _older(self, damaged: str, error: DamagedSnapshotError) -> SnapshotView:
        """The newest other snapshot, of its day or before, that can be opened."""
        self._damaged.add(damaged)
        reasons = [str(error)]
        day = damaged[:DAY_LENGTH]
        for name in reversed([name for name in snapshot_ids(self._home) if name[:DAY_LENGTH] <= day]):
            if name not in self._damaged:
                try:
                    return SnapshotView(self._home / name)
                except DamagedSnapshotError as worse:
                    self._damaged.add(name)
                    reasons.append(str(worse))
        raise DamagedSnapshotError(f"no snapshot up to {day} can be read: {'; '.join(reasons)}") from error

    def _stamp(self) -> tuple[int, int] | None:
        """Changes whenever `latest` is replaced."""
        try:
            status = (self._home / LATEST).stat()
        except FileNotFoundError:
            return None
        return status.st_mtime_ns, status.st_ino
