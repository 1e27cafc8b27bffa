"""Finding what there is to land: files by source, stream and drop date. Nothing is read here but zip directories.

What is not recognised is listed with the reason; a run reports it, so that no file is passed over in silence.
"""

from __future__ import annotations

import re
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from pathlib import Path, PurePosixPath

from ingestion.sources import SOURCES_FILE, Source, Sources, load_sources

_DATE = re.compile(r"(?<!\d)\d{4}-\d{2}-\d{2}(?!\d)")


class ExportsNotFoundError(FileNotFoundError):
    """The exports folder is not there."""


@dataclass(frozen=True)
class DropFile:
    """One file of a drop, or one member of a zip."""

    source: str
    stream: str | None  # None: a zip that cannot be opened, so that nobody knows what is in it
    path: Path  # the file on disk
    member: str | None  # its member, where the file is a zip
    name: str  # relative to the exports folder, posix; `a.zip!member`
    inner_path: str  # relative to the drop's folder, or to the source's where it is undated
    drop_date: date | None  # None: undated, takes the run's day


@dataclass(frozen=True)
class UnknownFile:
    """A file that is not landed, and why."""

    name: str
    reason: str


@dataclass
class Survey:
    """Everything found in an exports folder, in a fixed order."""

    files: list[DropFile] = field(default_factory=list)
    unknown: list[UnknownFile] = field(default_factory=list)
    hidden: list[str] = field(default_factory=list)  # names with a leading dot: left alone, but counted
    later: list[DropFile] = field(default_factory=list)  # drops after the day asked for


@dataclass(frozen=True)
class _Found:
    path: Path
    parts: tuple[str, ...]  # relative to the exports folder


def discover(exports: Path, day: date | None = None) -> list[DropFile]:
    """Recognised files of the drops up to and including `day` (None: of all), in order of source, date and name."""
    return survey(exports, day).files


def newest_drop(exports: Path) -> date | None:
    """The newest drop's date; where all files are undated, the newest file's modification day; None: nothing there.

    A date that lies ahead is a mistyped one: such a drop waits for its day, or for `--date`.
    """
    files = discover(exports)
    dates = [file.drop_date for file in files if file.drop_date]
    if dates:
        return max((day for day in dates if day <= _tomorrow()), default=min(dates))
    return max((_modified(file.path) for file in files), default=None)


def _tomorrow() -> date:
    """The last day on which it may be today somewhere."""
    return datetime.now(UTC).date() + timedelta(days=1)


def survey(exports: Path, day: date | None = None, sources: Sources | None = None) -> Survey:
    """Sort every file under the exports folder into known, unknown, hidden and later.

    Raises ExportsNotFoundError when there is no such folder, SourcesError when its `sources.yml` is wrong.
    """
    if not exports.is_dir():
        raise ExportsNotFoundError(f"no exports folder at {exports}: create it, or set `exports`")
    sources = sources or load_sources(exports)
    result = Survey()
    for found in _walk(exports, (), (), result):
        if found.parts == (SOURCES_FILE,):
            continue
        source = sources.by_folder.get(found.parts[0]) if len(found.parts) > 1 else None
        if source is None:
            folders = ", ".join(sorted(sources.by_folder))
            result.unknown.append(UnknownFile(_name(found), f"in the folder of no declared source ({folders})"))
        else:
            _sort_in(source, found, day, result)
    key = _order
    result.files.sort(key=key)
    result.later.sort(key=key)
    return result


def _order(file: DropFile) -> tuple[str, date, str]:
    return (file.source, file.drop_date or date.max, file.name)


def _walk(folder: Path, parts: tuple[str, ...], above: tuple[Path, ...], result: Survey) -> Iterator[_Found]:
    """Every regular file below, in name order; links are followed, but never in a circle."""
    real = folder.resolve()
    if real in above:
        result.unknown.append(UnknownFile("/".join(parts), "a link to a folder above itself"))
        return
    try:
        children = sorted(folder.iterdir(), key=lambda path: path.name)
    except PermissionError as error:
        result.unknown.append(UnknownFile("/".join(parts), f"cannot be opened ({error.strerror})"))
        return
    for path in children:
        found = _Found(path, (*parts, path.name))
        if path.name.startswith("."):
            result.hidden.append(_name(found))
        elif path.is_dir():
            yield from _walk(path, found.parts, (*above, real), result)
        elif path.is_file():
            yield found
        else:
            reason = "a link that leads nowhere" if path.is_symlink() else "not a regular file"
            result.unknown.append(UnknownFile(_name(found), reason))


def _sort_in(source: Source, found: _Found, day: date | None, result: Survey) -> None:
    if found.path.suffix.lower() != ".zip":
        _place(source, found, None, day, result)
        return
    try:
        with zipfile.ZipFile(found.path) as archive:
            members = sorted({info.filename for info in archive.infolist() if not info.is_dir()})
    except (zipfile.BadZipFile, OSError):
        _place(source, found, None, day, result)  # landed as one reject, so that it shows in quarantine
        return
    for member in members:
        _place(source, found, member, day, result)


def _place(source: Source, found: _Found, member: str | None, day: date | None, result: Survey) -> None:
    """Put one file or member where it belongs."""
    name = _name(found) + (f"!{member}" if member else "")
    inside = PurePosixPath(member).parts if member else ()
    if inside and (inside[-1].startswith(".") or inside[0] == "__MACOSX"):
        result.hidden.append(name)
        return
    stream, problem = _stream(source, (inside or found.parts)[-1], in_a_zip=bool(inside))
    zip_stem = (Path(found.parts[-1]).stem,) if member else ()
    folders = (*found.parts[1:-1], *zip_stem, *inside[:-1])
    drop_date, after = _drop_date(source, folders, (inside or found.parts)[-1])
    if not problem and drop_date is None and "undated" not in source.drop_date:
        problem = f"no drop date: expected {source.folder or source.name}/<YYYY-MM-DD>/<file>"
    if problem:
        result.unknown.append(UnknownFile(name, problem))
        return
    inner = "/".join((*folders[after:], (inside or found.parts)[-1]))
    file = DropFile(source.name, stream, found.path, member, name, _text(inner), drop_date)
    (result.later if day and drop_date and drop_date > day else result.files).append(file)


def _stream(source: Source, file_name: str, in_a_zip: bool) -> tuple[str | None, str]:
    """The stream a file name belongs to, or what is wrong with it. Of zips only what cannot be opened comes here."""
    base = file_name[:-3] if file_name.lower().endswith(".gz") else file_name
    broken_zip = base.lower().endswith(".zip")
    if broken_zip and (in_a_zip or base != file_name):
        return None, "a zip that is packed once more: unpack it, and deliver the zip or what is in it"
    streams = source.streams_of(base[:-4] if broken_zip else base)
    if len(streams) == 1:
        return streams[0].name, ""
    if broken_zip:
        return None, ""
    if streams:
        return None, f"its name fits several streams of {source.name}: {', '.join(s.name for s in streams)}"
    return None, f"its name fits no stream of {source.name} ({', '.join(source.streams)})"


def _drop_date(source: Source, folders: tuple[str, ...], file_name: str) -> tuple[date | None, int]:
    """The drop's date, and how many of the folders lead to the drop."""
    if "folder" in source.drop_date:
        for position, folder in enumerate(folders):
            if found := _as_date(folder):
                return found, position + 1
    if "file_name" in source.drop_date:
        for match in _DATE.finditer(file_name):
            if found := _as_date(match.group()):
                return found, 0
    return None, 0


def _as_date(text: str) -> date | None:
    if not _DATE.fullmatch(text):
        return None
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


def _modified(path: Path) -> date:
    return datetime.fromtimestamp(path.stat().st_mtime, tz=UTC).date()


def _name(found: _Found) -> str:
    return _text("/".join(found.parts))


def _text(name: str) -> str:
    """A file name as storable text: bytes that are no UTF-8 become replacement characters."""
    return name.encode("utf-8", "surrogateescape").decode("utf-8", "replace")
