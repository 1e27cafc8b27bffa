"""The reader: lookups, recall and its filters, cards, timelines, sources."""

import subprocess
import sys
from datetime import date, timedelta

import pytest

from memory.reader import (
    AmbiguousIdentifierError,
    BadRequestError,
    LookupFailedError,
    Snapshot,
    UnknownIdentifierError,
)

ACCOUNTS = ("acc_new", "acc_times", "acc_scopes", "acc_history", "acc_double", "acc_many")


@pytest.fixture(scope="module")
def snapshot(snapshot_of, memory_row) -> Snapshot:
    """The small world, and an account for each thing to look at."""

    def row(memory_id: str, text: str, account: str, **other):
        return memory_row(memory_id, text, account=account, **other)

    rows = [
        *(
            row(f"new_{n}", f"Statement number {n}", "acc_new", occurred_at=f"2025-06-2{n} 10:00:00+00")
            for n in range(5)
        ),
        *(row(f"at_{h}", f"Said at {h}", "acc_times", occurred_at=f"2025-06-10 {h}:00:00+00") for h in (10, 11, 12)),
        row("s1", "Agent noted a blocker.", "acc_scopes", agent_id="helper", run_id="r1", channel="agent"),
        row("s2", "Another agent noted a blocker.", "acc_scopes", agent_id="other", run_id="r2", channel="call"),
        row("s3", "A whole conversation about the blocker.", "acc_scopes", kind="window", channel="chat"),
        row("h1", "They want weekly reports.", "acc_history", is_current=False),
        row("h2", "They want monthly reports.", "acc_history"),
        row("d1", "The export to Excel fails every morning.", "acc_double"),
        row("d2", "The export to Excel fails every morning!", "acc_double"),
        *(row(f"b{n}", f"Topic {n}: " + f"word{n} " * 30, "acc_many") for n in range(40)),
    ]
    return Snapshot.open(snapshot_of(*rows, accounts=ACCOUNTS))


def texts(answer) -> set[str]:
    return {memory.text for memory in answer.memories}


@pytest.mark.parametrize(
    ("identifier", "entity_id"),
    [("ann@acmetools.io", "per_ann"), (" ANN@AcmeTools.io ", "per_ann"), ("+1 415 555 0100", "per_ann"),
     ("Acme", "acc_acme"), ("acmetools.io", "acc_acme"), ("acc_bolt", "acc_bolt")],
)  # fmt: skip
def test_find(snapshot: Snapshot, identifier: str, entity_id: str):
    assert snapshot.find(identifier).entity_id == entity_id


def test_an_old_id_leads_to_where_it_moved(snapshot: Snapshot):
    match = snapshot.find("per_old")
    assert (match.entity_id, match.moved_from) == ("per_ann", "per_old")


def test_unknown_and_ambiguous_say_so(snapshot: Snapshot):
    with pytest.raises(UnknownIdentifierError, match=r"nobody@else.*Ask by e-mail"):
        snapshot.find("nobody@else.io")
    with pytest.raises(UnknownIdentifierError):
        snapshot.recall("acc_nobody", "anything")
    with pytest.raises(AmbiguousIdentifierError) as caught:
        snapshot.recall("info@acmetools.io", "invoice")
    assert {candidate.entity_id for candidate in caught.value.candidates} == {"per_ann", "per_ben"}


@pytest.mark.parametrize(
    ("identifier", "candidates"),
    [("new@acmetools.io", {"acc_acme"}), ("Acne", {"acc_acme"}), ("new@gmail.com", set()), ("Zebra", set())],
)  # fmt: skip
def test_who_may_be_meant_by_an_unknown_identifier(snapshot: Snapshot, identifier: str, candidates: set[str]):
    with pytest.raises(UnknownIdentifierError) as caught:
        snapshot.find(identifier)
    assert {candidate.entity_id for candidate in caught.value.candidates} == candidates
    assert all(candidate.entity_id in str(caught.value) for candidate in caught.value.candidates)


def test_a_person_recalls_its_own_and_the_accounts(snapshot: Snapshot):
    answer = snapshot.recall("ann@acmetools.io", "how should we reach them, and what about invoices and competitors?")
    assert texts(answer) == {"Ann prefers to be called by phone.", "Acme is comparing us with Globex."}
    assert {(fact["attribute"], fact["value"]) for fact in answer.facts} == {
        ("contact_preference", "phone"),
        ("competitor", "Globex"),
    }


def test_an_account_recalls_nothing_personal(snapshot: Snapshot):
    assert texts(snapshot.recall("acc_acme", "phone invoice")) == {"Acme is comparing us with Globex."}


def test_scores_have_parts_and_sources(snapshot: Snapshot):
    answer = snapshot.recall("per_ann", "prefers phone call")
    best = answer.memories[0]
    assert best.text == "Ann prefers to be called by phone."
    assert best.score is not None
    assert best.score.semantic > 0.5
    assert best.score.lexical == 1.0
    assert (best.source.source_file, best.source.source_row) == ("mailbox/2025-06-16/support.mbox", 7)
    assert answer.to_dict()["observations"][0]["score"]["total"] == best.score.total
    assert answer.tokens == sum(-(-len(m.text) // 4) for m in answer.memories) + sum(
        -(-len(f"{f['attribute']}: {f['value']}") // 4) for f in answer.facts
    )


def test_without_a_query_newest_first_unscored(snapshot: Snapshot):
    answer = snapshot.recall("acc_new", limit=2)
    assert [memory.text for memory in answer.memories] == ["Statement number 4", "Statement number 3"]
    assert all(memory.score is None for memory in answer.memories)


def test_begin_is_inclusive_end_exclusive(snapshot: Snapshot):
    answer = snapshot.recall("acc_times", begin="2025-06-10T10:00:00Z", end="2025-06-10T12:00:00Z")
    assert texts(answer) == {"Said at 10", "Said at 11"}
    assert len(snapshot.recall("acc_times", "said", begin=date(2025, 6, 10), end=date(2025, 6, 11)).memories) == 3
    assert snapshot.recall("acc_times", "said", begin=date(2025, 6, 11)).memories == []
    with pytest.raises(BadRequestError, match="begin"):
        snapshot.recall("acc_times", begin="yesterday")


def test_channels_scopes_kinds_and_threshold(snapshot: Snapshot):
    scoped = snapshot.recall("acc_scopes", "blocker", scopes={"agent_id": "helper"})
    assert texts(scoped) == {"Agent noted a blocker."}
    assert texts(snapshot.recall("acc_scopes", "blocker", channels=["call"])) == {"Another agent noted a blocker."}
    windows = snapshot.recall("acc_scopes", "blocker", kinds=["window"])
    assert [memory.kind for memory in windows.communications] == ["window"]
    assert snapshot.recall("acc_scopes", "blocker", threshold=0.99).memories == []
    for problem, given in {
        "channels: give a list": {"channels": "email"},
        "kinds: give a list": {"kinds": "observation"},
        "begin: .* beyond the years": {"begin": "0001-01-01T00:00:00+14:00"},
        "threshold: not a number": {"threshold": float("nan")},
        "threshold: 15 is no number from 0 to 1": {"threshold": 15},
        "threshold: -0.1 is no number from 0 to 1": {"threshold": -0.1},
        "threshold: high is no number from 0 to 1": {"threshold": "high"},
        "limit: -1 is no whole number": {"limit": -1},
    }.items():
        with pytest.raises(BadRequestError, match=problem):
            snapshot.recall("acc_acme", "anything", **given)
    assert snapshot.recall("acc_acme", "anything", begin="0001-01-01").snapshot_id
    with pytest.raises(BadRequestError, match="user_name"):
        snapshot.recall("acc_scopes", "blocker", scopes={"user_name": "x"})
    with pytest.raises(BadRequestError, match="recipe"):
        snapshot.recall("acc_scopes", "blocker", recipe="magic")


def test_facts_stay_within_the_question(snapshot: Snapshot):
    """What is asked of one agent's words has none, and what began later than the end neither."""
    told = snapshot.recall("acc_acme", "Globex", recipe="lexical").facts
    assert told
    assert snapshot.recall("acc_acme", "Globex", recipe="lexical", scopes={"agent_id": "nobody"}).facts == []
    since = min(fact["valid_at"] for fact in told)
    assert snapshot.recall("acc_acme", "Globex", recipe="lexical", end=since).facts == []
    assert snapshot.recall("acc_acme", "Globex", recipe="lexical", end=since + timedelta(seconds=1)).facts


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        ({"kinds": ["facts"]}, "kinds: facts is none of knowledge, observation, summary, window"),
        ({"channels": ["e-mail"]}, "channels: e-mail is none of agent, call, chat, email, note"),
        ({"begin": "2025-02-01", "end": "2025-01-01"}, "begin: 2025-02-01 is not before end, 2025-01-01"),
    ],
)
def test_what_there_is_none_of_is_refused(snapshot: Snapshot, asked: dict, said: str):
    with pytest.raises(BadRequestError, match=said):
        snapshot.recall("acc_acme", "Globex", recipe="lexical", **asked)


def test_an_answer_to_nothing_scores_low(snapshot: Snapshot):
    best = {asked: snapshot.recall("acc_double", asked).memories[0] for asked in ("export fails", "sourdough recipe")}
    assert all(memory.score and memory.score.total <= memory.score.semantic + 0.01 for memory in best.values())
    assert snapshot.recall("acc_double", "sourdough recipe", threshold=0.2).memories == []
    assert len(snapshot.recall("acc_double", "export fails", threshold=0.2).memories) == 1


def test_where_facts_do_not_all_fit_those_that_bear_on_the_question_come(snapshot: Snapshot):
    def only(question: str) -> list[str]:
        return [fact["attribute"] for fact in snapshot.recall("per_ann", question, budget_tokens=28).facts]

    assert only("which competitor are they comparing us with?") == ["competitor"]
    assert only("phone call?") == ["contact_preference"]


def test_facts_that_bear_on_the_question_come_first(snapshot: Snapshot):
    def first(question: str) -> str:
        return snapshot.recall("per_ann", question, recipe="lexical").facts[0]["attribute"]

    assert first("any competitors?") == "competitor"
    assert first("may we contact her?") == "contact_preference"


def test_identifiers_that_are_none(snapshot: Snapshot):
    for nonsense in ("x" * 1001, "\ud800", None):
        with pytest.raises(BadRequestError, match="identifier"):
            snapshot.find(nonsense)
    for given in (
        {"query": "\ud800"},
        {"channels": [None]},
        {"scopes": {"agent_id": None}},
        {"budget_tokens": 10**400},
    ):
        with pytest.raises(BadRequestError):
            snapshot.recall("acc_acme", **given)


def test_the_scope_of_one_user_leaves_out_the_accounts(snapshot: Snapshot):
    asked = "how should we reach them, and what about competitors?"
    assert texts(snapshot.recall("per_ann", asked, scopes={"user_id": "ANN@acmetools.io"})) == {
        "Ann prefers to be called by phone."
    }
    for other in ("per_ben", "acc_bolt"):
        with pytest.raises(BadRequestError, match="user_id"):
            snapshot.recall("per_ann", asked, scopes={"user_id": other})


def test_superseded_memories_only_as_history(snapshot: Snapshot):
    assert texts(snapshot.recall("acc_history", "reports")) == {"They want monthly reports."}
    assert len(snapshot.recall("acc_history", "reports", history=True).memories) == 2


def test_near_duplicates_are_folded(snapshot: Snapshot):
    answer = snapshot.recall("acc_double", "export fails")
    assert [memory.folded for memory in answer.memories] == [1]


def test_budget_holds(snapshot: Snapshot):
    for budget in (0, 30, 100, 500, 1000):
        answer = snapshot.recall("acc_many", "topic word7", budget_tokens=budget)
        assert answer.tokens <= budget
    assert len(answer.memories) > 10
    assert answer.memories[0].memory_id == "b7"


def test_what_does_not_fit_is_handed_over_in_part(snapshot: Snapshot):
    """The best memory is longer than the budget: its part, not a worse memory that fits."""
    [memory] = snapshot.recall("acc_many", "topic word7", budget_tokens=30).memories
    assert (memory.memory_id, memory.is_excerpt) == ("b7", True)
    assert memory.text.startswith("Topic 7")


def test_knowledge_is_for_everyone_and_apart(snapshot: Snapshot):
    found = snapshot.search_knowledge("when do I get a refund?")
    assert [memory.text for memory in found] == ["Refunds are made within 30 days."]
    assert "Refunds are made within 30 days." not in texts(snapshot.recall("acc_acme", "refund"))


def test_card_timeline_facts(snapshot: Snapshot):
    card = snapshot.card("acmetools.io")
    assert (card["entity_id"], card["name"]) == ("acc_acme", "Acme Corp")
    assert card["prompt"].startswith("# Acme Corp (account acc_acme), as of 2025-06-29")
    assert [entry["text"] for entry in snapshot.timeline("acc_acme")] == ["Please call me instead", "Invoice question"]
    assert [entry["text"] for entry in snapshot.timeline("per_ben")] == ["Invoice question"]
    assert [entry["text"] for entry in snapshot.timeline("acc_acme", end="2025-06-29")] == ["Invoice question"]
    assert [fact["value"] for fact in snapshot.facts("per_ann", history=True)] == ["phone"]


def test_explain_source_stays_with_the_customer(snapshot: Snapshot):
    assert snapshot.explain_source("mem_1", "per_ann")["record_key"] == "mailbox:messages:mem_1"
    assert snapshot.explain_source("fct_1", "per_ann")["source_row"] == 0
    for stranger in ("per_ben", "acc_bolt", "acc_acme"):
        with pytest.raises(LookupFailedError):
            snapshot.explain_source("mem_1", stranger)


def test_an_item_that_cannot_be_named_is_refused(snapshot: Snapshot):
    for nonsense in ("\ud800", 5, None, "x" * 1001):
        with pytest.raises(BadRequestError, match="item_id: "):
            snapshot.explain_source(nonsense, "per_ann")


def test_an_id_of_the_other_type_is_not_found(snapshot: Snapshot):
    assert snapshot.find("acc_acme", "account").entity_type == "account"
    for identifier in ("acc_acme", "per_old"):
        with pytest.raises(UnknownIdentifierError):
            snapshot.find(identifier, "person" if identifier == "acc_acme" else "account")
    with pytest.raises(BadRequestError, match="entity_type: persons is none of account, person"):
        snapshot.find("acc_acme", "persons")


def test_reading_needs_no_pipeline_and_torch_only_for_a_question(snapshot: Snapshot):
    code = f"""
import sys
from memory.reader import Snapshot
snapshot = Snapshot.open({str(snapshot.view.folder.parent)!r})
snapshot.card("per_ann"); snapshot.recall("per_ann"); snapshot.recall("per_ann", "phone", recipe="lexical")
snapshot.timeline("acc_acme"); snapshot.facts("per_ann"); snapshot.find("ann@acmetools.io")
heavy = {{"dagster", "dbt", "splink", "duckdb", "torch", "sentence_transformers", "dlt"}} & set(sys.modules)
assert not heavy, heavy
"""
    subprocess.run([sys.executable, "-c", code], check=True)
