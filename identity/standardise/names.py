"""Person names: titles and suffixes off, order repaired, nicknames known, and what a login made of it looks like."""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace
from functools import cache

from nicknames import NickNamer

from identity.standardise.text import is_placeholder, spelt_out, word_set, words

TITLES = word_set("mr mrs ms miss mx dr prof professor sir madam rev hon herr frau dipl ing mme mlle sr sra")
SUFFIXES = word_set("jr sr ii iii iv phd md msc mba esq dds cpa junior senior")
# Words that name a role or a machine instead of a human being.
ROLE_WORDS = word_set(
    "admin administrator root user support info sales team noreply service system office billing accounts payable "
    "help helpdesk desk webmaster postmaster bot daemon github guest customer client owner contact newsletter "
    "marketing reception mailer notifications unknown builder build ci vagrant ubuntu localhost"
)
_CAMEL = re.compile(r"^[A-Z][a-z]+(?:[A-Z][a-z]+)+$")
_CAMEL_PART = re.compile(r"[A-Z][a-z]+")
_BRACKETS = re.compile(r"[(\[<{\"“][^)\]>}\"”]*[)\]>}\"”]")
_VERSION = re.compile(r"\d\.\d")  # programs have one, people do not
_ADDRESSES = re.compile(r"<?[^\s<>,;]+@[^\s<>,;]+>?")
_BETWEEN_PEOPLE = re.compile(r"\s(?:and|und|et|&|\+)\s|[;/]")
_APOSTROPHE = re.compile(r"(?<=\w)['\u2019`\u00b4](?=\w)")
MIN_LOGIN = 4


@dataclass(frozen=True)
class PersonName:
    """A name taken apart; every part is folded, and None or empty where the name does not say it."""

    full: str | None = None
    pair: str | None = None
    single: str | None = None
    given: str | None = None
    family: str | None = None
    initial: str | None = None
    middle: str | None = None
    abbreviated: bool = False
    variants: list[str] = field(default_factory=list)
    tokens: list[str] = field(default_factory=list)
    whole_logins: list[str] = field(default_factory=list)
    short_logins: list[str] = field(default_factory=list)


@cache
def _nicknamer() -> NickNamer:
    return NickNamer()


@cache
def given_variants(given: str) -> tuple[str, ...]:
    """The given name and the formal names that it may be short for, sorted (`bob` → bert, bob, bobby, robert)."""
    return tuple(sorted({given, *_nicknamer().canonicals_of(given)}))


def names_several(text: str) -> bool:
    """True where a text has the names of several people (`Ann Smith and Bob Jones`): it is the name of none of them."""
    bare = _ADDRESSES.sub(";", text)
    parts = _BETWEEN_PEOPLE.split(bare)
    return sum(len(words(part)) >= 2 for part in parts) >= 2


def name_tokens(text: str | None) -> list[str]:
    """Words of a name in given-family order, titles and suffixes dropped; none for what names no one, or several."""
    if text is None or is_placeholder(text):
        return []
    plain = _APOSTROPHE.sub("", text.strip())
    if "@" in plain:
        plain = plain.split("@")[0].strip(" <\"'")
    if _VERSION.search(plain) or names_several(text):
        return []
    outside = _BRACKETS.sub(" ", plain).strip()
    plain = outside or plain
    head, comma, tail = plain.partition(",")
    if comma and len(words(head)) <= 2 and words(tail) and not set(words(tail)) & (SUFFIXES | TITLES):
        plain = f"{tail} {head}" if not tail.strip()[:1].isdigit() else plain
    if _CAMEL.match(plain):
        plain = " ".join(_CAMEL_PART.findall(plain))
    found = [word for word in words(plain) if not word.isdigit()]
    kept = [word for word in found if word not in TITLES and word not in SUFFIXES]
    tokens = kept or found
    return [] if tokens and all(token in ROLE_WORDS for token in tokens) else tokens


def parse_name(full: str | None, given: str | None = None, family: str | None = None) -> PersonName:
    """Take a name apart. Parts that the source gives win over parts guessed from the full name.

    Logins are made of it in either spelling of an umlaut.
    """
    name = _parse(full, given, family)
    texts = (full, given, family)
    if all(text is None or text.isascii() for text in texts):
        return name
    other = _parse(*(text and spelt_out(text) for text in texts))
    return replace(
        name,
        whole_logins=sorted({*name.whole_logins, *other.whole_logins}),
        short_logins=sorted({*name.short_logins, *other.short_logins}),
    )


def _parse(full: str | None, given: str | None, family: str | None) -> PersonName:
    givens, families = name_tokens(given), name_tokens(family)
    tokens = name_tokens(full)
    if givens or families:
        first = givens[0] if givens else None
        last = " ".join(families) or None
        if first is None and len(families) > 1 and not tokens:
            first, last = families[0], families[-1]
        tokens = tokens or givens + families
    elif len(tokens) >= 2:
        first, last = tokens[0], tokens[-1]
        if len(last) == 1 and len(first) > 1:
            first, last = last, first
    else:
        first = last = None
    return _assemble(tokens, first, last)


def _assemble(tokens: list[str], given: str | None, family: str | None) -> PersonName:
    if not tokens:
        return PersonName()
    pair = " ".join(sorted((given, family))) if given and family and len(given) > 1 else None
    middles = [token for token in tokens if token not in {given, *(family or "").split()}] if pair else []
    return PersonName(
        full=" ".join(sorted(tokens)) if len(tokens) > 1 else None,
        pair=pair,
        single=tokens[0] if len(tokens) == 1 else None,
        given=given,
        family=family,
        initial=f"{given[0]} {family}" if given and family else None,
        middle=middles[0][0] if middles else None,
        abbreviated=bool(given) and len(given or "") == 1,
        variants=list(given_variants(given)) if given and len(given) > 1 else [],
        tokens=sorted({token for token in tokens if len(token) > 1}),
        whole_logins=_logins({*_whole_names(given, family), "".join(tokens)}) if pair else [],
        short_logins=_logins(_short_names(given, family, tokens)),
    )


def _logins(forms: set[str]) -> list[str]:
    return sorted(form for form in forms if len(form) >= MIN_LOGIN and form not in ROLE_WORDS)


def _whole_names(given: str | None, family: str | None) -> set[str]:
    """Logins of the whole name (`johnsmith`, `smithjohn`)."""
    last = (family or "").replace(" ", "")
    return {f"{given}{last}", f"{last}{given}"} if given and last else set()


def _short_names(given: str | None, family: str | None, tokens: list[str]) -> set[str]:
    """Logins of initials and last name (`jsmith`, `smithj`, `jqsmith`)."""
    last = (family or "").replace(" ", "")
    if not given or not last:
        return set()
    initials = "".join(token[0] for token in tokens if token not in (family or "").split())
    return {given[0] + last, last + given[0], initials + last}
