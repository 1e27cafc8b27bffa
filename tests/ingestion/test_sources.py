from __future__ import annotations

from pathlib import Path

import pytest
from dlt.common.normalizers.naming.snake_case import NamingConvention

from ingestion.raw_tables import tables_of
from ingestion.sources import SourcesError, load_sources


def test_the_built_in_file_declares_every_stream():
    streams = {name: sorted(source.streams) for name, source in load_sources().sources.items()}
    assert sum(map(len, streams.values())) == 31
    assert streams["zendesk"] == ["organizations", "ticket_comments", "tickets", "users"]
    assert len(streams) == 12


def test_names_pass_dlts_naming_convention_unchanged():
    naming = NamingConvention()
    for source in load_sources().sources.values():
        for table, columns in tables_of(source).items():
            for name in [table, *columns.names, f"raw_{source.name}"]:
                assert naming.normalize_identifier(name) == name


@pytest.mark.parametrize(
    ("source", "name", "stream"),
    [
        ("salesforce", "Account.csv", "accounts"),
        ("salesforce", "ACCOUNT.CSV", "accounts"),
        ("salesforce", "Contact-001.csv", "contacts"),
        ("salesforce", "AccountHistory.csv", None),
        ("zendesk", "tickets.jsonl", "tickets"),
        ("zendesk", "ticket_comments.ndjson", "ticket_comments"),
        ("hubspot", "hubspot-crm-exports-all-contacts-2025-06-16.csv", "contacts"),
        ("twilio", "messages-2.csv", "messages"),
    ],
)
def test_a_file_belongs_to_the_stream_whose_pattern_it_fits(source: str, name: str, stream: str | None):
    claimed = [found.name for found in load_sources().sources[source].streams_of(name)]
    assert claimed == ([stream] if stream else [])


def test_a_source_of_ones_own_and_a_stream_more_need_only_yaml(tmp_path: Path):
    (tmp_path / "sources.yml").write_text(
        "version: 1\nsources:\n"
        "  dialogues:\n    folder: call-centre\n    drop_date: [folder, undated]\n"
        "    streams:\n      turns: {format: csv, delimiter: ';', native_id: [turn_id]}\n"
        "  zendesk:\n    streams:\n      calls: {format: ndjson}\n"
    )
    sources = load_sources(tmp_path)
    assert sources.by_folder["call-centre"].streams["turns"].delimiter == ";"
    assert sorted(sources.sources["zendesk"].streams)[0] == "calls"
    assert len(sources.sources["zendesk"].streams) == 5
    assert sources.sources["zendesk"].title == "Zendesk incremental export"


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ("version: 1\nsources: {crm: {streams: {people: {format: xls}}}}", "sources.crm.streams.people.format"),
        ("version: 1\nsources: {crm: {streams: {people: {format: csv, delim: x}}}}", "streams.people.delim"),
        ("version: 1\nsources: {CRM: {streams: {people: {format: csv}}}}", "sources.CRM"),
        ("version: 1\nsources: {crm: {streams: {a__b: {format: csv}}}}", "a__b"),
        ("version: 1\nsources: {crm: {streams: {}}}", "sources.crm.streams"),
        ("version: 1\nsources: {crm: {streams: {p: {format: csv, encoding: klingon}}}}", "klingon"),
        ("version: 1\nsources: {crm: {streams: {p: {format: csv, delimiter: '::'}}}}", "delimiter"),
        ("version: 1\nsources: {crm: {streams: {p: {format: ics, delimiter: ','}}}}", "delimiter is for format csv"),
        ("version: 1\nsources: {crm: {drop_date: [], streams: {p: {format: csv}}}}", "drop_date"),
        ("version: 1\nsources: {crm: {folder: ../x, streams: {p: {format: csv}}}}", "sources.crm.folder"),
        ("version: 1\nsources: {crm: {folder: zendesk, streams: {p: {format: csv}}}}", "same folder"),
        ("version: 2\nsources: {}", "version"),
        ("version: 1\nsources: {crm: {}, crm: {}}", "'crm' is given twice"),
        ("version: 1\nsources: {crm: [1]}", "sources.crm"),
        ("- 1", "must hold the keys"),
        ("a: [", "not readable as YAML"),
    ],
)
def test_a_wrong_sources_file_is_an_error_that_names_file_and_key(tmp_path: Path, text: str, named: str):
    (tmp_path / "sources.yml").write_text(text)
    with pytest.raises(SourcesError, match=r"sources\.yml") as error:
        load_sources(tmp_path)
    assert named in str(error.value)
