from __future__ import annotations

import re

from data.demo import DemoWorld
from data.demo.ids import Ids
from data.demo.rng import poisson, stream
from tests.demo.reading import items


def test_salesforce_ids_carry_their_case_checksum() -> None:
    assert Ids(7).salesforce("account", "A00001")[:3] == "001"
    for number in range(50):
        native_id = Ids(7).salesforce("contact", number)
        assert len(native_id) == 18
        for chunk in range(3):
            bits = sum(1 << i for i, c in enumerate(native_id[chunk * 5 : chunk * 5 + 5]) if c.isupper())
            assert native_id[15 + chunk] == "ABCDEFGHIJKLMNOPQRSTUVWXYZ012345"[bits]


def test_ids_of_different_things_differ() -> None:
    ids = Ids(7)
    assert len({ids.number("zendesk:users", n, 13) for n in range(5000)}) == 5000
    assert all(len(str(ids.number("x", n, 7))) == 7 for n in range(100))
    assert Ids(7).stripe("cus", "a") != Ids(8).stripe("cus", "a")


def test_streams_are_independent_and_repeatable() -> None:
    assert stream(7, "a", 1).random() == stream(7, "a", 1).random()
    assert stream(7, "a", 1).random() != stream(7, "a", 2).random()
    draws = [poisson(stream(7, "p", n), 3.0) for n in range(2000)]
    assert 2.8 < sum(draws) / len(draws) < 3.2


def test_no_address_or_number_can_belong_to_anyone(world: DemoWorld) -> None:
    for item in items(world.exports):
        for address in re.findall(r"[\w.+-]+@([\w.-]+)", str(item.value)):
            assert address.lower().rstrip(".").endswith(".example"), (item.file, item.row, address)


def test_billing_adds_up(world: DemoWorld) -> None:
    latest: dict[str, dict[str, object]] = {}
    for item in items(world.exports):
        if (
            (item.source, item.stream) == ("stripe", "invoices")
            and item.value
            and item.value["id"]
            and isinstance(item.value["created"], int)
        ):
            latest[item.value["id"]] = item.value
    assert len(latest) > 100
    assert {row["status"] for row in latest.values()} >= {"paid", "open"}
    for row in latest.values():
        assert row["amount_paid"] + row["amount_remaining"] == row["total"]  # type: ignore[operator]
        assert (row["status"] == "paid") == bool(row["paid"])


def test_twilio_comes_in_both_spellings(world: DemoWorld) -> None:
    headers = {
        next(iter(item.value))
        for item in items(world.exports)
        if item.source == "twilio" and item.file.endswith(".csv") and item.value
    }
    assert headers == {"Sid", "sid"}


def test_texts_vary(world: DemoWorld) -> None:
    bodies = [
        item.value["plain_body"] for item in items(world.exports) if item.stream == "ticket_comments" and item.value
    ]
    assert len(set(bodies)) > 0.97 * len(bodies)
    words = sorted(len(body.split()) for body in bodies)
    assert words[len(words) // 20] >= 5
    assert words[-len(words) // 20] <= 110
