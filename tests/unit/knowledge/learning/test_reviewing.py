"""Drafts wait for a curator in their order, and go back to whoever made them; groups and accounts are kept."""

from datetime import date

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from knowledge.entries.draft import EntryDraft
from knowledge.entries.store import get_entry, save_entry, set_state
from knowledge.errors import Conflict, InvalidInput, NotFound
from knowledge.learning.harvest import draft_from_ticket, save_harvest
from knowledge.learning.reviewing import (
    count_drafts,
    drafts_beside,
    drafts_to_review,
    personal_in,
    return_draft,
    word_back,
)
from knowledge.models import Conversation, EntryState, EventKind, Kind, Notice, Role, Staff, Ticket, WebhookCall
from knowledge.programs.webhooks import save_webhook, try_webhook
from knowledge.staff.accounts import change_staff
from knowledge.staff.groups import list_groups, save_group
from knowledge.tickets.by_asker import open_ticket
from knowledge.tickets.by_staff import answer_ticket, get_ticket
from knowledge.tickets.handover import hand_over
from knowledge.tickets.leaving import delete_group, waiting_for_groups

TODAY = date(2026, 11, 22)


def draft(session: Session, reference: str, text: str = "") -> None:
    faq = EntryDraft(id=reference, kind=Kind.FAQ, language="en", title=f"About {reference}", text=text)
    save_entry(session, faq, source="a.csv", state=EntryState.DRAFT)


@pytest.fixture
def harvested(session: Session, conversation: Conversation, ana: Staff) -> Ticket:
    ticket = open_ticket(session, conversation, "How do I export wine?", reason="asked", language="en")
    answer_ticket(session, ticket.id, ana, "Get a licence.")
    save_harvest(session, ticket.id, ana, draft_from_ticket(session, ticket.id, TODAY).fields)
    return ticket


def references(session: Session, **how: bool) -> list[str]:
    return [entry.reference for entry in drafts_to_review(session, **how)[0]]


def test_drafts_wait_the_oldest_first(session: Session, harvested: Ticket) -> None:
    draft(session, "b")
    draft(session, "a")
    first = f"ticket-{harvested.id}"
    assert references(session) == [first, "b", "a"]
    assert drafts_to_review(session, limit=1, offset=1)[1] == count_drafts(session) == 3
    assert drafts_beside(session, get_entry(session, "b")) == (first, "a")
    assert drafts_beside(session, get_entry(session, first)) == (None, "b")
    set_state(session, "b", EntryState.PUBLISHED)
    assert references(session) == [first, "a"]
    assert drafts_beside(session, get_entry(session, "b")) == (first, "a")


def test_a_draft_goes_back_with_a_word_and_comes_again(session: Session, harvested: Ticket, boris: Staff) -> None:
    curator, reference = boris, f"ticket-{harvested.id}"
    return_draft(session, reference, curator, "Which form?")
    assert (references(session), references(session, returned=True)) == ([], [reference])
    assert word_back(session, harvested.id) == "Which form?"
    event = get_ticket(session, harvested.id).events[-1]
    assert (event.kind, event.text, event.staff_id) == (EventKind.RETURNED, "Which form?", curator.id)
    told = session.scalars(select(Notice.staff_id).where(Notice.event_id == event.id)).all()
    assert told == [harvested.assignee_id]
    drafted = draft_from_ticket(session, harvested.id, TODAY).fields
    save_harvest(session, harvested.id, curator, drafted | {"text": "Get a licence: form 7."})
    assert references(session) == [reference]
    assert word_back(session, harvested.id) is None
    draft(session, "imported")
    with pytest.raises(Conflict, match="not made of a ticket"):
        return_draft(session, "imported", curator, "Why?")
    set_state(session, reference, EntryState.PUBLISHED)
    with pytest.raises(Conflict, match="is published"):
        return_draft(session, reference, curator, "Why?")
    with pytest.raises(NotFound):
        return_draft(session, "none", curator, "Why?")


def test_what_is_personal_in_a_draft_is_found(session: Session, harvested: Ticket) -> None:
    harvested.contact_name = "Ivo Ivov"
    draft(session, "a", "Ivo may write to ana@wine.mk.")
    assert [each.kind for each in personal_in(session, get_entry(session, "a"))["text"]] == ["email"]
    get_entry(session, "a").ticket_id = harvested.id
    assert [each.text for each in personal_in(session, get_entry(session, "a"))["text"]] == ["Ivo", "ana@wine.mk"]


def test_tickets_of_a_group_that_goes_wait_for_everybody(
    session: Session, conversation: Conversation, ana: Staff
) -> None:
    group = save_group(session, "Tax", [ana.id])
    waiting = open_ticket(session, conversation, "VAT?", reason="asked", language="en")
    hand_over(session, waiting.id, ana, to_group=group.id)
    done = open_ticket(session, conversation, "Wine?", reason="asked", language="en")
    hand_over(session, done.id, ana, to_group=group.id)
    answer_ticket(session, done.id, ana, "So.")
    assert waiting_for_groups(session) == {group.id: 1}
    assert delete_group(session, group.id, ana) == 1
    assert list_groups(session) == []
    session.refresh(waiting)
    assert (waiting.group_id, waiting.state) == (None, "open")
    last = get_ticket(session, waiting.id).events[-1]
    assert (last.kind, last.data, last.staff_id) == (EventKind.RELEASED, {"group": "Tax"}, ana.id)
    assert get_ticket(session, done.id).events[-1].kind is EventKind.ANSWER
    with pytest.raises(NotFound):
        delete_group(session, group.id, ana)


def test_an_accounts_name_and_role_change_but_the_last_admin_stays_one(session: Session, ana: Staff) -> None:
    change_staff(session, ana.id, " Ana  Novak ", Role.ADMIN)
    assert (ana.name, ana.role) == ("Ana  Novak", Role.ADMIN)
    with pytest.raises(Conflict, match="last admin"):
        change_staff(session, ana.id, "Ana", Role.EXPERT)
    for name in ("", " ", "x" * 201):
        with pytest.raises(InvalidInput):
            change_staff(session, ana.id, name, Role.ADMIN)
    with pytest.raises(NotFound):
        change_staff(session, 999, "Ana", Role.ADMIN)


def test_a_webhook_is_tried_unless_it_is_off(session: Session) -> None:
    webhook = save_webhook(session, "https://crm.test/hook", ["ticket.rated"])
    call = try_webhook(session, webhook.id)
    assert (call.event, call.payload["data"]) == ("webhook.test", {})
    assert session.scalars(select(WebhookCall)).all() == [call]
    webhook.active = False
    with pytest.raises(Conflict, match="switched off"):
        try_webhook(session, webhook.id)
    with pytest.raises(NotFound):
        try_webhook(session, 999)
