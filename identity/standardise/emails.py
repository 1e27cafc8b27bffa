"""E-mail addresses: one spelling for one mailbox, and what the part before the @ says."""

from __future__ import annotations

import re
from dataclasses import dataclass

from identity.standardise.domains import is_free_mail, registrable_domain
from identity.standardise.text import PLACEHOLDERS, fold, word_set

# Providers that ignore dots before the @, and those that write the same mailbox under several domains.
DOT_BLIND = frozenset({"gmail.com"})
DOMAIN_ALIASES = {
    "googlemail.com": "gmail.com",
    "ymail.com": "yahoo.com",
    "me.com": "icloud.com",
    "mac.com": "icloud.com",
}
# Mailboxes that nobody reads: what is sent from them says nothing about who sent it.
UNREAD_LOCALS = word_set("noreply no-reply donotreply do-not-reply nobody devnull mailer-daemon")
# Mailboxes of a function, not of a human being.
ROLE_LOCALS = UNREAD_LOCALS | word_set(
    "info support sales admin administrator contact hello office billing "
    "accounts accounting accountspayable ap invoices invoice orders help helpdesk service services team mail email "
    "webmaster postmaster hostmaster abuse security root none unknown test user users marketing news newsletter "
    "notifications notification alerts alert bounce bounces daemon feedback jobs careers hr press media "
    "customerservice customersupport reception enquiries enquiry inquiries finance legal privacy undisclosed "
    "git svn cvs bot buildbot dev devs list lists ubuntu vagrant localhost anonymous"
)
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
    domain, None for providers that anyone may use. `is_unread`: nobody reads what is sent there.
    """

    address: str | None = None
    login: str | None = None
    company: str | None = None
    is_role: bool = False
    is_unread: bool = False


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
    is_role = local in ROLE_LOCALS or local.replace("-", "").replace(".", "").replace("_", "") in ROLE_LOCALS
    login = _login(local)
    return Email(
        address=f"{local}@{host}",
        login=login if len(login) >= _MIN_LOGIN and not is_role and not login.isdigit() else None,
        company=domain if domain and not is_free_mail(domain) else None,
        is_role=is_role,
        is_unread=local in UNREAD_LOCALS,
    )
