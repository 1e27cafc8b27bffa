"""What a user types or an agent sends → normalised identifiers: the one normaliser of table and lookup."""

from __future__ import annotations

import re

from identity.standardise.domains import company_domain, registrable_domain
from identity.standardise.emails import parse_email
from identity.standardise.names import name_tokens
from identity.standardise.organisations import parse_organisation
from identity.standardise.phones import DEFAULT_REGION, phone
from identity.standardise.text import is_placeholder, words

_PHONE_LIKE = re.compile(r"^(?:whatsapp:|tel:)?[+(\d][\d\s().\-/]{5,}(?:x\d+)?$")
_DOMAIN_LIKE = re.compile(r"^(?:https?://)?[\w-]+(?:\.[\w-]+)+(?:/\S*)?$")
_KEY_LIKE = re.compile(r"^[\w.@+:\-/]+$")


def normalise_name(text: str | None, entity_type: str) -> str | None:
    """A name for lookup; None for placeholders.

    Folded words in order: a person's from the given name on, titles off; an account's without legal forms and fillers.
    """
    if is_placeholder(text):
        return None
    told = " ".join(name_tokens(text)) if entity_type == "person" else parse_organisation(text).name
    return told or " ".join(words(text)) or None


def normalise_identifier(text: str, region: str = DEFAULT_REGION) -> list[tuple[str, str]]:
    """All readings of an identifier as (type, value), the most specific first.

    Types: email, phone, domain, external_id (`namespace:value`), native_id, name. Empty for placeholders.
    """
    bare = text.strip()
    found: list[tuple[str, str]] = []
    if is_placeholder(bare):
        return found
    if "@" in bare and (address := parse_email(bare).address):
        found.append(("email", address))
    elif _PHONE_LIKE.match(bare) and (number := phone(bare, region)):
        found.append(("phone", number))
    elif _DOMAIN_LIKE.match(bare) and (domain := company_domain(bare) or registrable_domain(bare)):
        found.append(("domain", domain))
    if _KEY_LIKE.match(bare) and "@" not in bare:
        found += [("external_id", bare)] if ":" in bare else []
        found.append(("native_id", bare))
    names = [] if "@" in bare else [normalise_name(bare, entity_type) for entity_type in ("person", "account")]
    return [*found, *(("name", name) for name in dict.fromkeys(names) if name and found[:1] != [("phone", name)])]
