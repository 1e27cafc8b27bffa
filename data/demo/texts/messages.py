"""Whole messages: greeting, opener, what is to be said, something else, closing; each channel in its own manner."""

from __future__ import annotations

from data.demo.rng import chance
from data.demo.texts.writer import Writer, Written

SPOKEN = frozenset({"sms", "whatsapp", "chat", "call"})
HARD_NEGATIVE_SHARE = {True: 0.08, False: 0.05}


def message(writer: Writer, channel: str, inbound: bool, said: Written) -> tuple[str, list[str]]:
    """The text as sent, and its sentences (for transcripts)."""
    side = "customer" if inbound else "staff"
    sentences = list(said.sentences)
    if chance(writer.rng, HARD_NEGATIVE_SHARE[inbound]):
        sentences.insert(writer.rng.randint(0, len(sentences)), _aside(writer, side))
    if channel in {"sms", "whatsapp"}:
        return writer.pick("talk", "greeting", "sms") + " ".join(sentences), sentences
    if channel == "chat":
        return _chat(writer, inbound, sentences), sentences
    if channel in {"call", "note", "meeting"}:
        return " ".join(sentences), sentences
    return _letter(writer, side, sentences), sentences


def _aside(writer: Writer, side: str) -> str:
    """A sentence that only looks like a statement; it has nothing to do with what the thread is about."""
    return Writer(writer.rng, writer.company, writer.author, writer.reader, writer.moment).pick("negatives", side)


def _chat(writer: Writer, inbound: bool, sentences: list[str]) -> str:
    opening = writer.pick("talk", "greeting", "chat") if inbound and chance(writer.rng, 0.5) else ""
    text = " ".join([opening, *sentences]).strip()
    return text.lower() if inbound and chance(writer.rng, 0.08) else text


def _letter(writer: Writer, side: str, sentences: list[str]) -> str:
    rng = writer.rng
    if chance(rng, 0.5):
        sentences.insert(0, writer.pick("talk", "opener", side))
    while len(sentences) < 3 or chance(rng, 0.45):
        sentences.insert(rng.randint(0, len(sentences)), writer.pick("talk", "filler", side))
        if len(sentences) > 7:
            break
    if chance(rng, 0.3):
        sentences.append(writer.pick("talk", "closing", "line"))
    cut = rng.randint(1, len(sentences)) if len(sentences) > 3 else len(sentences)
    paragraphs = [" ".join(sentences[:cut]), " ".join(sentences[cut:])]
    greeting = writer.pick("talk", "greeting", "mail" if side == "customer" else "staff")
    closing = f"{writer.pick('talk', 'closing', side)}\n{writer.author.nickname or writer.author.given}"
    return "\n\n".join(part for part in (greeting, *paragraphs, closing) if part)


def foreign(writer: Writer, language: str, inbound: bool) -> str:
    """A message in another language; it claims nothing."""
    rng = writer.rng
    if not inbound:
        return writer.pick("languages", language, "reply")
    body = " ".join(dict.fromkeys(writer.pick("languages", language, "body") for _ in range(rng.randint(1, 3))))
    greeting, closing = writer.pick("languages", language, "open"), writer.pick("languages", language, "close")
    return f"{greeting}\n\n{body}\n\n{closing}\n{writer.author.given}"
