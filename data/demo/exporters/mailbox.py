"""Mailboxes: an mbox file for each member of the staff and for the shared addresses."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from data.demo.context import Context
from data.demo.exporters.mail import Letter, Mailbox, compose, mbox_text, quotation, signature
from data.demo.model import Account, Person, Thread, Turn
from data.demo.rng import chance, weighted

SOURCE = "mailbox"
ENCODINGS = {("utf-8", "quoted-printable"): 80, ("utf-8", "base64"): 10, ("iso-8859-1", "quoted-printable"): 10}


def account(ctx: Context, acc: Account) -> None:
    """The account's mail threads, each in the mailbox of the member of the staff who is in it."""
    for thread in acc.threads:
        if thread.channel == "email":
            Correspondence(ctx, acc, thread).write()


def append(ctx: Context, day: date, owner: Person, text: str) -> int:
    """One message into the owner's mbox of that drop; returns its number in the file."""
    file = ctx.exports.file(SOURCE, day, f"{(owner.email or 'shared').partition('@')[0]}.mbox")
    file.add(text)
    return file.records


def address(person: Person, email: str, name: str | None = None) -> Mailbox:
    """An address as a header shows it; it becomes one of the person's records."""
    person.records.add(f"mailbox:addresses:{email.lower()}")
    return (person.name if name is None else name), email


class Correspondence:
    """One mail thread: who writes from which address, who is copied, and in which mailboxes it lies."""

    def __init__(self, ctx: Context, acc: Account, thread: Thread) -> None:
        self.ctx, self.acc, self.thread = ctx, acc, thread
        rng = ctx.rng("mail", thread.id)
        person = thread.person
        self.private = person.personal_email if person.personal_email and chance(rng, 0.12) else None
        self.helper = ctx.helpers["support"] if thread.flags.get("support") and chance(rng, 0.4) else None
        self.html = chance(rng, 0.55)
        self.copied = self._colleague() if chance(rng, 0.12) else None
        self.also_in = ctx.helpers["sales"] if self.helper is None and chance(rng, 0.06) else None
        self.attachment = "report.pdf" if chance(rng, 0.06) else ""
        self.ids: list[str] = []

    def write(self) -> None:
        """Every message of the thread."""
        for number, turn in enumerate(self.thread.turns):
            self._message(number, turn)
            if number == 0 and not turn.inbound and self.private is None:
                self._automatic_answer(turn)

    def _colleague(self) -> Person | None:
        at, rng = self.thread.at, self.ctx.rng("copied", self.thread.id)
        there = [
            p
            for p in self.acc.people
            if p is not self.thread.person
            and (job := p.job_at(at))
            and job.company is self.acc.company
            and p.email_at(at)
        ]
        return rng.choice(there) if there else None

    def _message(self, number: int, turn: Turn) -> None:
        thread, ctx = self.thread, self.ctx
        rng = ctx.rng("message", thread.id, number)
        theirs, ours = self._their_address(turn.at), self._our_address()
        sender, reader = (theirs, ours) if turn.inbound else (ours, theirs)
        cc = [address(self.copied, self.copied.email_at(turn.at) or self.copied.email or "")] if self.copied else []
        if self.also_in:
            cc.append(address(self.also_in, self.also_in.email or ""))
        before = thread.turns[number - 1] if number else None
        author = thread.person if turn.inbound else thread.staff
        letter = Letter(
            message_id=f"{ctx.ids.token('mail', f'{thread.id}/{number}')}@{sender[1].partition('@')[2]}",
            at=turn.at,
            sender=sender,
            to=[reader],
            cc=cc,
            subject=thread.subject if before is None else f"Re: {thread.subject}",
            plain=turn.text + signature(author, turn),
            quoted=quotation(before, rng.randint(0, 9)) if before and chance(rng, 0.8) else "",
            html=self.html,
            references=list(self.ids),
            encoding=weighted(rng, ENCODINGS),
            attachment=self.attachment if number == 0 else "",
        )
        self.ids.append(letter.message_id)
        self._file(letter, turn)

    def _file(self, letter: Letter, turn: Turn) -> None:
        ctx, owner = self.ctx, self.helper or self.thread.staff
        text = mbox_text(compose(ctx, letter), letter.sender, turn.at)
        ctx.truth.interaction(f"mailbox:messages:{letter.message_id}", self.acc.company, self.thread.person, turn)
        boxes = [owner, *([self.also_in] if self.also_in else [])]
        for box in boxes:
            ctx.deliver([ctx.arrival(letter.message_id, turn.at)], lambda day, _, box=box: append(ctx, day, box, text))  # type: ignore[misc]

    def _their_address(self, at: datetime) -> Mailbox:
        person = self.thread.person
        email = self.private or person.email_at(at)
        if email is None:
            raise ValueError(f"{person.id} has no address to write from")
        style = int(person.id[1:]) % 8
        shown = {0: "", 1: f"{person.family}, {person.given}", 2: person.nickname or person.given}.get(
            style if person.family else 9, person.name
        )
        return address(person, email, shown)

    def _our_address(self) -> Mailbox:
        staff, helper = self.thread.staff, self.helper
        if helper is None:
            return address(staff, staff.email or "")
        return address(helper, helper.email or "", "Tidewright Support")

    def _automatic_answer(self, turn: Turn) -> None:
        """The customer's absence note, which says nothing about anything."""
        rng = self.ctx.rng("absent", self.thread.id)
        if not chance(rng, 0.06):
            return
        at = turn.at + timedelta(minutes=1)
        theirs = self._their_address(at)
        text = rng.choice(
            [
                "I am out of the office until Monday. In urgent cases please call my colleagues.",
                "Thank you for your message. I am on holiday and will answer when I am back.",
                "Automatic reply: I am at a conference this week.",
            ]
        )
        letter = Letter(
            message_id=f"{self.ctx.ids.token('absent', self.thread.id)}@{theirs[1].partition('@')[2]}",
            at=at,
            sender=theirs,
            to=[self._our_address()],
            subject=f"Automatic reply: {self.thread.subject}",
            plain=text,
            references=list(self.ids),
            headers={"Auto-Submitted": "auto-replied", "X-Auto-Response-Suppress": "All"},
        )
        self._file(letter, Turn(at, self.thread.person, True, text))
