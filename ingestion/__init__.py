"""Floor 1: export files to raw tables. Reads files, keeps every row as delivered, types nothing."""

from ingestion.batches import FileChangedError
from ingestion.drops import DropFile, ExportsNotFoundError, Survey, UnknownFile, discover, newest_drop, survey
from ingestion.landing import land
from ingestion.report import FileNote, LandingReport, StreamCount
from ingestion.sources import Source, Sources, SourcesError, Stream, load_sources

__all__ = [
    "DropFile",
    "ExportsNotFoundError",
    "FileChangedError",
    "FileNote",
    "LandingReport",
    "Source",
    "Sources",
    "SourcesError",
    "Stream",
    "StreamCount",
    "Survey",
    "UnknownFile",
    "discover",
    "land",
    "load_sources",
    "newest_drop",
    "survey",
]
