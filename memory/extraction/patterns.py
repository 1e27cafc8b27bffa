"""From a pattern as written in YAML to a compiled one: fragments filled in, captures named, blanks widened."""

from __future__ import annotations

import re
from dataclasses import dataclass

from memory.extraction.spec import Lexicon
from memory.extraction.values import TIDY, phrase

_PLACEHOLDER = re.compile(r"\{([a-z_]+)\}")
_MAX_DEPTH = 5


@dataclass(frozen=True, slots=True)
class Patterns:
    """The lexicon, ready to build patterns and to turn what they caught into values."""

    lexicon: Lexicon
    canonical: dict[str, list[tuple[re.Pattern[str], str]]]

    @classmethod
    def from_lexicon(cls, lexicon: Lexicon) -> Patterns:
        """Compile the captures' alternatives once."""
        patterns = cls(lexicon, {})
        for capture, values in lexicon.captures.items():
            patterns.canonical[capture] = [
                (re.compile(f"(?:{patterns.expand(form, capture)})", re.IGNORECASE), value)
                for value, forms in values.items()
                for form in forms
            ]
        return patterns

    def compile(self, pattern: str, where: str, *, stems: bool = False) -> re.Pattern[str]:
        """Compile a rule's pattern, whole words only (`stems`: words may go on behind it).

        Raises ValueError that names the rule for a bad one.
        """
        end = "" if stems else r"(?![\w@])"
        try:
            return re.compile(rf"(?<![\w@'])(?:{self.expand(pattern, where)}){end}", re.IGNORECASE)
        except re.error as error:
            raise ValueError(f"{where}: pattern {pattern!r} does not compile: {error}") from error

    def expand(self, pattern: str, where: str) -> str:
        """Fill in fragments and captures, then let each blank stand for any white space."""
        for _ in range(_MAX_DEPTH):
            if not _PLACEHOLDER.search(pattern):
                break
            pattern = _PLACEHOLDER.sub(lambda found: self._part(found.group(1), where), pattern)
        return _widen(pattern)

    def value(self, capture: str, caught: str, *around: str) -> str:
        """The value that a caught text stands for; empty when there is nothing in it.

        What a problem is about may stand beside what was caught: `around` holds the match and its sentence.
        """
        words = " ".join(caught.split())
        if capture in self.lexicon.texts:
            tidy = self.lexicon.texts[capture].tidy
            if tidy == "topic":
                return self.known("topic", " ".join((words, *around[:1])), *around[1:]) or phrase(words)
            return (self.known("life", words) if tidy == "life" else "") or TIDY[tidy](words)
        return next((value for form, value in self.canonical[capture] if form.fullmatch(words)), "")

    def known(self, capture: str, *texts: str) -> str:
        """The first of a capture's values that the first of the texts to name any names; else empty."""
        found = (value for text in texts for form, value in self.canonical[capture] if form.search(text))
        return next(found, "")

    def _part(self, name: str, where: str) -> str:
        lexicon = self.lexicon
        if name in lexicon.fragments:
            return lexicon.fragments[name]
        if name in lexicon.texts:
            return f"(?P<{name}>{lexicon.texts[name].pattern})"
        if name in lexicon.captures:
            forms = sorted((f for forms in lexicon.captures[name].values() for f in forms), key=len, reverse=True)
            return f"(?P<{name}>{'|'.join(forms)})"
        raise ValueError(f"{where}: {{{name}}} is in no part of lexicon.yml")


def _widen(pattern: str) -> str:
    r"""Blanks outside character classes become `\s+`, optional ones `\s*`."""
    out, in_class, escaped = [], False, False
    for char in pattern.replace(" ?", "\0"):
        blank = {" ": r"\s+", "\0": r"\s*"}.get(char)
        out.append(blank if blank and not in_class else char)
        in_class = (char == "[" or in_class) and not (char == "]" and not escaped) if not escaped else in_class
        escaped = char == "\\" and not escaped
    return "".join(out)
