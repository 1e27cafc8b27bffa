"""Street addresses: the house number apart from the street, abbreviations spelled one way."""

from __future__ import annotations

from dataclasses import dataclass

from identity.standardise.text import is_placeholder, word_set, words

# Spellings of one word; the same table serves every country whose abbreviations do not contradict.
ABBREVIATIONS = {
    "street": "st", "str": "st", "strasse": "st", "avenue": "ave", "av": "ave", "road": "rd", "drive": "dr",
    "boulevard": "blvd", "lane": "ln", "court": "ct", "place": "pl", "square": "sq", "terrace": "tce", "ter": "tce",
    "circuit": "cct", "crescent": "cres", "parkway": "pkwy", "highway": "hwy", "close": "cl", "grove": "gr",
    "north": "n", "south": "s", "east": "e", "west": "w", "northeast": "ne", "northwest": "nw", "southeast": "se",
    "southwest": "sw", "saint": "st", "mount": "mt", "fort": "ft", "building": "bldg", "suite": "ste", "floor": "fl",
    "apartment": "apt", "martin": "martin", "1st": "first", "2nd": "second", "3rd": "third",
}  # fmt: skip
STREET_KINDS = word_set("st ave rd dr blvd ln ct pl sq tce cct cres pkwy hwy cl gr way n s e w ne nw se sw")
UNIT_WORDS = word_set("ste apt unit fl rm room bldg po box")


@dataclass(frozen=True)
class Address:
    """`line` is the whole address normalised, `number` the house number, `street` the street's telling words."""

    line: str | None = None
    number: str | None = None
    street: str | None = None


def parse_address(text: str | None) -> Address:
    """Take a street address apart: the first number is the house, what follows a unit word or a comma is the rest."""
    if text is None or is_placeholder(text):
        return Address()
    tokens = [ABBREVIATIONS.get(word, word) for word in words(text.partition(",")[0]) or words(text)]
    for position, token in enumerate(tokens):
        if position and token in UNIT_WORDS:
            tokens = tokens[:position]
            break
    number = next((token for token in tokens if token[0].isdigit()), None)
    rest = [token for token in tokens if token != number]
    telling = [token for token in rest if token not in STREET_KINDS] or rest
    street = " ".join(telling) or None
    line = f"{number} {street}" if number and street else street or number
    return Address(line=line, number=number, street=street)


def postcode(text: str | None) -> str | None:
    """Letters and digits of a postcode; US ZIP+4 is cut to its five digits."""
    if text is None or is_placeholder(text):
        return None
    bare = "".join(words(text))
    return bare[:5] if bare.isdigit() and len(bare) == 9 else bare or None
