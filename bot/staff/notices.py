"""Puts what staff are told of into words and buttons, in their language."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from bot.messages import Button, OutgoingFile, OutgoingMessage
from bot.staff import wording
from bot.staff.wording import said
from knowledge.models import Message, NoticeKind, Priority, Staff, Ticket, TicketState

SAID = ("staff_reply", "staff_prompt", "staff_hint")
"""The kinds of messages that were put into words when they were written."""

_ANSWERABLE = frozenset({
    NoticeKind.NEW, NoticeKind.HANDED, NoticeKind.MESSAGE, NoticeKind.REOPENED, NoticeKind.REMINDED,
    NoticeKind.ESCALATED, NoticeKind.UNREACHABLE,
})  # fmt: skip


class StaffWords:
    """Renders messages to staff, and leaves all others to `render`; `public_url` is where the console is reached."""

    def __init__(self, render: Callable[[Message, str], OutgoingMessage], public_url: str | None = None) -> None:
        self._render = render
        self._public_url = public_url

    def outgoing_of(self, message: Message, language: str) -> OutgoingMessage:
        """Return what `message` says, in `language`."""
        if message.kind in SAID:
            return OutgoingMessage.model_validate(message.data["said"])
        if not message.kind.startswith("staff_"):
            return self._render(message, language)
        data = message.data
        kind = NoticeKind(data.get("was") or message.kind.removeprefix("staff_"))
        return OutgoingMessage(
            text="\n\n".join(_paragraphs(kind, data, message.text, language)),
            language=language,
            buttons=self.buttons(data["ticket_id"], _standing(data["state"], data), language),
            files=()
            if "was" in data
            else tuple(
                OutgoingFile(attachment_id=each["id"], **{name: each[name] for name in ("name", "media_type", "size")})
                for each in data.get("files", ())
            ),
            replaces=data.get("replaces"),
        )

    def buttons_for(self, ticket: Ticket, staff: Staff, tag: str) -> tuple[tuple[Button, ...], ...]:
        """Return what `staff` can do with a ticket now."""
        mine = ticket.assignee_id == staff.id
        held = ticket.state in (TicketState.CLAIMED, TicketState.WAITING) and not mine
        return self.buttons(ticket.id, _standing(str(ticket.state), {"holder": held, "mine": mine}), tag)

    def buttons(self, ticket_id: int, standing: str, tag: str) -> tuple[tuple[Button, ...], ...]:
        """Return what can be done with a ticket that stands so; see `_standing`."""
        rows = {
            "held": [[(wording.NOTE, "note")]],
            "open": [[(wording.CLAIM, "claim"), (wording.PASS_ON, "pass")], [(wording.NOTE, "note")]],
            "answered by me": [[(wording.CLOSE, "close"), (wording.NOTE, "note")]],
            "answered": [[(wording.CLAIM, "claim"), (wording.CLOSE, "close")], [(wording.NOTE, "note")]],
            "closed": [[(wording.NOTE, "note")]],
        }.get(
            standing,
            [[(wording.ASK, "ask"), (wording.PASS_ON, "pass")], [(wording.NOTE, "note"), (wording.CLOSE, "close")]],
        )
        rows[-1].append((wording.MORE, "more"))
        shown = [
            tuple(Button(label=said(tag, label), action=f"t:{act}:{ticket_id}") for label, act in row) for row in rows
        ]
        if self._public_url:
            page = f"{self._public_url}/admin/tickets/{ticket_id}"
            shown.append((Button(label=said(tag, wording.OPEN), action=f"t:open:{ticket_id}", url=page),))
        return tuple(shown)


def _standing(state: str, data: dict[str, Any]) -> str:
    """Return how a ticket stands for its reader: its state, but `held` by a colleague, or `answered by me`."""
    if data.get("holder"):
        return "held"
    return "answered by me" if state == "answered" and data.get("mine") else state


def _paragraphs(kind: NoticeKind, data: dict[str, Any], text: str, tag: str) -> list[str]:
    head = said(tag, wording.HEADS[kind], ticket=data["ticket"], rating=data.get("rating", ""))
    due_at = datetime.fromisoformat(data["due_at"]) if data.get("due_at") else None
    about = wording.subject(data.get("country"), data.get("sector"), data.get("competence"), tag)
    facts = wording.facts("", data["language"], Priority(data["priority"]), due_at, data.get("zone"), tag, about)
    parts = [f"{head}\n{facts}", data["question"]]
    if text and text != data["question"]:
        parts.append(text)
    if kind is NoticeKind.UNREACHABLE:
        parts.append(wording.why_not(str(data.get("error", "")), tag))
        parts.append(said(tag, wording.ELSEWHERE_TOO) if data.get("elsewhere") else "")
    if kind is NoticeKind.NEW:
        parts.append(wording.reasons(data.get("routing") or {}, tag))
    if data.get("holder"):
        parts.append(said(tag, wording.HELD_BY, name=data["holder"], ticket=data["ticket"]))
    elif "was" in data and data["state"] in wording.STANDS:
        parts.append(said(tag, wording.STANDS[data["state"]], ticket=data["ticket"]))
    if kind in _ANSWERABLE and data["state"] in ("open", "claimed", "waiting") and not data.get("holder"):
        parts.append(said(tag, wording.REPLY))
    return [part for part in parts if part]
