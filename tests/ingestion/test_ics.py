from __future__ import annotations

from tests.ingestion.conftest import ReadBytes


def calendar(*events: str, head: str = "") -> bytes:
    body = "".join(f"BEGIN:VEVENT\r\n{event}\r\nEND:VEVENT\r\n" for event in events)
    return f"BEGIN:VCALENDAR\r\nVERSION:2.0\r\nX-WR-CALNAME:Sales\r\n{head}{body}END:VCALENDAR\r\n".encode()


def test_an_event_with_everything(read: ReadBytes):
    event = (
        "UID:e1\r\nSEQUENCE:2\r\nSUMMARY:Renewal\\, call\r\nDTSTART;TZID=Europe/Berlin:20250616T100000\r\n"
        "DURATION:PT30M\r\nRECURRENCE-ID:20250616T080000Z\r\nSTATUS:CONFIRMED\r\nRRULE:FREQ=WEEKLY;COUNT=3\r\n"
        "DESCRIPTION:first line\\nsecond\r\nLAST-MODIFIED:20250601T000000Z\r\n"
        "ORGANIZER;CN=Ann:mailto:ann@a.example\r\n"
        'ATTENDEE;CN="Bob, Jr.";PARTSTAT=ACCEPTED;ROLE=REQ-PARTICIPANT;CUTYPE=INDIVIDUAL:MAILTO:bob@b.example\r\n'
        "ATTENDEE:mailto:carol@c.exam\r\n ple"
    )
    payload = read("ics", calendar(event), "calendar/2025-06-16/ann.ics").rows[1]
    assert (payload["uid"], payload["sequence"], payload["summary"]) == ("e1", 2, "Renewal, call")
    assert (payload["dtstart"], payload["dtend"]) == ("2025-06-16T08:00:00Z", "2025-06-16T08:30:00Z")
    assert payload["recurrence_id"] == "2025-06-16T08:00:00Z"
    assert payload["rrule"] == "FREQ=WEEKLY;COUNT=3"
    assert payload["organizer"] == {"name": "Ann", "email": "ann@a.example"}
    assert payload["attendees"] == [
        {"name": "Bob, Jr.", "email": "bob@b.example", "partstat": "ACCEPTED", "role": "REQ-PARTICIPANT",
         "cutype": "INDIVIDUAL"},
        {"name": None, "email": "carol@c.example", "partstat": None, "role": None, "cutype": None},
    ]  # fmt: skip
    assert (payload["calendar"], payload["calendar_name"], payload["all_day"]) == ("ann", "Sales", False)


def test_whole_days_and_missing_ends(read: ReadBytes):
    rows = read("ics", calendar("UID:1\r\nDTSTART;VALUE=DATE:20250616", "UID:2\r\nDTSTART:20250616T080000Z")).rows
    assert [(row["dtstart"], row["dtend"], row["all_day"]) for row in rows.values()] == [
        ("2025-06-16T00:00:00Z", "2025-06-17T00:00:00Z", True),
        ("2025-06-16T08:00:00Z", "2025-06-16T08:00:00Z", False),
    ]


def test_zones_come_from_the_event_the_file_or_utc(read: ReadBytes):
    own = (
        "BEGIN:VTIMEZONE\r\nTZID:Our Zone\r\nBEGIN:STANDARD\r\nDTSTART:19700101T000000\r\nTZOFFSETFROM:+0300\r\n"
        "TZOFFSETTO:+0300\r\nEND:STANDARD\r\nEND:VTIMEZONE\r\n"
    )
    floating, named = "UID:1\r\nDTSTART:20250616T100000", "UID:2\r\nDTSTART;TZID=Our Zone:20250616T100000"
    starts = [row["dtstart"] for row in read("ics", calendar(floating, named, head=own)).rows.values()]
    assert starts == ["2025-06-16T10:00:00Z", "2025-06-16T07:00:00Z"]
    out = read("ics", calendar(floating, named, head="X-WR-TIMEZONE:America/New_York\r\n"))
    assert [row["dtstart"] for row in out.rows.values()] == ["2025-06-16T14:00:00Z", "2025-06-16T10:00:00Z"]
    assert "time zone Our Zone unknown, taken for UTC (row 2)" in out.notes


def test_one_bad_event_does_not_take_the_others(read: ReadBytes):
    out = read("ics", calendar("UID:1\r\nDTSTART:soon", "UID:2\r\ngarbage\r\nDTSTART:20250616T080000Z"))
    assert (out.rows[1]["dtstart"], out.rows[1]["dtstart_raw"]) == (None, "soon")
    assert out.rows[2]["dtstart"] == "2025-06-16T08:00:00Z"
    assert "DTSTART not readable (row 1)" in out.notes
    assert "a line not readable (row 2)" in out.notes


def test_properties_given_twice_or_wrongly_are_no_obstacle(read: ReadBytes):
    twice = (
        "UID:1\r\nDTSTART:20250616T080000Z\r\nDTSTART:20250617T080000Z\r\nORGANIZER:mailto:a@a.example\r\nORGANIZER:x"
    )
    wrong = "UID:2\r\nSEQUENCE:x\r\nDURATION:1h\r\nRRULE:NOPE\r\nDTSTART:99999999T000000Z"
    rows = read("ics", calendar(twice, wrong)).rows
    assert rows[1]["dtstart"] == "2025-06-16T08:00:00Z"
    assert rows[1]["organizer"] == {"name": None, "email": "a@a.example"}
    assert (rows[2]["dtstart"], rows[2]["sequence"], rows[2]["dtend"]) == (None, None, None)


def test_a_file_cut_off_in_an_event(read: ReadBytes):
    data = calendar("UID:1\r\nDTSTART:20250616T080000Z", "UID:2\r\nDTSTART:20250616T080000Z")
    out = read("ics", data[: data.rindex(b"END:VEVENT")])
    assert sorted(out.rows) == [1]
    assert [(r.row, r.reason.value) for r in out.rejects] == [(2, "invalid_event")]
    assert "UID:2" in (out.rejects[0].raw_text or "")


def test_what_is_no_calendar_is_rejected(read: ReadBytes):
    assert [(r.row, r.reason.value) for r in read("ics", b"hello").rejects] == [(1, "invalid_calendar")]
    assert read("ics", b"").rejects == []
    assert read("ics", calendar()).rows == {}


def test_a_file_of_several_calendars_keeps_the_events_of_each(read: ReadBytes):
    first = calendar("UID:1\r\nDTSTART:20250616T080000", head="X-WR-TIMEZONE:Europe/Berlin\r\n").replace(
        b"Sales", b"Ours"
    )
    second = calendar("UID:2\r\nDTSTART:20250616T080000", "UID:3\r\nDTSTART:20250616T080000")
    cut = calendar("UID:4\r\nDTSTART:20250616T080000").replace(b"END:VEVENT\r\n", b"")
    out = read("ics", first + b"\r\n" + second + cut + second)
    assert {row: (event["uid"], event["dtstart"], event["calendar_name"]) for row, event in out.rows.items()} == {
        1: ("1", "2025-06-16T06:00:00Z", "Ours"),
        2: ("2", "2025-06-16T08:00:00Z", "Sales"),
        3: ("3", "2025-06-16T08:00:00Z", "Sales"),
        5: ("2", "2025-06-16T08:00:00Z", "Sales"),
        6: ("3", "2025-06-16T08:00:00Z", "Sales"),
    }
    assert [(r.row, r.reason.value) for r in out.rejects] == [(4, "invalid_event")]


def test_events_outside_a_calendar_are_kept_with_the_reject(read: ReadBytes):
    (reject,) = read("ics", b"BEGIN:VEVENT\r\nUID:1\r\nEND:VEVENT\r\n").rejects
    assert (reject.reason.value, "UID:1" in (reject.raw_text or "")) == ("invalid_calendar", True)


def test_a_line_folded_within_a_character_is_put_together(read: ReadBytes):
    folded = "SUMMARY:Verlängerung mit Müller".encode().replace(b"\xc3\xbc", b"\xc3\r\n \xbc")
    data = calendar("UID:1\r\nDTSTART:20250616T080000Z\r\nSUMMARY:x").replace(b"SUMMARY:x", folded)
    out = read("ics", data)
    assert (out.rows[1]["summary"], out.notes) == ("Verlängerung mit Müller", "")


def occurrences(read: ReadBytes, event: str, head: str = "") -> list[str] | None:
    return read("ics", calendar(f"UID:1\r\n{event}", head=head)).rows[1]["occurrences"]


def test_a_repeating_event_takes_place_by_its_rule_and_exceptions(read: ReadBytes):
    """At ten o'clock there, summer and winter; one is left out, one added."""
    berlin = (
        "DTSTART;TZID=Europe/Berlin:20250316T100000\r\nRRULE:FREQ=WEEKLY;COUNT=4\r\n"
        "EXDATE;TZID=Europe/Berlin:20250323T100000\r\nRDATE;TZID=Europe/Berlin:20250401T120000"
    )
    assert occurrences(read, berlin) == [
        "2025-03-16T09:00:00Z", "2025-03-30T08:00:00Z", "2025-04-01T10:00:00Z", "2025-04-06T08:00:00Z",
    ]  # fmt: skip
    assert occurrences(read, "DTSTART;VALUE=DATE:20250616\r\nRRULE:FREQ=MONTHLY;UNTIL=20250716") == [
        "2025-06-16T00:00:00Z", "2025-07-16T00:00:00Z",
    ]  # fmt: skip
    last_day = "DTSTART;TZID=America/New_York:20250616T230000\r\nRRULE:FREQ=DAILY;UNTIL=20250617"
    assert occurrences(read, last_day) == ["2025-06-17T03:00:00Z", "2025-06-18T03:00:00Z"]
    floating = "DTSTART:20250616T100000\r\nRRULE:FREQ=DAILY;COUNT=2"
    assert occurrences(read, floating, "X-WR-TIMEZONE:America/New_York\r\n") == [
        "2025-06-16T14:00:00Z", "2025-06-17T14:00:00Z",
    ]  # fmt: skip
    excluded = "DTSTART:20250616T100000Z\r\nRRULE:FREQ=DAILY;COUNT=2\r\nEXDATE:20250616T100000Z"
    assert occurrences(read, excluded) == ["2025-06-17T10:00:00Z"]


def test_a_rule_without_end_goes_on_for_a_year_after_the_drop(read: ReadBytes):
    found = occurrences(read, "DTSTART:20240617T080000Z\r\nRRULE:FREQ=WEEKLY")
    assert found is not None
    assert (found[0], found[-1], len(found)) == ("2024-06-17T08:00:00Z", "2026-06-15T08:00:00Z", 105)
    out = read("ics", calendar("UID:1\r\nDTSTART:20000101T080000Z\r\nRRULE:FREQ=DAILY"))
    assert (len(out.rows[1]["occurrences"]), out.rows[1]["occurrences"][-1]) == (5000, "2026-06-16T08:00:00Z")
    assert "more than 5000" in out.notes


def test_what_does_not_repeat_or_cannot_be_read_takes_place_once(read: ReadBytes):
    assert occurrences(read, "DTSTART:20250616T080000Z") is None
    assert occurrences(read, "DTSTART:20250616T080000Z\r\nRECURRENCE-ID:20250616T080000Z\r\nRRULE:FREQ=DAILY") is None
    for rule in ("FREQ=FORTNIGHTLY", "FREQ=DAILY;INTERVAL=0", "FREQ=SECONDLY"):
        out = read("ics", calendar(f"UID:1\r\nDTSTART:20250616T080000Z\r\nRRULE:{rule}"))
        assert (rule, out.rows[1]["occurrences"]) == (rule, None)
