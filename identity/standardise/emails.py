"""E-mail addresses: one spelling for one mailbox, and what the part before the @ says."""

from __future__ import annotations

import re
from dataclasses import dataclass

from identity.standardise.domains import is_free_mail, registrable_domain
from identity.standardise.lists import generic_mailboxes
from identity.standardise.text import PLACEHOLDERS, fold

# Providers that ignore dots before the @, and those that write the same mailbox under several domains.
DOT_BLIND = frozenset({"gmail.com"})
DOMAIN_ALIASES = {
    "googlemail.com": "gmail.com",
    "me.com": "icloud.com",
    "mac.com": "icloud.com",
}
_ADDRESS = re.compile(r"[^\s<>\"'(),;:]+@[^\s<>\"'(),;:]+")
_NUMBERED_PRIVACY = re.compile(r"^\d+\+(.+)$")
_MIN_LOGIN = 4
_MIN_BEFORE_DIGITS = 5


def _login(local: str) -> str:
    """Letters and digits of a local part; digits that were added to a name because it was taken are left off."""
    login = re.sub(r"[^a-z0-9]", "", local)
    bare = login.rstrip("0123456789")
    return bare if len(bare) >= _MIN_BEFORE_DIGITS else login


@dataclass(frozen=True)
class Email:
    """A normalised address.

    `login` is the local part as letters and digits, None where it names a function; `company` is the registrable
    domain, None for providers that anyone may use. `is_bot`: a machine writes from there and nobody reads.
    """

    address: str | None = None
    login: str | None = None
    company: str | None = None
    is_role: bool = False
    is_bot: bool = False


def parse_email(text: str | None) -> Email:
    """Normalise an address: case, plus-tags, provider dots and aliases; nothing for what is no address."""
    found = _ADDRESS.search(fold(text).replace(" at ", "@").removeprefix("mailto:")) if text else None
    if found is None:
        return Email()
    local, _, host = found.group().strip(".").rpartition("@")
    host = DOMAIN_ALIASES.get(host.strip("."), host.strip("."))
    local = local.partition("@")[0]
    numbered = _NUMBERED_PRIVACY.match(local)
    local = numbered.group(1) if numbered else (local.partition("+")[0] or local)
    if host in DOT_BLIND:
        local = local.replace(".", "")
    if not local or not host or (local in PLACEHOLDERS and host in PLACEHOLDERS):
        return Email()
    domain = registrable_domain(host)
    of_a_role = generic_mailboxes().get(local) or generic_mailboxes().get(re.sub("[-._]", "", local))
    login = _login(local)
    return Email(
        address=f"{local}@{host}",
        login=login if len(login) >= _MIN_LOGIN and not of_a_role and not login.isdigit() else None,
        company=domain if domain and not is_free_mail(domain) else None,
        is_role=of_a_role is not None,
        is_bot=of_a_role == "bot",
    )
