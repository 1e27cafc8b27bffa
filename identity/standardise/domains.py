"""Domains: the part under which a company registers, from the public suffix list that tldextract carries."""

from __future__ import annotations

import re
from functools import cache

from tldextract import TLDExtract

from identity.standardise.lists import free_mail_domains
from identity.standardise.text import word_set

# Last labels of names that machines give themselves.
MACHINE_SUFFIXES = word_set("local localdomain localhost lan home internal intranet corp invalid none domain")
_HOST = re.compile(r"^(?:[a-z][a-z0-9+.-]*://)?(?:[^@/]*@)?([^/:?#\s,;]+)")


@cache
def _extract() -> TLDExtract:
    return TLDExtract(suffix_list_urls=(), cache_dir=None, fallback_to_snapshot=True)


@cache
def registrable_domain(text: str | None) -> str | None:
    """`https://www.shop.acme.co.uk/x` → `acme.co.uk`; None for what is no domain (`localhost`, an address, nothing).

    A suffix that the list does not know counts as one label, as the list's own algorithm says.
    """
    found = _HOST.match(text.strip().lower()) if text else None
    if found is None:
        return None
    host = found.group(1).strip(".")
    parts = _extract()(host)
    if parts.suffix:
        return f"{parts.domain}.{parts.suffix}" if parts.domain else None
    labels = host.split(".")
    is_name = len(labels) >= 2 and labels[-1].isalpha() and labels[-1] not in MACHINE_SUFFIXES
    return ".".join(labels[-2:]) if is_name else None


def is_free_mail(domain: str) -> bool:
    """True for providers at which anyone may have a mailbox."""
    return domain in free_mail_domains()


def company_domain(text: str | None) -> str | None:
    """The registrable domain of a company; None for mailbox providers and for what is no domain."""
    domain = registrable_domain(text)
    return None if domain is None or is_free_mail(domain) else domain
