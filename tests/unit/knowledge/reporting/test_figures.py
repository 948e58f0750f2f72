"""The desk in numbers, each of which leads to its tickets."""

from datetime import UTC, date, datetime, timedelta

from sqlalchemy.orm import Session

from knowledge.conversations.messages import open_conversation
from knowledge.database import Database
from knowledge.entries.draft import parse_draft
from knowledge.entries.store import save_entry
from knowledge.models import EntryState, Question, QuestionOutcome, Role, Staff, now
from knowledge.reporting.figures import Figure, desk_figures, rows_of, weekly_shares
from knowledge.tickets.by_asker import Intake, note_question, open_ticket, rate_ticket
from knowledge.tickets.by_staff import answer_ticket, close_ticket
from knowledge.tickets.queries import TicketQuery, count_tickets

MONDAY = datetime(2026, 11, 16, 9, 30, tzinfo=UTC)


def test_every_number_leads_to_as_many_tickets(database: Database) -> None:
    with database.transaction() as session:
        fill(session)
        figures = desk_figures(session, date(2026, 11, 16), date(2026, 11, 22))
        numbers = [*figures.ratings.values(), figures.first_answer.count, figures.resolution.count]
        numbers += [figure for row in figures.hours for figure in row if figure.value]
        numbers += [
            value
            for line in [figures.now, *figures.lines]
            for value in vars(line).values()
            if isinstance(value, Figure)
        ]
        for figure in numbers:
            assert count_tickets(session, figure.query) == figure.value, figure
        assert [(line.key, line.opened.value, line.overdue.value, line.closed.value) for line in figures.lines] == [
            ("export", 4, 0, 4), ("tax", 1, 1, 0), (None, 1, 0, 0)
        ]  # fmt: skip
        assert figures.now.opened.value == 7
        for line in [figures.now, *figures.lines]:
            stand = (line.open, line.in_work, line.waiting, line.answered, line.closed)
            assert sum(figure.value for figure in stand) == line.opened.value
        assert (figures.first_answer.median, figures.first_answer.p90) == (timedelta(hours=2.5), timedelta(hours=4))
        assert (figures.mean_rating, figures.ratings[5].value) == (4.5, 3)
        assert figures.hours[0][9].value == 6
        for by in ("language", "country", "priority", "channel"):
            assert (
                sum(
                    line.opened.value
                    for line in desk_figures(session, date(2026, 11, 16), date(2026, 11, 22), by=by).lines
                )
                == 6
            )  # type: ignore[arg-type]


def fill(session: Session) -> None:
    ana = Staff(email="a@b.c", name="Ana", role=Role.EXPERT, password_hash="x")
    session.add(ana)
    session.flush()
    asker = open_conversation(session, "web", "asker")
    for number, competence in enumerate(["export"] * 4 + ["tax", None, "tax"]):
        intake = Intake(competence=competence)
        ticket = open_ticket(session, asker, f"={number}", reason="asked", language="bg", intake=intake)
        ticket.opened_at = MONDAY if number < 6 else MONDAY - timedelta(days=7)
        if competence == "export":
            answer_ticket(session, ticket.id, ana, "So.")
            close_ticket(session, ticket.id, ana)
            rate_ticket(session, asker, ticket.id, 5 if number else 3, None)
            ticket.first_answered_at = MONDAY + timedelta(hours=number + 1)
        ticket.due_at = now() - timedelta(hours=1) if number == 4 else ticket.due_at
    session.flush()


def test_the_share_without_a_person_is_told_week_by_week(database: Database) -> None:
    with database.transaction() as session:
        asker = open_conversation(session, "web", "asker")
        ticket = open_ticket(session, asker, "?", reason="asked", language="bg")
        draft, _ = parse_draft({"id": "e", "title": "T", "language": "en"})
        entry, _ = save_entry(session, draft, source="t", state=EntryState.PUBLISHED)
        entry.ticket_id = ticket.id
        note_question(session, asker, outcome=QuestionOutcome.ANSWERED, entry_id=entry.id)
        for outcome in (QuestionOutcome.ANSWERED, QuestionOutcome.DECLINED, QuestionOutcome.SMALL_TALK):
            note_question(session, asker, outcome=outcome, probability=0.5)
        note_question(session, asker, outcome=QuestionOutcome.HANDED, ticket_id=ticket.id)
        for question in session.query(Question):
            question.at = MONDAY + timedelta(days=6)
        session.flush()
    with database.reading() as session:
        first, second = weekly_shares(session, date(2026, 11, 18), date(2026, 11, 25))
    assert (first.week, first.asked, first.by_itself, first.handed, first.avoided) == (date(2026, 11, 16), 3, 2, 1, 1)
    assert (first.share, second.share) == (2 / 3, None)


def test_rows_for_a_table_come_with_names(database: Database) -> None:
    with database.transaction() as session:
        fill(session)
        rows = list(rows_of(session, TicketQuery(competences=("export",), order="oldest")))
    assert [row["assignee"] for row in rows] == ["Ana"] * 4
    assert rows[0]["opened_at"] == "2026-11-16T09:30:00+00:00"
