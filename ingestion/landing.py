"""Landing: the export files of the drops up to a day, each once, into the raw tables."""

from __future__ import annotations

from collections.abc import Callable, Collection
from datetime import date

from ingestion.batches import NewFile, SourceBatches, fingerprint
from ingestion.drops import DropFile, Survey, UnknownFile, newest_drop, survey
from ingestion.load_package import Load, clear_scratch, loading
from ingestion.opening import sha256_of
from ingestion.raw_tables import Landed, ensure_tables, landed_files, remove_cut_off_loads
from ingestion.report import FileNote, LandingReport
from ingestion.sources import Source, SourcesError, load_sources
from lake.connection import connect
from lake.settings import Settings, SettingsError
from lake.time import as_of

Progress = Callable[[int, int], None]


def land(
    settings: Settings,
    day: date | None = None,
    only: Collection[str] | None = None,
    progress: Progress = lambda _done, _total: None,
) -> LandingReport:
    """Land what is new in the drops up to and including `day` (None: up to the newest), one load for each source.

    A file lands whose newest landing, of the same source, drop date and path, had other content: a new version.
    A load that was cut off is taken out and landed again. All declared raw tables exist afterwards, empty or not.
    `only` names the sources to land; `progress` hears how many of them are done. The caller holds the writer lock.

    Raises SettingsError, ExportsNotFoundError, SourcesError, FileChangedError; what cannot be read goes to `_rejected`.
    """
    _check_path(settings)
    sources = load_sources(settings.exports)
    wanted = _wanted(sources.sources, only)
    day = day or newest_drop(settings.exports)
    found = survey(settings.exports, day, sources)
    report = LandingReport(day, unknown=found.unknown, hidden=found.hidden, files_later=len(found.later))
    clear_scratch(settings)
    with connect(settings) as con:
        ensure_tables(con, sources.sources.values())
        report.cut_off_loads = remove_cut_off_loads(con, wanted)
        landed = {source.name: landed_files(con, source) for source in wanted}
    new: dict[str, list[NewFile]] = {}
    for source in wanted:
        for stream in source.streams:
            report.count(source.name, stream)
        if day is not None:
            new[source.name] = _new_files(source, found, landed[source.name], day, report)
    if day is not None and any(new.values()):
        with loading(settings) as load:
            for done, source in enumerate(wanted):
                progress(done, len(wanted))
                _land_source(load, source, new[source.name], day, report)
    return report


def _check_path(settings: Settings) -> None:
    """dlt puts its folder's path unquoted into SQL and into templates of file names."""
    if set(str(settings.dlt_dir)) & set("'%"):
        raise SettingsError(f"lake: dlt cannot work below {settings.lake}; choose a path without ' and %")


def _wanted(sources: dict[str, Source], only: Collection[str] | None) -> list[Source]:
    unknown = sorted(set(only or ()) - set(sources))
    if unknown:
        raise SourcesError(f"no such source: {', '.join(unknown)}; declared are {', '.join(sorted(sources))}")
    return [source for name, source in sorted(sources.items()) if only is None or name in only]


def _new_files(source: Source, found: Survey, landed: Landed, day: date, report: LandingReport) -> list[NewFile]:
    """The source's files that are not in the lake; a zip is hashed once for all its members."""
    hashes: dict[str, str] = {}
    new: list[NewFile] = []
    for file in found.files:
        if file.source != source.name:
            continue
        count = report.count(file.source, file.stream)
        count.files_found += 1
        try:
            before = fingerprint(file)
            sha256 = hashes.get(str(file.path)) or sha256_of(file.path, before[0])
        except OSError as error:
            report.unknown.append(UnknownFile(file.name, f"cannot be read ({error.strerror}); not landed"))
            continue
        hashes[str(file.path)] = sha256
        drop_date = file.drop_date or day
        if landed.holds(drop_date, file.name, sha256, undated=file.drop_date is None):
            count.files_already_landed += 1
        else:
            new.append(NewFile(file, drop_date, sha256, before))
    return new


def _land_source(load: Load, source: Source, new: list[NewFile], day: date, report: LandingReport) -> None:
    if not new:
        return
    batches = SourceBatches(source, as_of(day))
    load(source, batches.read(new))
    for item in new:
        _count(item.file, batches, report)


def _count(file: DropFile, batches: SourceBatches, report: LandingReport) -> None:
    read = batches.counts[file.name]
    count = report.count(file.source, file.stream)
    count.files_landed += 1
    count.rows += read.rows
    count.rejects += read.rejects
    if read.notes:
        report.notes.append(FileNote(file.name, read.notes))
