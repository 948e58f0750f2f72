"""Lists of tickets: by what is asked, in pages that miss and repeat nothing."""

from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy.orm import Session

from knowledge.conversations.messages import open_conversation
from knowledge.database import Database
from knowledge.errors import InvalidInput
from knowledge.models import Delivery, Priority, Role, Staff, Ticket, TicketState, now
from knowledge.tickets.by_asker import Intake, open_ticket
from knowledge.tickets.by_staff import answer_ticket, claim_ticket, close_ticket
from knowledge.tickets.handover import set_priority, watch
from knowledge.tickets.queries import TicketQuery, count_tickets, find_tickets
from knowledge.tickets.unreached import mark_failed


def fill(session: Session, count: int) -> list[Ticket]:
    conversation = open_conversation(session, "web", "asker")
    tickets = [
        open_ticket(session, conversation, f"Question {number}", reason="asked", language="bg")
        for number in range(count)
    ]
    for number, ticket in enumerate(tickets):
        ticket.due_at = None if number % 3 == 0 else now() + timedelta(hours=number // 2)
        ticket.opened_at = datetime(2026, 11, 2, 9, tzinfo=UTC) + timedelta(days=number // 2)
    session.flush()
    return tickets


@pytest.mark.parametrize("order", ["due", "oldest", "newest"])
def test_pages_miss_nothing_and_repeat_nothing(database: Database, order: str) -> None:
    with database.transaction() as session:
        fill(session, 11)
        query = TicketQuery(order=order)  # type: ignore[arg-type]
        whole = [ticket.id for ticket in find_tickets(session, query)[0]]
        paged: list[int] = []
        cursor = None
        while True:
            page, cursor = find_tickets(session, query, limit=3, cursor=cursor)
            paged += [ticket.id for ticket in page]
            if cursor is None:
                break
        assert paged == whole
        assert len(set(paged)) == 11


def test_what_is_due_soonest_comes_first_and_what_is_not_due_last(session: Session) -> None:
    tickets = fill(session, 4)
    assert [ticket.id for ticket in find_tickets(session, TicketQuery())[0]] == [
        tickets[number].id for number in (1, 2, 0, 3)
    ]
    with pytest.raises(InvalidInput):
        find_tickets(session, TicketQuery(order="newest"), cursor=find_tickets(session, TicketQuery(), limit=1)[1])
    for wrong in ("x", "", "ⓧ", "e30"):
        with pytest.raises(InvalidInput):
            find_tickets(session, TicketQuery(), cursor=wrong)


def test_each_condition_limits(database: Database) -> None:
    with database.transaction() as session:
        ana = Staff(email="a@b.c", name="Ana", role=Role.EXPERT, password_hash="x")
        session.add(ana)
        session.flush()
        conversation = open_conversation(session, "telegram", "42")
        intake = Intake(country="MK", competence="export")
        one = open_ticket(session, conversation, "Извоз на вино?", reason="asked", language="mk", intake=intake)
        two = open_ticket(session, open_conversation(session, "web", "a"), "Tax?", reason="asked", language="en")
        three = open_ticket(session, conversation, "Old one", reason="asked", language="en")
        claim_ticket(session, one.id, ana)
        answer_ticket(session, three.id, ana, "So.")
        close_ticket(session, three.id, ana)
        three.rating, three.opened_at = 5, datetime(2026, 11, 2, 13, 30, tzinfo=UTC)
        set_priority(session, two.id, ana, Priority.URGENT)
        watch(session, two.id, ana, True)
        two.due_at, two.escalated_at = now() - timedelta(hours=1), now()
        session.flush()
        for delivery in session.query(Delivery).order_by(Delivery.id).limit(1):
            mark_failed(session, delivery.id, "gone")
        for query, found in (
            (TicketQuery(states=(TicketState.CLAIMED,)), {one}),
            (TicketQuery(priorities=(Priority.URGENT,)), {two}),
            (TicketQuery(languages=("mk",)), {one}),
            (TicketQuery(countries=("MK",)), {one}),
            (TicketQuery(countries=("unset",)), {two, three}),
            (TicketQuery(countries=("MK", "unset")), {one, two, three}),
            (TicketQuery(competences=("export",)), {one}),
            (TicketQuery(channels=("web",)), {two}),
            (TicketQuery(ratings=(4, 5)), {three}),
            (TicketQuery(assignee_id=ana.id), {one, three}),
            (TicketQuery(watcher_id=ana.id), {two}),
            (TicketQuery(unassigned=True), {two}),
            (TicketQuery(overdue=True), {two}),
            (TicketQuery(escalated=True), {two}),
            (TicketQuery(answered=True), {three}),
            (TicketQuery(unreachable=True), {three}),
            (TicketQuery(words="ВИНО извоз"), {one}),
            (TicketQuery(words=two.number.lower()), {two}),
            (TicketQuery(words="100%"), set()),
            (TicketQuery(opened_until=date(2026, 11, 2), opened_from=date(2026, 11, 2)), {three}),
            (TicketQuery(closed_from=now().date(), closed_until=now().date()), {three}),
            (TicketQuery(weekday=1, hour=13, opened_until=date(2026, 11, 2)), {three}),
        ):
            assert set(find_tickets(session, query)[0]) == found, query
            assert count_tickets(session, query) == len(found), query
