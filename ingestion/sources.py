"""What can be landed: `sources.yml`, read and checked. A source is declared, never coded."""

from __future__ import annotations

from collections.abc import Hashable
from fnmatch import fnmatchcase
from functools import cached_property
from pathlib import Path
from typing import Annotated, Any, Literal

import yaml
from pydantic import BaseModel, ConfigDict, Field, StringConstraints, ValidationError, field_validator, model_validator

BUILT_IN = Path(__file__).with_name("sources.yml")
SOURCES_FILE = "sources.yml"  # beside the source folders, for sources of one's own

Format = Literal["csv", "ndjson", "mbox", "ics", "markdown"]
DropDate = Literal["folder", "file_name", "undated"]
# dlt leaves such names as they are: no capitals, no double or trailing underscore, no leading digit.
Name = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9]*(_[a-z0-9]+)*$", max_length=60)]

EXTENSIONS: dict[Format, tuple[str, ...]] = {
    "csv": ("csv", "tsv"),
    "ndjson": ("ndjson", "jsonl"),
    "mbox": ("mbox",),
    "ics": ("ics",),
    "markdown": ("md", "markdown"),
}


class SourcesError(ValueError):
    """A sources file cannot be used; the message names the file and the key."""


class _Declared(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Stream(_Declared):
    """One kind of object a source exports: which files hold it, and how they are read."""

    name: Name
    format: Format
    files: tuple[str, ...] = ()
    native_id: tuple[str, ...] = ()
    delimiter: str = "auto"
    encoding: str = "auto"

    @field_validator("delimiter")
    @classmethod
    def _one_character(cls, value: str) -> str:
        if value != "auto" and (len(value) != 1 or value in '"\r\n'):
            raise ValueError("must be auto or a single character other than a quote or a line break")
        return value

    @field_validator("encoding")
    @classmethod
    def _known_codec(cls, value: str) -> str:
        if value != "auto":
            try:
                "".encode(value)
            except LookupError as error:
                raise ValueError(f"{value!r} is no codec that Python knows") from error
        return value

    @model_validator(mode="after")
    def _only_where_it_means_something(self) -> Stream:
        if self.delimiter != "auto" and self.format != "csv":
            raise ValueError("delimiter is for format csv only")
        return self

    @cached_property
    def patterns(self) -> tuple[str, ...]:
        """Lower-case patterns of file names, compression suffix left out."""
        default = [f"{self.name}{part}.{ext}" for ext in EXTENSIONS[self.format] for part in ("", "[-_][0-9]*")]
        return tuple(pattern.lower() for pattern in self.files or default)

    def takes(self, file_name: str) -> bool:
        """Whether a file of this name (no folder, no `.gz`) belongs to the stream; case does not matter."""
        return any(fnmatchcase(file_name.lower(), pattern) for pattern in self.patterns)


class Source(_Declared):
    """A tool and its streams."""

    name: Name
    title: str = ""
    folder: str = ""
    drop_date: Annotated[tuple[DropDate, ...], Field(min_length=1)] = ("folder",)
    streams: Annotated[dict[Name, Stream], Field(min_length=1)]

    @model_validator(mode="before")
    @classmethod
    def _name_streams(cls, value: Any) -> Any:
        return _with_names(value, "streams")

    @field_validator("folder")
    @classmethod
    def _plain_folder(cls, value: str) -> str:
        if "/" in value or "\\" in value or value.startswith("."):
            raise ValueError("must be the name of one folder under the exports folder")
        return value

    def streams_of(self, file_name: str) -> list[Stream]:
        """The streams that claim a file of this name: one when all is well."""
        return [stream for stream in self.streams.values() if stream.takes(file_name)]


class Sources(_Declared):
    """All declared sources."""

    version: Literal[1]
    sources: dict[Name, Source]

    @model_validator(mode="before")
    @classmethod
    def _name_sources(cls, value: Any) -> Any:
        return _with_names(value, "sources")

    @model_validator(mode="after")
    def _folders_differ(self) -> Sources:
        if len(self.by_folder) != len(self.sources):
            raise ValueError("two sources name the same folder")
        return self

    @cached_property
    def by_folder(self) -> dict[str, Source]:
        """Folder under the exports folder → its source."""
        return {source.folder or source.name: source for source in self.sources.values()}


class _UniqueKeyLoader(yaml.SafeLoader):
    """YAML where a key given twice is an error and not a silent loss."""

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Hashable, Any]:
        keys = [self.construct_object(key, deep=True) for key, _ in node.value]
        for key in keys:
            if keys.count(key) > 1:
                raise SourcesError(f"key {key!r} is given twice (line {node.start_mark.line + 1} and below)")
        return super().construct_mapping(node, deep)


def load_sources(exports: Path | None = None) -> Sources:
    """Read the built-in sources, and over them `<exports>/sources.yml` where there is one.

    Raises SourcesError naming file and key.
    """
    files = [BUILT_IN]
    if exports is not None and (exports / SOURCES_FILE).is_file():
        files.append(exports / SOURCES_FILE)
    merged: dict[str, Any] = {"version": 1, "sources": {}}
    for path in files:
        document = _read_yaml(path)
        _validate(path, _merge(merged, document))
        merged = _merge(merged, document)
    return _validate(files[-1], merged)


def _read_yaml(path: Path) -> dict[str, Any]:
    try:
        document = yaml.load(path.read_text(encoding="utf-8"), Loader=_UniqueKeyLoader)  # noqa: S506 (a SafeLoader)
    except SourcesError as error:
        raise SourcesError(f"{path}: {error}") from error
    except (yaml.YAMLError, UnicodeDecodeError) as error:
        raise SourcesError(f"{path}: not readable as YAML: {error}") from error
    if not isinstance(document, dict) or not isinstance(document.get("sources"), dict):
        raise SourcesError(f"{path}: must hold the keys version and sources")
    return document


def _merge(below: dict[str, Any], above: dict[str, Any]) -> dict[str, Any]:
    sources = dict(below["sources"])
    for name, source in above["sources"].items():
        known = sources.get(name)
        if isinstance(known, dict) and isinstance(source, dict):
            streams = {**known.get("streams", {}), **(source.get("streams") or {})}
            sources[name] = {**known, **source, "streams": streams}
        else:
            sources[name] = source
    return {**below, **above, "sources": sources}


def _validate(path: Path, document: dict[str, Any]) -> Sources:
    try:
        return Sources.model_validate(document)
    except ValidationError as error:
        problems = "; ".join(f"{'.'.join(map(str, e['loc'])) or 'file'}: {e['msg']}" for e in error.errors())
        raise SourcesError(f"{path}: {problems}") from error


def _with_names(value: Any, key: str) -> Any:
    if not isinstance(value, dict) or not isinstance(value.get(key), dict):
        return value
    named = {name: {**child, "name": name} for name, child in value[key].items() if isinstance(child, dict)}
    return {**value, key: {**value[key], **named}}
