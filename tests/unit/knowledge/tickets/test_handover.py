"""Tickets change hands, urgency and shape; the timeline says who did it."""

from datetime import timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from knowledge.conversations.messages import messages_after, open_conversation, receive_message
from knowledge.errors import Conflict, InvalidInput, NotFound
from knowledge.models import Conversation, EventKind, Notice, NoticeKind, Priority, Staff, Ticket, TicketState, now
from knowledge.staff.groups import save_group
from knowledge.tickets.by_asker import add_asker_message, open_ticket
from knowledge.tickets.by_staff import add_note, answer_ticket, claim_ticket, get_ticket
from knowledge.tickets.for_asker import ticket_in_hand
from knowledge.tickets.handover import hand_over, merge_tickets, set_due, set_priority, set_subject, split_ticket, watch


@pytest.fixture
def ticket(session: Session, conversation: Conversation) -> Ticket:
    return open_ticket(session, conversation, "How do I export?", reason="asked", language="bg")


def told(session: Session, kind: NoticeKind) -> list[int | None]:
    return list(session.scalars(select(Notice.staff_id).where(Notice.kind == kind).order_by(Notice.id)))


def test_a_colleague_holds_what_was_handed_to_them(session: Session, ticket: Ticket, ana: Staff, boris: Staff) -> None:
    claim_ticket(session, ticket.id, ana)
    with pytest.raises(Conflict):
        hand_over(session, ticket.id, boris, to_staff=boris.id)
    handed = hand_over(session, ticket.id, ana, to_staff=boris.id, why="You know tax.")
    assert (handed.state, handed.assignee_id) == (TicketState.CLAIMED, boris.id)
    event = get_ticket(session, ticket.id).events[-1]
    assert (event.kind, event.staff_id, event.text, event.data["to"]) == ("handed", ana.id, "You know tax.", "Boris")
    assert told(session, NoticeKind.HANDED) == [boris.id]


def test_any_of_a_group_may_claim_what_was_handed_to_it(
    session: Session, ticket: Ticket, ana: Staff, boris: Staff
) -> None:
    group = save_group(session, "Tax", [boris.id])
    empty = save_group(session, "Nobody", [])
    handed = hand_over(session, ticket.id, ana, to_group=group.id)
    assert (handed.state, handed.assignee_id, handed.group_id) == (TicketState.OPEN, None, group.id)
    assert told(session, NoticeKind.HANDED) == [boris.id]
    for wrong in (empty.id, 4711):
        with pytest.raises(NotFound):
            hand_over(session, ticket.id, ana, to_group=wrong)
    with pytest.raises(NotFound):
        hand_over(session, ticket.id, ana, to_staff=4711)
    with pytest.raises(InvalidInput):
        hand_over(session, ticket.id, ana)


def test_a_pressing_ticket_is_due_sooner(session: Session, ticket: Ticket, ana: Staff) -> None:
    before = ticket.due_at
    assert before is not None
    urgent = set_priority(session, ticket.id, ana, Priority.URGENT)
    assert urgent.due_at is not None
    assert urgent.due_at < before
    set_priority(session, ticket.id, ana, Priority.NORMAL)
    assert abs(ticket.due_at - before) < timedelta(seconds=5)
    moment = now() + timedelta(days=2)
    assert set_due(session, ticket.id, ana, moment).due_at == moment
    kinds = [event.kind for event in get_ticket(session, ticket.id).events]
    assert kinds == [EventKind.OPENED, EventKind.PRIORITY, EventKind.PRIORITY, EventKind.DUE]


def test_what_a_ticket_is_about_can_be_corrected(session: Session, ticket: Ticket, ana: Staff) -> None:
    changed = set_subject(session, ticket.id, ana, country="RO", sector=None, competence="export")
    assert (changed.country, changed.competence) == ("RO", "export")


def test_whoever_watches_is_told_of_others_acts(session: Session, ticket: Ticket, ana: Staff, boris: Staff) -> None:
    for _ in range(2):
        watch(session, ticket.id, boris, True)
    add_note(session, ticket.id, ana, "Hm.")
    add_note(session, ticket.id, boris, "Mine.")
    assert told(session, NoticeKind.WATCHED) == [boris.id]
    watch(session, ticket.id, boris, False)
    add_note(session, ticket.id, ana, "Again.")
    assert told(session, NoticeKind.WATCHED) == [boris.id]


def test_askers_of_a_joined_ticket_follow_the_other_one(
    session: Session, conversation: Conversation, ticket: Ticket, ana: Staff, boris: Staff
) -> None:
    place = open_conversation(session, "telegram", "42")
    other = open_ticket(session, place, "Export, how?", reason="asked", language="mk")
    joined = merge_tickets(session, ticket.id, other.id, ana)
    assert joined.id == other.id
    assert (ticket.state, ticket.merged_into_id) == (TicketState.CLOSED, other.id)
    (message,) = messages_after(session, conversation.id, 0)
    assert (message.kind, message.data["into"]) == ("ticket_merged", other.number)
    hand = ticket_in_hand(session, conversation.id)
    assert hand is not None
    assert hand.ticket_id == other.id
    answer_ticket(session, other.id, boris, "So.")
    notice = session.scalars(select(Notice).where(Notice.kind == NoticeKind.ANSWER)).one()
    assert notice.conversation_id == conversation.id
    for wrong in (ticket.id, other.id):
        with pytest.raises((Conflict, InvalidInput)):
            merge_tickets(session, ticket.id, wrong, ana)


def test_what_a_colleague_holds_is_not_joined_away(session: Session, ticket: Ticket, ana: Staff, boris: Staff) -> None:
    place = open_conversation(session, "telegram", "42")
    other = open_ticket(session, place, "Export, how?", reason="asked", language="mk")
    claim_ticket(session, ticket.id, boris)
    with pytest.raises(Conflict):
        merge_tickets(session, ticket.id, other.id, ana)


def test_a_second_question_becomes_a_ticket_of_its_own(
    session: Session, conversation: Conversation, ticket: Ticket, ana: Staff
) -> None:
    add_asker_message(session, ticket, receive_message(session, conversation, "And tax?", external_id=None))
    event = get_ticket(session, ticket.id).events[-1]
    new = split_ticket(session, ticket.id, ana, [event.id], " What of tax? ")
    assert (new.question, new.state, new.assignee_id, new.split_from_id) == (
        "What of tax?", TicketState.CLAIMED, ana.id, ticket.id
    )  # fmt: skip
    assert [each.kind for each in get_ticket(session, new.id).events] == ["opened", "split", "message"]
    session.expire(ticket)
    assert [each.kind for each in get_ticket(session, ticket.id).events] == ["opened", "message", "split"]
    with pytest.raises(NotFound):
        split_ticket(session, new.id, ana, [event.id], "?")
    with pytest.raises(InvalidInput):
        split_ticket(session, ticket.id, ana, [], " ")
