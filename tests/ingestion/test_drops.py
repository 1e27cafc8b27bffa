from __future__ import annotations

import os
import zipfile
from datetime import date
from pathlib import Path

import pytest

from ingestion.drops import ExportsNotFoundError, discover, newest_drop, survey
from tests.ingestion.conftest import write

DAY = date(2025, 6, 16)


def found(exports: Path, day: date | None = None) -> list[tuple[str, str | None, str, date | None]]:
    return [(file.source, file.stream, file.name, file.drop_date) for file in discover(exports, day)]


def test_files_are_recognised_by_name_at_any_depth_packed_or_not(tmp_path: Path):
    for name in (
        "salesforce/2025-06-16/Account.csv",
        "salesforce/2025-06-16/deep/er/Contact.csv.gz",
        "segment/2025-06-16.ndjson.gz",
        "segment/2025-06-17/2025-06-16.ndjson",
        "knowledge/policies/refunds.md",
        "mailbox/2025-06-16/INBOX.mbox/mbox",
        "knowledge/2025-06-16/policies/refunds.md",
    ):
        write(tmp_path, name, "x")
    assert found(tmp_path) == [
        ("knowledge", "documents", "knowledge/2025-06-16/policies/refunds.md", DAY),
        ("knowledge", "documents", "knowledge/policies/refunds.md", None),
        ("mailbox", "messages", "mailbox/2025-06-16/INBOX.mbox/mbox", DAY),
        ("salesforce", "accounts", "salesforce/2025-06-16/Account.csv", DAY),
        ("salesforce", "contacts", "salesforce/2025-06-16/deep/er/Contact.csv.gz", DAY),
        ("segment", "events", "segment/2025-06-16.ndjson.gz", DAY),
        ("segment", "events", "segment/2025-06-17/2025-06-16.ndjson", date(2025, 6, 17)),
    ]
    assert [file.inner_path for file in discover(tmp_path)[:2]] == ["policies/refunds.md"] * 2


def test_members_of_a_zip_are_files_of_their_own(tmp_path: Path):
    (tmp_path / "salesforce/2025-06-16").mkdir(parents=True)
    for name in ("salesforce/2025-06-16/WE_1.zip", "salesforce/2025-06-17.zip"):
        with zipfile.ZipFile(tmp_path / name, "w") as archive:
            archive.writestr("data/Account.csv", "Id\n1\n")
            archive.writestr("Readme.txt", "hello")
            archive.writestr("__MACOSX/._Account.csv", "")
    result = survey(tmp_path)
    assert [(file.name, file.stream, file.drop_date) for file in result.files] == [
        ("salesforce/2025-06-16/WE_1.zip!data/Account.csv", "accounts", DAY),
        ("salesforce/2025-06-17.zip!data/Account.csv", "accounts", date(2025, 6, 17)),
    ]
    assert [unknown.name for unknown in result.unknown] == [
        "salesforce/2025-06-16/WE_1.zip!Readme.txt",
        "salesforce/2025-06-17.zip!Readme.txt",
    ]
    assert len(result.hidden) == 2


def test_a_zip_that_is_packed_once_more_is_listed_with_the_remedy(tmp_path: Path):
    (tmp_path / "salesforce/2025-06-16").mkdir(parents=True)
    with zipfile.ZipFile(tmp_path / "salesforce/2025-06-16/all.zip", "w") as archive:
        archive.writestr("Account.csv", "Id\n1\n")
        archive.writestr("WE_1.zip", "x")
        archive.writestr("Contact.csv.zip", "x")
    write(tmp_path, "salesforce/2025-06-16/WE_2.zip.gz", "x")
    result = survey(tmp_path)
    assert [file.name for file in result.files] == ["salesforce/2025-06-16/all.zip!Account.csv"]
    assert sorted(unknown.name for unknown in result.unknown) == [
        "salesforce/2025-06-16/WE_2.zip.gz",
        "salesforce/2025-06-16/all.zip!Contact.csv.zip",
        "salesforce/2025-06-16/all.zip!WE_1.zip",
    ]
    assert all("unpack it" in unknown.reason for unknown in result.unknown)


def test_what_is_not_recognised_is_listed_with_the_reason(tmp_path: Path):
    for name in (
        "salesfroce/2025-06-16/Account.csv",
        "stray.csv",
        "salesforce/2025-06-16/Lead.csv",
        "salesforce/Account.csv",
        "salesforce/2025-13-45/Account.csv",
        "hubspot/2025-06-16/hubspot-crm-exports-contacts-and-companies.csv",
        "salesforce/2025-06-16/.DS_Store",
    ):
        write(tmp_path, name, "x")
    result = survey(tmp_path)
    reasons = {unknown.name: unknown.reason for unknown in result.unknown}
    assert result.files == []
    assert result.hidden == ["salesforce/2025-06-16/.DS_Store"]
    assert "no declared source" in reasons["salesfroce/2025-06-16/Account.csv"]
    assert "no declared source" in reasons["stray.csv"]
    assert "no stream of salesforce (accounts" in reasons["salesforce/2025-06-16/Lead.csv"]
    assert "salesforce/<YYYY-MM-DD>/<file>" in reasons["salesforce/Account.csv"]
    assert "no drop date" in reasons["salesforce/2025-13-45/Account.csv"]
    assert "several streams" in reasons["hubspot/2025-06-16/hubspot-crm-exports-contacts-and-companies.csv"]


def test_later_drops_wait_and_the_newest_is_known(tmp_path: Path):
    write(tmp_path, "zendesk/2025-06-16/users.ndjson", "{}")
    write(tmp_path, "zendesk/2025-06-18/users.ndjson", "{}")
    result = survey(tmp_path, date(2025, 6, 17))
    assert [file.name for file in result.files] == ["zendesk/2025-06-16/users.ndjson"]
    assert [file.name for file in result.later] == ["zendesk/2025-06-18/users.ndjson"]
    assert newest_drop(tmp_path) == date(2025, 6, 18)
    write(tmp_path, "zendesk/2062-09-01/users.ndjson", "{}")  # mistyped: it waits for its day
    assert newest_drop(tmp_path) == date(2025, 6, 18)


def test_undated_knowledge_alone_has_the_day_of_its_newest_file(tmp_path: Path):
    path = write(tmp_path, "knowledge/faq.md", "# FAQ")
    os.utime(path, (1_750_000_000, 1_750_000_000))
    assert newest_drop(tmp_path) == date(2025, 6, 15)


def test_links_are_followed_but_never_in_a_circle(tmp_path: Path):
    exports = tmp_path / "exports"
    write(tmp_path, "mount/2025-06-16/users.ndjson", "{}")
    exports.mkdir()
    (exports / "zendesk").symlink_to(tmp_path / "mount")
    (tmp_path / "mount/again").symlink_to(exports)
    (tmp_path / "mount/gone").symlink_to(tmp_path / "nowhere")
    os.mkfifo(tmp_path / "mount/2025-06-16/pipe.ndjson")
    result = survey(exports)
    assert [file.name for file in result.files] == ["zendesk/2025-06-16/users.ndjson"]
    assert {unknown.name: unknown.reason for unknown in result.unknown} == {
        "zendesk/again": "a link to a folder above itself",
        "zendesk/gone": "a link that leads nowhere",
        "zendesk/2025-06-16/pipe.ndjson": "not a regular file",
    }


def test_an_empty_folder_is_fine_and_a_missing_one_an_error(tmp_path: Path):
    assert discover(tmp_path) == []
    assert newest_drop(tmp_path) is None
    with pytest.raises(ExportsNotFoundError, match="set `exports`"):
        discover(tmp_path / "missing")
