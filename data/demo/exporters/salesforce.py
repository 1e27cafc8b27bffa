"""Salesforce: the Data Export service's CSV files with API field names."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from random import Random

from data.demo.context import Context, Row
from data.demo.model import Account, Company, Person, Thread
from data.demo.records import ToolRecord
from data.demo.rng import chance
from data.demo.timeline import END, iso_millis
from data.demo.words import header, load

SOURCE = "salesforce"


def columns(name: str) -> list[str]:
    """The header of a file."""
    return header(SOURCE, name)


def user_id(ctx: Context, person: Person) -> str:
    """The id of a member of the staff."""
    return ctx.ids.salesforce("user", person.id)


def country_name(company: Company) -> str:
    """The country as spelled in the CRM."""
    return next(str(place["name"]) for place in load("companies")["places"] if place["country"] == company.country)


def users(ctx: Context) -> None:
    """The CRM's users: the staff, and the integration's own user, which is no human being."""
    for number, person in enumerate(ctx.all_staff):
        created = datetime.fromisoformat("2022-02-01T09:00:00+00:00") + timedelta(days=number)
        person.records.add(f"salesforce:users:{user_id(ctx, person)}")
        ctx.csv_row(
            SOURCE,
            ctx.drops.dates[0],
            "User.csv",
            columns("User.csv"),
            {
                "Id": user_id(ctx, person),
                "Username": (person.email or "").replace("@", "@crm."),
                "LastName": person.family,
                "FirstName": person.given,
                "Name": person.name,
                "Email": person.email,
                "Title": person.title,
                "IsActive": "true",
                "Phone": person.mobile if number % 3 else "",
                "CreatedDate": iso_millis(created),
                "LastModifiedDate": iso_millis(created),
            },
        )


def account(ctx: Context, acc: Account) -> None:
    """The account's company, contacts and logged tasks."""
    for record in ctx.registry.companies.get((acc.company.id, "salesforce:accounts"), []):
        ctx.deliver(record.changes, lambda day, end, r=record: _account_row(ctx, acc, r, day, end))  # type: ignore[misc]
    for person in acc.people:
        for record in ctx.registry.people.get((person.id, "salesforce:contacts"), []):
            if record.company is acc.company:
                ctx.deliver(record.changes, lambda day, end, r=record: _contact_row(ctx, acc, r, day, end))  # type: ignore[misc]
    for thread in acc.threads:
        if thread.channel == "note":
            _task(ctx, acc, thread)


def _account_row(ctx: Context, acc: Account, record: ToolRecord, day: date, end: datetime) -> None:
    company, now = acc.company, record.at(end)
    parent = ctx.registry.companies.get((company.parent or "", "salesforce:accounts"))
    ctx.csv_row(
        SOURCE,
        day,
        "Account.csv",
        columns("Account.csv"),
        {
            "Id": record.native_id,
            "IsDeleted": str(bool(now.get("deleted"))).lower(),
            "MasterRecordId": now.get("master", ""),
            "Name": now["name"],
            "Type": "Customer",
            "ParentId": parent[0].native_id if parent else "",
            "BillingStreet": now["street"],
            "BillingCity": company.city,
            "BillingState": company.region,
            "BillingPostalCode": company.postcode,
            "BillingCountry": country_name(company),
            "Phone": now["phone"],
            "Website": now["website"],
            "Industry": now["industry"],
            "AnnualRevenue": company.employees * 140000,
            "NumberOfEmployees": now["employees"],
            "OwnerId": user_id(ctx, acc.owner),
            "CreatedDate": iso_millis(record.created),
            "LastModifiedDate": iso_millis(now["modified"]),
            "SystemModstamp": iso_millis(now["modified"] + timedelta(seconds=2)),
        },
    )


def _contact_row(ctx: Context, acc: Account, record: ToolRecord, day: date, end: datetime) -> None:
    now, company = record.at(end), record.at(end).get("company", acc.company)
    at = ctx.registry.company_record(company, "salesforce:accounts")
    rng = ctx.rng("contact row", record.native_id)
    bounced = now.get("bounced_at")
    ctx.csv_row(
        SOURCE,
        day,
        "Contact.csv",
        columns("Contact.csv"),
        {
            "Id": record.native_id,
            "IsDeleted": str(bool(now.get("deleted"))).lower(),
            "MasterRecordId": now.get("master", ""),
            "AccountId": at.native_id if at else "",
            "LastName": now["family"],
            "FirstName": now["given"],
            "Salutation": rng.choice(["", "", "Ms.", "Mr."]),
            "Name": f"{now['given']} {now['family']}",
            "MailingStreet": "",
            "MailingCity": now["city"],
            "MailingState": "",
            "MailingPostalCode": "",
            "MailingCountry": country_name(company),
            "Phone": now["phone"],
            "MobilePhone": now["mobile"],
            "Email": now["email"],
            "Title": now["title"],
            "Department": rng.choice(["", "Operations", "IT", "Finance"]),
            "LeadSource": rng.choice(["Web", "Event", "Referral", ""]),
            "OwnerId": user_id(ctx, acc.owner),
            "HasOptedOutOfEmail": str(bool(now.get("opted_out"))).lower(),
            "DoNotCall": str(bool(now.get("do_not_call"))).lower(),
            "EmailBouncedDate": iso_millis(bounced) if bounced else "",
            "EmailBouncedReason": now.get("bounced_reason", ""),
            "Status__c": now["status"],
            "CreatedDate": iso_millis(record.created),
            "LastModifiedDate": iso_millis(now["modified"]),
            "SystemModstamp": iso_millis(now["modified"]),
        },
    )


def _task(ctx: Context, acc: Account, thread: Thread) -> None:
    turn, rng = thread.turns[0], ctx.rng("task", thread.id)
    task_id = ctx.ids.salesforce("task", thread.id)
    who = ctx.registry.person_record(thread.person, "salesforce:contacts", acc.company)
    what = ctx.registry.company_record(acc.company, "salesforce:accounts")
    done = turn.at + timedelta(minutes=rng.randint(5, 50))
    ctx.truth.interaction(f"salesforce:tasks:{task_id}", acc.company, thread.person, turn)
    ctx.deliver(
        [turn.at],
        lambda day, _: _write_task(
            ctx,
            day,
            thread,
            rng,
            {
                "Id": task_id,
                "WhoId": who.native_id if who else "",
                "WhatId": what.native_id if what else "",
                "AccountId": what.native_id if what else "",
                "CreatedDate": iso_millis(turn.at),
                "LastModifiedDate": iso_millis(min(done, END)),
                "CompletedDateTime": iso_millis(turn.at),
                "OwnerId": user_id(ctx, thread.staff),
            },
        ),
    )


def _write_task(ctx: Context, day: date, thread: Thread, rng: Random, ids: Row) -> None:
    turn = thread.turns[0]
    subtype = rng.choice(["Call", "Email", "Task"])
    call = subtype == "Call"
    ctx.csv_row(
        SOURCE,
        day,
        "Task.csv",
        columns("Task.csv"),
        ids
        | {
            "IsDeleted": "false",
            "Subject": f"{subtype}: {thread.subject}",
            "ActivityDate": turn.at.date().isoformat(),
            "Status": "Completed",
            "Priority": "High" if chance(rng, 0.1) else "Normal",
            "Type": subtype if subtype != "Task" else "Other",
            "TaskSubtype": subtype,
            "Description": turn.text,
            "CallDurationInSeconds": rng.randint(60, 2400) if call else "",
            "CallType": rng.choice(["Inbound", "Outbound"]) if call else "",
        },
    )
