"""What belongs to no customer: newsletters, wrong numbers, internal mail, robots, broken mails and events."""

from __future__ import annotations

from datetime import datetime, timedelta
from email.utils import format_datetime

from data.demo.context import Context
from data.demo.exporters import calendar, hubspot, mailbox, salesforce, twilio
from data.demo.exporters.mail import Letter, compose, mbox_text
from data.demo.model import Person, Turn
from data.demo.people import Crowd
from data.demo.phones import Phones
from data.demo.timeline import END, START, iso_millis, working_moment
from data.demo.words import header, load

HEADLINES = (
    "Five habits of calm planners",
    "Why roadmaps slip",
    "Save the date: summit in May",
    "What is new in planning tools",
    "Reader survey",
    "Benchmarks of the quarter",
)
TEASERS = (
    "In this issue: how teams cancel fewer meetings, and why they prefer phone over mail.",
    "Our editors compared three tools; readers say they would switch for dark mode.",
    "Tickets are on sale now. Renew your membership before the end of the month.",
    "You receive this because you subscribed. Unsubscribe at any time.",
)


def export(ctx: Context, crowd: Crowd, phones: Phones, accounts: int) -> None:
    """All of it, growing a little with the number of accounts."""
    newsletters(ctx, crowd, min(160, 6 + 2 * accounts))
    wrong_numbers(ctx, crowd, phones, min(60, 2 + accounts // 4))
    internal_mail(ctx, min(80, 4 + accounts // 2))
    staff_as_contacts(ctx)
    integration_user(ctx)
    broken_mail(ctx)
    broken_events(ctx)


def newsletters(ctx: Context, crowd: Crowd, count: int) -> None:
    """List mail into the staff's mailboxes."""
    senders = []
    for name, address in load("product")["newsletters"]:
        sender = crowd.shared(address, name)
        sender.kind = "bot"
        ctx.helpers[address] = sender
        senders.append(sender)
    for number in range(count):
        rng = ctx.rng("newsletter", number)
        sender, reader, at = rng.choice(senders), rng.choice(ctx.all_staff), working_moment(rng, START, END)
        letter = Letter(
            message_id=f"{ctx.ids.token('newsletter', number)}@{(sender.email or '').partition('@')[2]}",
            at=at,
            sender=mailbox.address(sender, sender.email or ""),
            to=[mailbox.address(reader, reader.email or "")],
            subject=rng.choice(HEADLINES),
            plain=" ".join(rng.sample(TEASERS, 2)),
            html=True,
            headers={
                "List-Id": f"<{(sender.email or '').replace('@', '.')}>",
                "List-Unsubscribe": "<https://news.example/unsubscribe>",
                "Precedence": "bulk",
            },
        )
        text = mbox_text(compose(ctx, letter), letter.sender, at)
        ctx.truth.happened(f"mailbox:messages:{letter.message_id}", None, sender, at)
        ctx.deliver([at], lambda day, _, reader=reader, text=text: mailbox.append(ctx, day, reader, text))  # type: ignore[misc]


def wrong_numbers(ctx: Context, crowd: Crowd, phones: Phones, count: int) -> None:
    """Calls and texts from people nobody knows."""
    for number in range(count):
        rng = ctx.rng("wrong number", number)
        caller = Person(
            id=crowd.person_id(f"caller {number}"),
            kind="customer",
            given="",
            family="",
            nickname="",
            mobile=phones.mobile(rng, "US"),
        )
        caller.phones.add(caller.mobile or "")
        caller.records.add(f"twilio:numbers:{caller.mobile}")
        ctx.helpers[f"caller {number}"] = caller
        at = working_moment(rng, START, END)
        body = rng.choice(
            [
                "Is this the pizza place?",
                "You have been selected for a prize, reply YES",
                "Hi, is the flat still free?",
                "Wrong number, sorry",
            ]
        )
        turn = Turn(at, caller, True, body)
        twilio.text(ctx, None, caller, "sms", f"wrong {number}", turn)


def internal_mail(ctx: Context, count: int) -> None:
    """Mail among the staff."""
    for number in range(count):
        rng = ctx.rng("internal", number)
        sender, reader = rng.sample(ctx.all_staff, 2)
        at = working_moment(rng, START, END)
        plain = rng.choice(
            [
                "Lunch at noon?",
                "The deck for the team meeting is in the drive. If a customer wants to cancel, tell me first.",
                "Please fill in your holidays.",
                "Can you take my calls on Friday?",
            ]
        )
        letter = Letter(
            message_id=f"{ctx.ids.token('internal', number)}@{(sender.email or '').partition('@')[2]}",
            at=at,
            sender=mailbox.address(sender, sender.email or ""),
            to=[mailbox.address(reader, reader.email or "")],
            subject=rng.choice(["Lunch", "Team meeting", "Holidays", "Cover"]),
            plain=plain,
        )
        text = mbox_text(compose(ctx, letter), letter.sender, at)
        ctx.truth.happened(f"mailbox:messages:{letter.message_id}", None, sender, at)
        ctx.deliver([at], lambda day, _, sender=sender, text=text: mailbox.append(ctx, day, sender, text))  # type: ignore[misc]


def staff_as_contacts(ctx: Context) -> None:
    """Some of the staff stand in the marketing tool as if they were customers."""
    for person in ctx.all_staff[:3]:
        native_id = str(ctx.ids.number("hubspot:contacts", f"staff {person.id}", 11))
        person.records.add(f"hubspot:contacts:{native_id}")
        ctx.csv_row(
            hubspot.SOURCE,
            ctx.drops.dates[0],
            "contacts.csv",
            header(hubspot.SOURCE, "contacts.csv"),
            {
                "Record ID": native_id,
                "First Name": person.given,
                "Last Name": person.family,
                "Email": person.email,
                "Job Title": person.title,
                "Company Name": load("product")["company"]["name"],
                "Lifecycle Stage": "Other",
                "Create Date": "2023-03-01 10:00",
                "Last Modified Date": "2023-03-01 10:00",
            },
            "\r\n",
        )


def integration_user(ctx: Context) -> None:
    """The CRM's own robot."""
    bot, created = ctx.helpers["integration"], iso_millis(datetime.fromisoformat("2022-01-15T09:00:00+00:00"))
    native_id = ctx.ids.salesforce("user", bot.id)
    bot.records.add(f"salesforce:users:{native_id}")
    ctx.csv_row(
        salesforce.SOURCE,
        ctx.drops.dates[0],
        "User.csv",
        salesforce.columns("User.csv"),
        {
            "Id": native_id,
            "Username": "integration@crm.tidewright.example",
            "LastName": "Integration User",
            "FirstName": "",
            "Name": "Integration User",
            "Email": bot.email,
            "Title": "",
            "IsActive": "true",
            "CreatedDate": created,
            "LastModifiedDate": created,
        },
    )


def broken_mail(ctx: Context) -> None:
    """A message whose date nobody can read, in the first drop and in a later one."""
    for number, day in enumerate((ctx.drops.dates[0], ctx.drops.dates[-1])):
        owner = ctx.staff["account_manager"][number]
        at = datetime.combine(day, datetime.min.time(), tzinfo=END.tzinfo) - timedelta(hours=5)
        sender = ("", "post@printers.example")
        letter = Letter(
            f"{ctx.ids.token('broken mail', number)}@printers.example",
            at,
            sender,
            [(owner.name, owner.email or "")],
            "Toner",
            "Your order is ready.",
        )
        text = mbox_text(compose(ctx, letter), letter.sender, at).replace(
            f"Date: {format_datetime(at)}", "Date: sometime in spring"
        )
        row = mailbox.append(ctx, day, owner, text)
        name = ctx.exports.file("mailbox", day, f"{(owner.email or '').partition('@')[0]}.mbox").relative
        ctx.truth.broken("mailbox", "messages", name, row, "typing", "missing_value")


def broken_events(ctx: Context) -> None:
    """An event that nothing identifies and one that begins at no time."""
    day, owner = ctx.drops.dates[0], ctx.staff["success"][0]
    uid = f"{ctx.ids.token('event', 'broken')}@calendar.tidewright.example"
    for text in (
        "BEGIN:VEVENT\r\nDTSTAMP:20250102T080000Z\r\nDTSTART:20250110T090000Z\r\nSUMMARY:No id\r\nEND:VEVENT",
        f"BEGIN:VEVENT\r\nUID:{uid}\r\nDTSTAMP:20250102T080000Z\r\nSUMMARY:No beginning\r\nEND:VEVENT",
    ):
        row = calendar.write(ctx, day, owner, text)
        name = ctx.exports.file("calendar", day, calendar.file_name(owner)).relative
        ctx.truth.broken("calendar", "events", name, row, "typing", "missing_value")
