"""Synthetic contacts in any number: people with one to three records each, and errors as tools make them."""

from __future__ import annotations

from collections import Counter

import numpy as np
import pyarrow as pa

SEED = 11
SYLLABLES = [consonant + vowel for consonant in "bdklmnr" for vowel in "aeiou"] + ["sa", "se"]
FIRST_NAMES, LAST_NAMES, COMPANIES, CITIES = 1_500, 40_000, 20_000, 2_000


def _words(rng: np.random.Generator, count: int, length: int) -> np.ndarray:
    parts = rng.choice(SYLLABLES, size=(count * 2, length))
    return np.unique(["".join(row) for row in parts])[:count]


def contacts(records: int, seed: int = SEED) -> pa.Table:
    """Columns key, truth, counted, first_name, surname, email, phone, company, city; half of the people are doubled."""
    rng = np.random.default_rng(seed)
    first, last = _words(rng, FIRST_NAMES, 3), _words(rng, LAST_NAMES, 4)
    company, city = _words(rng, COMPANIES, 4), _words(rng, CITIES, 3)
    people = int(records * 0.66)
    person = np.sort(np.concatenate([np.arange(people), rng.integers(0, people, records - people)]))
    zipf = np.minimum(rng.zipf(1.3, people) - 1, len(last) - 1)
    common = rng.random(people) < 0.3
    given = first[np.minimum((rng.random(people) ** 2 * len(first)).astype(int), len(first) - 1)]
    family = last[np.where(common, zipf, rng.integers(0, len(last), people))]
    f, s, private = given[person], family[person], _private_addresses(given, family)[person]
    c = company[rng.integers(0, len(company), people)][person]
    t = city[rng.integers(0, len(city), people)][person]
    number = rng.integers(0, 10_000_000, people)[person]
    typo = rng.random((4, records))
    names = np.where(typo[0] < 0.05, [name[:1] for name in f], f)
    surnames = np.array(
        [_typo(name, at) if chance < 0.05 else name for name, chance, at in zip(s, typo[1], person, strict=True)]
    )
    mails = [
        None if chance < 0.15 else f"{a}.{b}@{d}.com" if chance < 0.8 else own
        for a, b, d, chance, own in zip(f, s, c, typo[2], private, strict=True)
    ]
    phones = [None if chance < 0.4 else f"+1415{digits:07}" for chance, digits in zip(typo[3], number, strict=True)]
    order = rng.permutation(records)
    columns = {
        "truth": person.astype(str), "first_name": names, "surname": surnames, "email": np.array(mails, dtype=object),
        "phone": np.array(phones, dtype=object), "company": c, "city": t,
    }  # fmt: skip
    table = {name: pa.array(values[order].tolist(), pa.string()) for name, values in columns.items()}
    keys = pa.array([f"r{row:08}" for row in range(records)])
    return pa.table({"key": keys, "counted": pa.array([True] * records), **table})


def _private_addresses(given: np.ndarray, family: np.ndarray) -> np.ndarray:
    """Initial and surname at a mailbox provider, with the next number that nobody has taken: one human an address."""
    taken: Counter[str] = Counter()
    found = []
    for login in (f"{a[0]}{b}" for a, b in zip(given, family, strict=True)):
        found.append(f"{login}{taken[login]}@gmail.com")
        taken[login] += 1
    return np.array(found)


def _typo(word: str, at: int) -> str:
    place = int(at) % (len(word) - 1)
    return word[:place] + word[place + 1] + word[place] + word[place + 2 :]
