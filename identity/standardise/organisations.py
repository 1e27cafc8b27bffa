"""Names of organisations: legal forms off, filler words known, acronyms made."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from identity.standardise.text import fold, is_placeholder, word_set, words

LEGAL_FORMS = word_set(
    "inc incorporated llc llp lp ltd limited corp corporation co company plc pllc pc gmbh mbh ag kg kgaa ug ohg gbr se "
    "ev sa sas sarl sasu eurl srl spa snc sl slu bv nv cv vof ab as asa aps oy oyj kk kabushiki kaisha pty pte sdn bhd "
    "doo dd ooo oao zao pao ao kft zrt nyrt sro spzoo zoo oo ltda eireli cia aktiengesellschaft gesellschaft "
    "aktiebolag holding holdings group"
)
FILLER = word_set("the of and a an for de la le les du des der die das und et y e on in at")
_DOTTED = re.compile(r"\b(?:\w\.){2,}")
_APOSTROPHE = re.compile(r"(?<=\w)['\u2019`\u00b4?](?=s\b)")
_ALSO = re.compile(r"\b(?:formerly|f/?k/?a|d/?b/?a|trading as|a/?k/?a)\b.*$")


@dataclass(frozen=True)
class Organisation:
    """A name taken apart: `name` without legal forms in order, `full` its words sorted, `tokens` the telling words."""

    name: str | None = None
    full: str | None = None
    acronym: str | None = None
    tokens: list[str] = field(default_factory=list)


def parse_organisation(text: str | None) -> Organisation:
    """Take an organisation's name apart; nothing for placeholders."""
    if text is None or is_placeholder(text):
        return Organisation()
    folded = _ALSO.sub("", fold(_APOSTROPHE.sub("", text))).strip() or fold(text)
    dotless = _DOTTED.sub(lambda found: found.group().replace(".", "") + " ", folded)
    found = words(dotless.replace("&", " and "))
    telling = [word for word in found if word not in LEGAL_FORMS and word not in FILLER] or found
    if not telling:
        return Organisation()
    return Organisation(
        name=" ".join(telling),
        full=" ".join(sorted(telling)),
        acronym="".join(word[0] for word in telling) if len(telling) >= 3 else None,
        tokens=sorted(set(telling)),
    )
