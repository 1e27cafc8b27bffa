"""HubSpot: the user interface's CSV export with human headers."""

from __future__ import annotations

from datetime import date, datetime

from data.demo.context import Context
from data.demo.exporters.salesforce import country_name
from data.demo.model import Account, Company
from data.demo.records import ToolRecord
from data.demo.words import header

SOURCE = "hubspot"


def account(ctx: Context, acc: Account) -> None:
    """The account's companies and contacts."""
    for record in ctx.registry.companies.get((acc.company.id, "hubspot:companies"), []):
        ctx.deliver(record.changes, lambda day, end, r=record: _company_row(ctx, acc, r, day, end))  # type: ignore[misc]
    for person in acc.people:
        for record in ctx.registry.people.get((person.id, "hubspot:contacts"), []):
            if record.company is acc.company:
                ctx.deliver(record.changes, lambda day, end, r=record: _contact_row(ctx, acc, r, day, end))  # type: ignore[misc]


def _columns(ctx: Context, day: date) -> list[str]:
    """Somebody added a property to the view and moved a column in the middle of the month."""
    columns = header(SOURCE, "contacts.csv")
    if ctx.drops.number(day) <= ctx.drops.days // 2:
        return columns
    return [columns[0], "Email", *[name for name in columns[1:] if name != "Email"], "Preferred language"]


def _portal_time(moment: datetime) -> str:
    return f"{moment:%Y-%m-%d %H:%M}"


def _company_row(ctx: Context, acc: Account, record: ToolRecord, day: date, end: datetime) -> None:
    company, now = acc.company, record.at(end)
    ctx.csv_row(
        SOURCE,
        day,
        "companies.csv",
        header(SOURCE, "companies.csv"),
        {
            "Record ID": record.native_id,
            "Company name": now["name"],
            "Company Domain Name": now["domain"],
            "Phone Number": now["phone"],
            "Street Address": now["street"],
            "City": company.city,
            "State/Region": company.region,
            "Postal Code": company.postcode,
            "Country/Region": country_name(company),
            "Industry": now["industry"].upper().replace(" & ", "_").replace(" ", "_"),
            "Number of Employees": now["employees"],
            "Lifecycle Stage": "Customer",
            "Company owner": acc.owner.name,
            "Create Date": _portal_time(record.created),
            "Last Modified Date": _portal_time(now["modified"]),
        },
        "\r\n",
    )


def _contact_row(ctx: Context, acc: Account, record: ToolRecord, day: date, end: datetime) -> None:
    now = record.at(end)
    company: Company = now.get("company", acc.company)
    link = ctx.registry.companies.get((company.id, "hubspot:companies"), []) if now["linked"] else []
    ctx.csv_row(
        SOURCE,
        day,
        "contacts.csv",
        _columns(ctx, day),
        {
            "Record ID": record.native_id,
            "First Name": now["given"],
            "Last Name": now["family"],
            "Email": now["email"],
            "Phone Number": now["phone"],
            "Mobile Phone Number": now["mobile"],
            "Job Title": now["title"],
            "Company Name": now["company_name"],
            "Associated Company IDs": ";".join(item.native_id for item in link),
            "Lifecycle Stage": "Customer",
            "Lead Status": "Unqualified" if now["status"] == "left" else "Connected",
            "Contact owner": acc.owner.name,
            "City": now["city"],
            "Preferred language": record.person.language if record.person else "",
            "Country/Region": country_name(company),
            "Last Activity Date": _portal_time(now["modified"]),
            "Create Date": _portal_time(record.created),
            "Last Modified Date": _portal_time(now["modified"]),
        },
        "\r\n",
    )
