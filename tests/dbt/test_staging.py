"""Staging on a hand-made world: versions, deletions, rejects, times, texts."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest

from tests.dbt.conftest import Con, column, row


def test_latest_version_wins_by_its_own_modified_time_not_by_the_drop(staged: Con) -> None:
    name, drop, first = row(
        staged, "select name, drop_date, first_drop_date from staging.stg_salesforce__accounts where native_id = '001A'"
    )
    assert (name, drop, first) == ("Company 001A", date(2025, 6, 16), date(2025, 6, 16))


def test_a_version_without_modified_time_counts_from_its_drop(staged: Con) -> None:
    assert column(staged, "select name from staging.stg_salesforce__accounts where native_id = '001E'") == [
        "Without a modified time"
    ]


def test_a_deletion_is_a_version(staged: Con) -> None:
    deleted = column(staged, "select native_id from staging.stg_salesforce__accounts where is_deleted")
    assert deleted == ["001B"]


def test_a_bare_deletion_mark_keeps_the_last_known_content(staged: Con) -> None:
    assert row(
        staged,
        "select name, app_workspace_id, is_deleted, drop_date from staging.stg_stripe__customers",
    ) == ("Acme Inc", "ws_1", True, date(2025, 6, 16))


def test_objects_that_stripe_was_asked_to_expand_are_told_by_their_id(staged: Con) -> None:
    for table in ("subscriptions", "invoices"):
        keys = column(staged, f"select distinct customer_record_key from staging.stg_stripe__{table}")
        assert keys == ["stripe:customers:cus_1"]
    items = "select product_record_key from staging.stg_stripe__subscription_items where product_record_key is not null"
    assert column(staged, items) == ["stripe:products:prod_1"]


def test_the_later_drop_wins_where_the_vendor_gives_no_modified_time(staged: Con) -> None:
    assert row(staged, "select status, mrr_minor from staging.stg_stripe__subscriptions where native_id = 'sub_1'") == (
        "canceled",
        0,
    )
    versions = staged.execute(
        "select drop_date, status, mrr_minor from staging.stg_stripe__subscription_versions "
        "where record_key = 'stripe:subscriptions:sub_1' order by drop_date"
    ).fetchall()
    assert versions == [(date(2025, 6, 16), "active", 10_500), (date(2025, 6, 17), "canceled", 0)]


@pytest.mark.parametrize("model", ["subscriptions", "subscription_versions"])
def test_a_paid_period_is_the_subscriptions_or_its_items(staged: Con, model: str) -> None:
    assert (
        column(
            staged,
            f"select current_period_end_at from staging.stg_stripe__{model} where record_key not like '%:sub_1'",
        )
        == [datetime(2026, 1, 1, tzinfo=UTC)] * 2
    )


def test_an_invoice_names_its_subscription_itself_or_through_its_parent(staged: Con) -> None:
    assert column(staged, "select subscription_record_key from staging.stg_stripe__invoices order by native_id") == [
        "stripe:subscriptions:sub_2",
        "stripe:subscriptions:sub_3",
    ]


def test_rows_beyond_the_run_are_not_seen(staged: Con) -> None:
    assert column(staged, "select native_id from staging.stg_salesforce__accounts where native_id = '001Z'") == []


def test_a_tool_of_your_own_has_its_freshness(staged: Con) -> None:
    assert ("moose", 1, True) in staged.execute(
        "select source, days_old, is_fresh from marts.source_freshness"
    ).fetchall()


def test_every_bad_row_is_in_quarantine_with_reason_and_place_and_nothing_else_is(staged: Con) -> None:
    rejects = staged.execute(
        "select source, stream, source_row, stage, reason_code from quarantine.rejected_rows order by all"
    ).fetchall()
    assert rejects == [
        ("custom", "interactions", 5, "typing", "not_a_known_word"),
        ("custom", "interactions", 6, "typing", "not_a_timestamp"),
        ("hubspot", "contacts", 3, "reading", "too_many_fields"),
        ("mailbox", "messages", 6, "typing", "missing_value"),
        ("moose", "answers", 3, "reading", "too_many_fields"),  # a tool of the user's own
        ("salesforce", "accounts", 4, "typing", "not_a_timestamp"),
        ("salesforce", "accounts", 5, "typing", "missing_value"),
        ("salesforce", "accounts", 6, "typing", "not_an_amount"),
        ("salesforce", "tasks", 2, "typing", "not_a_date"),
        ("segment", "events", 3, "typing", "not_a_timestamp"),
        ("stripe", "customers", 2, "typing", "not_a_timestamp"),
        ("twilio", "messages", 5, "typing", "missing_value"),
        ("zendesk", "organizations", 2, "typing", "not_a_list"),
        ("zendesk", "tickets", 2, "typing", "missing_value"),
    ]


def test_a_reject_says_field_place_and_remedy_but_not_the_value(staged: Con) -> None:
    message, raw = row(
        staged,
        "select message, raw_text from quarantine.rejected_rows where source = 'salesforce' and source_row = 6",
    )
    assert message == (
        "field AnnualRevenue is not an amount at row 6 of salesforce/2025-06-16/accounts; "
        "correct it at the source and deliver the row again"
    )
    assert '"a lot"' in raw


def test_a_rejected_row_delivered_again_corrected_is_staged(staged: Con) -> None:
    assert column(staged, "select name from staging.stg_salesforce__accounts where native_id = '001C'") == ["Corrected"]


def test_money_is_in_minor_units_of_its_currency(staged: Con) -> None:
    assert row(
        staged,
        "select annual_revenue_minor, number_of_employees, domain from staging.stg_salesforce__accounts "
        "where native_id = '001A'",
    ) == (125_000_050, 250, "acme.example")


def test_what_a_change_in_mid_period_costs_is_told_apart_with_its_tax(staged: Con) -> None:
    assert column(staged, "select prorated_minor from staging.stg_stripe__invoices order by native_id") == [2400, -500]


def test_events_repeated_within_and_across_loads_stay_once_and_late_ones_arrive(staged: Con) -> None:
    events = staged.execute("select native_id, event_name from staging.stg_segment__events order by 1").fetchall()
    assert events == [
        ("m1", "Report Viewed"),
        ("m3", None),
        ("m4", None),
        ("m5", "Report Viewed"),
        ("m6", "Report Viewed"),
    ]


def test_an_event_whose_context_drifted_keeps_the_rest(staged: Con) -> None:
    assert row(
        staged, "select group_id, anonymous_id, page_path from staging.stg_segment__events where native_id = 'm5'"
    ) == (None, "anon", None)


def test_anonymous_visitors_get_the_user_they_were_identified_as(staged: Con) -> None:
    assert staged.execute("select anonymous_id, user_id from staging.stg_segment__anonymous_users").fetchall() == [
        ("anon", "usr_1")
    ]
    assert row(staged, "select email, name, group_record_key from staging.stg_segment__users") == (
        "jane.roe@acme.example",
        "Jane",
        "segment:groups:ws_1",
    )


@pytest.mark.parametrize(
    ("model", "column_name", "where", "expected"),
    [
        ("twilio__messages", "occurred_at", "native_id = 'SM1'", datetime(2025, 6, 16, 3, 45, 1, tzinfo=UTC)),
        ("twilio__messages", "occurred_at", "native_id = 'SM2'", datetime(2025, 6, 16, 4, tzinfo=UTC)),
        ("twilio__messages", "occurred_at", "native_id = 'SM3'", datetime(2025, 6, 16, 5, tzinfo=UTC)),
        ("twilio__messages", "occurred_at", "native_id = 'SM4'", datetime(2025, 6, 16, 6, tzinfo=UTC)),
        ("hubspot__contacts", "modified_at", "native_id = '51'", datetime(2025, 3, 1, 10, tzinfo=UTC)),
        ("intercom__contacts", "modified_at", "true", datetime(2025, 6, 15, tzinfo=UTC)),
        ("zendesk__tickets", "modified_at", "native_id = '700'", datetime(2025, 6, 15, tzinfo=UTC)),
        ("salesforce__tasks", "occurred_at", "true", datetime(2025, 6, 11, tzinfo=UTC)),
    ],
)
def test_each_vendors_way_of_writing_times(
    staged: Con, model: str, column_name: str, where: str, expected: datetime
) -> None:
    assert column(staged, f"select {column_name} from staging.stg_{model} where {where}") == [expected]


def test_twilio_headers_in_either_case_and_numbers_by_side(staged: Con) -> None:
    messages = staged.execute(
        "select native_id, channel, direction, customer_number from staging.stg_twilio__messages order by 1"
    ).fetchall()
    assert messages == [
        ("SM1", "whatsapp", "inbound", "+15550100"),
        ("SM2", "sms", "outbound", "+15550101"),
        ("SM3", "sms", "inbound", "+15550100"),
        ("SM4", "sms", "outbound", "+15550101"),
    ]


def test_transcripts_keep_order_and_speaker(staged: Con) -> None:
    assert row(staged, "select text, customer_text from staging.stg_twilio__transcripts") == (
        "agent: Hello?\ncustomer: It is Jane.",
        "It is Jane.",
    )


@pytest.mark.parametrize(
    ("native_id", "expected"),
    [
        ("m1@acme.example", "Yes, please go ahead."),
        (
            "m2@acme.example",
            "Attached is the order:\n\nFrom: Hamburg\nTo: Munich\n\nIt is urgent.\n\nPS: please call me instead",
        ),
        ("m3@acme.example", "Twelve.\n\nBy July."),
        ("m4@own.example", "Hello Jane"),
    ],
)
def test_mail_keeps_only_its_own_words_and_the_original_beside_them(staged: Con, native_id: str, expected: str) -> None:
    text, original = row(
        staged, f"select text, text_original from staging.stg_mailbox__messages where native_id = '{native_id}'"
    )
    assert text == expected
    assert len(original) >= len(text)


def test_mail_threads_and_machines(staged: Con) -> None:
    mails = staged.execute(
        "select native_id, thread_key, is_automatic from staging.stg_mailbox__messages order by 1"
    ).fetchall()
    assert mails == [
        ("m1@acme.example", "mailbox:threads:m1@acme.example", False),
        ("m2@acme.example", "mailbox:threads:m1@acme.example", False),
        ("m3@acme.example", "mailbox:threads:m3@acme.example", False),
        ("m4@own.example", "mailbox:threads:m4@own.example", False),
        ("m5@news.example", "mailbox:threads:m5@news.example", True),
    ]


def test_html_becomes_the_text_a_reader_sees(staged: Con) -> None:
    assert row(
        staged,
        "select text, text_original like '<style>%' from staging.stg_zendesk__ticket_comments where native_id = '7000'",
    ) == (
        "Hello there,\na < b & it's fine\nbye\n- one\n- two",
        True,
    )


def test_conversation_parts_follow_their_opening_with_author_and_text(staged: Con) -> None:
    parts = staged.execute(
        "select record_key, part_number, author_type, author_record_key, text "
        "from staging.stg_intercom__conversation_parts order by part_number"
    ).fetchall()
    assert parts == [
        ("intercom:conversations:v1", 0, "user", "intercom:contacts:c1", "Hi"),
        ("intercom:conversation_parts:p1", 1, "admin", "intercom:admins:a1", "Hello"),
        ("intercom:conversation_parts:p2", 2, "bot", None, None),
    ]


def test_lists_keep_their_order_and_are_never_null(staged: Con) -> None:
    assert column(staged, "select tags from staging.stg_zendesk__tickets where native_id = '700'") == [["b", "a"]]
    assert column(staged, "select tags from staging.stg_zendesk__users order by native_id") == [[], [], []]
    assert column(staged, "select company_record_keys from staging.stg_hubspot__contacts where native_id = '51'") == [
        ["hubspot:companies:9", "hubspot:companies:8"]
    ]


def test_hubspot_headers_with_the_objects_name_or_without(staged: Con) -> None:
    contacts = staged.execute(
        "select native_id, company_record_key from staging.stg_hubspot__contacts order by 1"
    ).fetchall()
    assert contacts == [("51", "hubspot:companies:9"), ("52", "hubspot:companies:9")]
    assert column(staged, "select native_id from staging.stg_hubspot__companies") == ["9"]


def test_a_changed_occurrence_is_an_event_of_its_own(staged: Con) -> None:
    assert column(staged, "select native_id from staging.stg_calendar__events order by 1") == [
        "u1",
        "u1/2025-06-27T10:00:00Z",
        "w",
        "w/2025-06-09T09:00:00Z",
    ]


def test_agents_messages_and_recalls_are_rows(staged: Con) -> None:
    assert staged.execute("select role, text from staging.stg_agents__messages order by position").fetchall() == [
        ("user", "Call me"),
        ("assistant", "I will"),
    ]
    assert staged.execute("select memory_id, score from staging.stg_agents__recall_results").fetchall() == [
        ("mem_1", 0.5)
    ]


def test_a_document_missing_from_a_later_complete_drop_is_deleted(staged: Con) -> None:
    documents = staged.execute(
        "select native_id, text, is_deleted from staging.stg_knowledge__documents order by 1"
    ).fetchall()
    assert documents == [("faq.md", "# FAQ, newer", False), ("old.md", "# Old", True)]
