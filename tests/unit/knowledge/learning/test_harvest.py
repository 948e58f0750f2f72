"""A good answer becomes a draft entry: the question rewritten, the answer, its facets, and nobody's data."""

from datetime import date, timedelta

import pytest
from sqlalchemy.orm import Session

from knowledge.conversations.messages import receive_message
from knowledge.entries.columns import draft_of
from knowledge.entries.draft import parse_draft
from knowledge.entries.store import get_entry
from knowledge.errors import InvalidEntry
from knowledge.learning.harvest import HOLDS_FOR, draft_from_ticket, entries_of_ticket, save_harvest
from knowledge.learning.rewriting import dates_in, plain_text, rewritten_question
from knowledge.models import Conversation, EntryState, Staff, Ticket
from knowledge.tickets.by_asker import Intake, add_asker_message, open_ticket
from knowledge.tickets.by_staff import answer_ticket, get_ticket

TODAY = date(2026, 11, 22)


@pytest.mark.parametrize(
    ("texts", "question"),
    [
        (["Hello, how do I export wine to Norway?"], "How do I export wine to Norway?"),
        (["Здравейте! Имам винарна в Пловдив. Как да изнасям вино за Норвегия? Благодаря предварително."],
         "Как да изнасям вино за Норвегия?"),
        (["Dobar dan, zanima me izvoz vina", "Koje dozvole su potrebne za izvoz vina?", "Hvala!"],
         "Koje dozvole su potrebne za izvoz vina?"),
        (["Καλημέρα, έχω μια εταιρεία. Ποια άδεια χρειάζομαι για εξαγωγές;"], "Ποια άδεια χρειάζομαι για εξαγωγές;"),
        (["We make honey. Which licence?"], "We make honey. Which licence?"),
        (["I need a licence for honey. Thanks"], "I need a licence for honey."),
        (["Merhaba, ihracat belgesi nasıl alınır?", "Ne kadar sürer ve kaç para tutar acaba?"],
         "İhracat belgesi nasıl alınır? Ne kadar sürer ve kaç para tutar acaba?"),
        (["Hello"], ""),
    ],
)  # fmt: skip
def test_a_question_is_rewritten_by_leaving_out(texts: list[str], question: str) -> None:
    assert rewritten_question(texts).casefold().replace("i̇", "i") == question.casefold().replace("i̇", "i")


def test_an_answer_keeps_its_paragraphs_and_loses_its_courtesies() -> None:
    text = "Dear Ivan,\n\nYou need a licence. It takes a week.\n\n1. Write to the ministry.\n\nKind regards,\nAna"
    assert "licence. It takes a week.\n\n1. Write to the ministry." in plain_text(text)
    assert "Dear" not in plain_text(text)
    assert "regards" not in plain_text(text)


def test_days_in_figures_are_read() -> None:
    assert dates_in("до 31.12.2027, 2028-01-05, 45.13.2027") == [date(2027, 12, 31), date(2028, 1, 5)]


@pytest.fixture
def ticket(session: Session, conversation: Conversation, ana: Staff) -> Ticket:
    ana.organisation, ana.organisation_url = "Chamber of Skopje", "https://chamber.test"
    told = Intake(country="MK", sector="agriculture", name="Ivo Ivov", email="ivo@wine.mk", consent=True)
    question = "Hello, I am Ivo. How do I export wine to Norway?"
    ticket = open_ticket(session, conversation, question, reason="asked", language="en", intake=told)
    more = receive_message(session, conversation, "Write to ivo@wine.mk. Which taxes are due there?", external_id=None)
    add_asker_message(session, ticket, more)
    return ticket


def test_a_draft_is_proposed_without_anybodys_data(session: Session, ticket: Ticket, ana: Staff) -> None:
    answer_ticket(session, ticket.id, ana, "Dear Ivo, get a licence. Mail help@licence.mk until 31.12.2027.")
    harvest = draft_from_ticket(session, ticket.id, TODAY, extras={"countries": ["NO"], "competences": ["export"]})
    fields = harvest.fields
    assert fields["title"] == "How do I export wine to Norway? Which taxes are due there?"
    assert fields["text"] == "Get a licence. Mail [email] until 31.12.2027."
    assert (fields["countries"], fields["sectors"], fields["competences"]) == (
        ["MK", "NO"],
        ["agriculture"],
        ["export"],
    )
    assert (fields["organisation"], fields["url"]) == ("Chamber of Skopje", "https://chamber.test")
    assert fields["expires"] == "2027-12-31"
    assert [each.kind for each in harvest.found["text"]] == ["email"]
    assert parse_draft(fields)[1] == []


def test_what_a_curator_keeps_is_a_draft_that_knows_its_ticket(session: Session, ticket: Ticket, ana: Staff) -> None:
    answer_ticket(session, ticket.id, ana, "Get a licence.")
    fields = draft_from_ticket(session, ticket.id, TODAY).fields
    assert fields["expires"] == (TODAY + HOLDS_FOR).isoformat()
    save_harvest(session, ticket.id, ana, fields)
    entry = save_harvest(session, ticket.id, ana, fields | {"title": "Exporting wine"})
    assert (entry.state, entry.ticket_id, entry.title) == (EntryState.DRAFT, ticket.id, "Exporting wine")
    stored = get_entry(session, f"ticket-{ticket.id}")
    assert stored.expires_on == TODAY + timedelta(days=365)
    assert draft_of(stored).expires == stored.expires_on
    assert entries_of_ticket(session, ticket.id) == [entry]
    assert get_ticket(session, ticket.id).events[-1].kind == "drafted"


def test_an_unanswered_ticket_makes_no_entry(session: Session, ticket: Ticket) -> None:
    with pytest.raises(InvalidEntry):
        draft_from_ticket(session, ticket.id, TODAY)
