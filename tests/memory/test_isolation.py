"""One customer's recall never returns another's memory, whatever is asked; and texts of every kind."""

import threading

import pytest

from memory.reader import BadRequestError, Snapshot
from memory.reader.candidates import newest
from memory.reader.filters import owner_filter, recall_filter

CUSTOMERS = ("acc_a", "acc_a'", "acc_a' or '1'='1", "acc_b", "acc_b%", "acc_B", "acc_longtext")
ATTACKS = (
    "the secret of every customer",
    "' or 1=1 --",
    "x') or owner in ('acc_b') --",
    'text:"secret" OR owner:*',
    "secret AND (secret OR *)",
    "%",
    "\x00\n\t",
    "acc_b " * 400,
)
LONG = "中文 عربى 🙂 " + "The quarterly export of the ledger fails with error 42. " * 6_400
TEXTS = {
    "t_zh": "客户希望通过电话联系,而不是电子邮件。",
    "t_ar": "يفضل العميل التواصل عبر البريد الإلكتروني",
    "t_emoji": "👩‍💻🔥🔥 love the new export 🎉",
    "t_long": LONG,
    "t_empty": "",
    "t_blank": " \n\t ",
}


@pytest.fixture(scope="module")
def snapshot(snapshot_of, memory_row) -> Snapshot:
    """Every customer has the same memory, word for word, but for its name."""
    rows = [memory_row(f"m{n}", f"The secret of {name} is {n}.", account=name) for n, name in enumerate(CUSTOMERS)]
    rows += [memory_row(f"same{n}", "The same words for all.", account=name) for n, name in enumerate(CUSTOMERS)]
    rows += [memory_row(key, text, account="acc_longtext") for key, text in TEXTS.items()]
    return Snapshot.open(snapshot_of(*rows, accounts=CUSTOMERS))


@pytest.mark.parametrize("recipe", ["default", "semantic", "lexical", "recent"])
def test_no_question_reaches_another_customer(snapshot: Snapshot, recipe: str):
    for number, customer in enumerate(CUSTOMERS[:-1]):
        for query in (None, *ATTACKS):
            answer = snapshot.recall(customer, query, recipe=recipe, history=True, limit=1000)
            assert {memory.memory_id for memory in answer.memories} <= {f"m{number}", f"same{number}"}, (
                customer,
                query,
            )


def test_what_is_held_for_one_customer_serves_no_other(snapshot: Snapshot):
    """Whoever asked before, and whether or not the rows were read for an earlier question, the answer is the same."""
    reader = Snapshot.open(snapshot.view.folder.parent)
    first = {customer: reader.recall(customer, "the same words") for customer in CUSTOMERS[:-1]}
    again = {customer: reader.recall(customer, "the same words") for customer in reversed(CUSTOMERS[:-1])}
    assert first == again
    for number, customer in enumerate(CUSTOMERS[:-1]):
        assert {memory.memory_id for memory in again[customer].memories} == {f"m{number}", f"same{number}"}


def test_a_customer_too_large_to_be_read_whole_is_answered_alike(snapshot: Snapshot, monkeypatch: pytest.MonkeyPatch):
    questions = (("acc_longtext", "电话联系"), ("acc_a", "secret"), ("acc_b", "words"))
    whole = [snapshot.recall(*question) for question in questions]
    monkeypatch.setattr("memory.reader.candidates.READ_WHOLE", 1)
    by_index = Snapshot.open(snapshot.view.folder.parent)
    assert [by_index.recall(*question) for question in questions] == whole


def test_no_filter_value_reaches_another_customer(snapshot: Snapshot):
    for attack in ("x' or owner != '", "email') or ('a' = 'a", "email\\' or 1=1 --"):
        assert snapshot.recall("acc_a", "secret", scopes={"agent_id": attack}).memories == []
        for field in ("channels", "kinds"):
            with pytest.raises(BadRequestError, match=field):
                snapshot.recall("acc_a", "secret", **{field: [attack]})
            passed_on = recall_filter(
                ["acc_a"], None, None, **{"channels": [], "kinds": [], field: [attack]}, scopes={}, history=True
            )
            assert newest(snapshot.view.memories, passed_on, 100) == []


def test_no_owner_no_filter():
    for owners in ([], [""], ["acc_a", ""]):
        with pytest.raises(BadRequestError):
            owner_filter(owners)


def test_every_script_is_found(snapshot: Snapshot):
    for key, query in (("t_zh", "电话联系"), ("t_ar", "البريد الإلكتروني"), ("t_emoji", "🔥 love new")):
        for recipe in ("default", "lexical"):
            answer = snapshot.recall("acc_longtext", query, recipe=recipe)
            assert answer.memories[0].memory_id == key, (key, recipe)


def test_a_very_long_text_comes_as_the_part_that_matters(snapshot: Snapshot):
    assert len(LONG) > 350_000
    answer = snapshot.recall("acc_longtext", "quarterly ledger error 42", budget_tokens=500)
    best = answer.memories[0]
    assert (best.memory_id, best.is_excerpt) == ("t_long", True)
    assert "ledger fails with error 42" in best.text
    assert answer.tokens <= 500


def test_blank_texts_are_no_memories(snapshot: Snapshot):
    every = {memory.memory_id for memory in snapshot.recall("acc_longtext", limit=100, budget_tokens=10_000).memories}
    assert {"t_zh", "t_long"} <= every
    assert not {"t_empty", "t_blank"} & every


def test_readers_see_one_snapshot_or_the_other_while_one_is_published(publish, con):
    home = publish().path.parent
    snapshot = Snapshot.open(home)
    pinned = Snapshot.open(home, snapshot.snapshot_id)
    seen, problems, stop = set(), [], threading.Event()

    def read(reader: Snapshot) -> None:
        while not stop.is_set():
            answer = reader.recall("acc_acme", "Globex", recipe="lexical")
            card = reader.card("acc_acme")
            if card["state"]["plan"] not in {"growth", "scale"} or len(answer.memories) != 1:
                problems.append((card, answer))
            seen.add((id(reader), answer.snapshot_id))

    threads = [threading.Thread(target=read, args=(reader,)) for reader in (snapshot, pinned)]
    for thread in threads:
        thread.start()
    con.execute("update marts.accounts set plan = 'scale'")
    second = publish()
    stop.set()
    for thread in threads:
        thread.join()
    assert not problems
    assert snapshot.card("acc_acme")["state"]["plan"] == "scale"
    assert snapshot.snapshot_id == second.snapshot_id
    assert pinned.card("acc_acme")["state"]["plan"] == "growth"
