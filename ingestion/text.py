"""Bytes to text lines: byte order marks, UTF-16, and Windows-1252 where a line is no UTF-8.

Lines keep their terminators, so that row numbers are those an editor shows and a rejected row can be kept as it was.
"""

from __future__ import annotations

import codecs
import io
from collections.abc import Iterator
from contextlib import suppress

from ingestion.records import Reading

SNIFF_BYTES = 4096
MAX_LINE_BYTES = 64 << 20  # a longer line is handed on in pieces, and no format takes a piece

_BOMS = ((codecs.BOM_UTF8, "utf-8-sig"), (codecs.BOM_UTF16_LE, "utf-16"), (codecs.BOM_UTF16_BE, "utf-16"))
_FALLBACK = "memhouse-windows-1252"


def _windows_1252(error: UnicodeError) -> tuple[str, int]:
    """Decode what is no UTF-8 as Windows-1252, and its five gaps as Latin-1."""
    if not isinstance(error, UnicodeDecodeError):
        raise error
    wrong = error.object[error.start : error.end]
    text = "".join(bytes([b]).decode("cp1252", "ignore") or bytes([b]).decode("latin-1") for b in wrong)
    return text, error.end


codecs.register_error(_FALLBACK, _windows_1252)


def decode(data: bytes) -> str:
    """UTF-8, and byte by byte Windows-1252 where it is not; never fails."""
    return data.decode("utf-8", _FALLBACK)


# Labels that name less than is written under them; browsers and mail programs read them so.
_WIDER = {
    "iso8859-1": "cp1252",
    "iso8859-9": "cp1254",
    "iso8859-11": "cp874",
    "tis-620": "cp874",
    "gb2312": "gb18030",
    "gbk": "gb18030",
    "shift_jis": "cp932",
    "euc_kr": "cp949",
}
_OF_SEVERAL_BYTES = {"gb18030", "cp932", "cp949", "big5", "euc_jp", "iso2022_jp", "iso2022_kr", "hz"}
_BY_ESCAPES = {"iso2022_jp", "iso2022_kr", "hz"}  # nothing but ASCII bytes: as UTF-8 they would pass


def decode_as(data: bytes, charset: str) -> tuple[str, bool]:
    """Text in the charset that its sender names, and whether it was; never fails."""
    codec = _codec(charset)
    for attempt in [codec] if codec in _BY_ESCAPES else [codec, "utf-8"]:
        with suppress(LookupError, ValueError):
            return data.decode(attempt), attempt == codec
    return data.decode(codec, "replace") if codec in _OF_SEVERAL_BYTES else decode(data), False


def _codec(charset: str) -> str:
    try:
        name = codecs.lookup(charset).name
    except (LookupError, ValueError):
        return charset
    return _WIDER.get(name, name)


def text_lines(stream: io.BufferedReader, reading: Reading) -> Iterator[str]:
    """The file's physical lines, terminators kept; what had to be done about its encoding is noted."""
    head = stream.peek(SNIFF_BYTES)[:SNIFF_BYTES]
    encoding = reading.stream.encoding if reading.stream.encoding != "auto" else sniff_encoding(head)
    if encoding in {"utf-8", "utf-8-sig"}:
        lines = _utf8_lines(stream, reading, carriage_return="\r" if b"\r" in head and b"\n" not in head else None)
    else:
        reading.note(f"read as {encoding}", 1)
        lines = iter(io.TextIOWrapper(stream, encoding, errors="replace", newline="\n"))
    for row, line in enumerate(lines, 1):
        text = line.removeprefix("\ufeff") if row == 1 else line
        if "\0" in text:
            reading.note("NUL bytes left out", row)
            text = text.replace("\0", "")
        yield text


def sniff_encoding(head: bytes) -> str:
    """Encoding by byte order mark, or by the zeros that UTF-16 leaves in Latin text; otherwise UTF-8."""
    for mark, encoding in _BOMS:
        if head.startswith(mark):
            return encoding
    if len(head) >= 4:
        even, odd = head[::2].count(0) / len(head[::2]), head[1::2].count(0) / len(head[1::2])
        if odd > 0.4 and even < 0.1:
            return "utf-16-le"
        if even > 0.4 and odd < 0.1:
            return "utf-16-be"
    return "utf-8"


def _utf8_lines(stream: io.BufferedReader, reading: Reading, carriage_return: str | None) -> Iterator[str]:
    for row, data in enumerate(_byte_lines(stream, carriage_return), 1):
        try:
            yield data.decode()
        except UnicodeDecodeError:
            reading.note("not UTF-8, read as Windows-1252", row)
            yield decode(data)


def _byte_lines(stream: io.BufferedReader, carriage_return: str | None) -> Iterator[bytes]:
    if carriage_return:
        for line in io.TextIOWrapper(stream, "latin-1", newline=carriage_return):
            yield line.encode("latin-1")
        return
    while data := stream.readline(MAX_LINE_BYTES):
        yield data
