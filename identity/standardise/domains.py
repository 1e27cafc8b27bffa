"""Domains: the part under which a company registers, from the public suffix list that tldextract carries."""

from __future__ import annotations

import re
from functools import cache

from tldextract import TLDExtract

from identity.standardise.text import word_set

# Providers at which anyone may have a mailbox: such a domain says nothing about a company.
FREE_MAIL = word_set(
    "gmail.com googlemail.com yahoo.com yahoo.co.uk yahoo.fr yahoo.de yahoo.co.in yahoo.co.jp ymail.com rocketmail.com "
    "hotmail.com hotmail.co.uk hotmail.fr hotmail.de hotmail.it live.com live.co.uk msn.com outlook.com outlook.de "
    "outlook.fr icloud.com me.com mac.com aol.com gmx.de gmx.net gmx.com gmx.at gmx.ch web.de t-online.de freenet.de "
    "mail.ru yandex.ru yandex.com bk.ru list.ru inbox.ru rambler.ru qq.com 163.com 126.com sina.com foxmail.com "
    "protonmail.com proton.me pm.me tutanota.com fastmail.com fastmail.fm zoho.com mail.com email.com inbox.com "
    "orange.fr free.fr wanadoo.fr laposte.net sfr.fr libero.it virgilio.it tin.it alice.it seznam.cz wp.pl o2.pl "
    "onet.pl interia.pl naver.com hanmail.net daum.net rediffmail.com comcast.net verizon.net att.net sbcglobal.net "
    "bellsouth.net cox.net charter.net earthlink.net btinternet.com ntlworld.com sky.com bluewin.ch telenet.be "
    "skynet.be ziggo.nl xs4all.nl planet.nl home.nl uol.com.br bol.com.br terra.com.br users.noreply.github.com "
    "mailinator.com duck.com hey.com posteo.de mailbox.org"
)
# Last labels of names that machines give themselves.
MACHINE_SUFFIXES = word_set("local localdomain localhost lan home internal intranet corp invalid none domain")
_HOST = re.compile(r"^(?:[a-z][a-z0-9+.-]*://)?(?:[^@/]*@)?([^/:?#]+)")


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
    return domain in FREE_MAIL


def company_domain(text: str | None) -> str | None:
    """The registrable domain of a company; None for mailbox providers and for what is no domain."""
    domain = registrable_domain(text)
    return None if domain is None or is_free_mail(domain) else domain
