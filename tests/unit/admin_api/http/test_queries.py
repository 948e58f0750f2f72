"""Addresses of lists, and what the desk did in words."""

from datetime import date
from urllib.parse import parse_qs, urlsplit

from fastapi import Depends, FastAPI
from fastapi.testclient import TestClient

from admin_api.http.queries import address_of, asked_for
from admin_api.wording.sentences import routing_in_words, title_of
from knowledge.models import Priority, TicketState
from knowledge.payloads import Suggestion
from knowledge.tickets.queries import TicketQuery

EVERYTHING = TicketQuery(
    states=(TicketState.OPEN, TicketState.WAITING), priorities=(Priority.HIGH,), languages=("sr-Latn",),
    countries=("RS", "unset"), competences=("export",), channels=("web",), ratings=(1, 2), assignee_id=3, group_id=4,
    watcher_id=5, unassigned=True, overdue=True, escalated=True, unreachable=True, answered=True, words="a & b",
    opened_from=date(2027, 1, 1), opened_until=date(2027, 1, 31), closed_from=date(2027, 2, 1),
    closed_until=date(2027, 2, 2), weekday=7, hour=0, order="newest",
)  # fmt: skip


def test_an_address_asks_for_what_it_was_made_of() -> None:
    asked: list[TicketQuery] = []
    app = FastAPI()
    app.get("/admin/tickets")(lambda query=Depends(asked_for): asked.append(query))  # noqa: B008
    with TestClient(app) as client:
        for query in (EVERYTHING, TicketQuery(), TicketQuery(overdue=True)):
            assert client.get(address_of(query)).status_code == 200
    assert asked == [EVERYTHING, TicketQuery(), TicketQuery(overdue=True)]


def test_what_does_not_limit_is_left_out() -> None:
    assert address_of(TicketQuery()) == "/admin/tickets"
    address = address_of(TicketQuery(states=(TicketState.OPEN,), words="a&b"), "/api/tickets")
    assert parse_qs(urlsplit(address).query) == {"state": ["open"], "q": ["a&b"]}


def test_routing_is_told_in_words() -> None:
    reasons = (("competence", "export"), ("country", "RS"), ("related", "hr"), ("works_now", ""), ("load", "2/10"))
    said = routing_in_words(Suggestion(name="Mila", reasons=reasons))
    assert said == (
        "Suggested to Mila: knows export and internationalisation; knows Serbia; reads it through Croatian, "
        "which is near; is at work now; holds 2 of 10 tickets."
    )
    assert routing_in_words(Suggestion()) is None
    assert routing_in_words(Suggestion(name="Mila", reasons=(("new_reason", "x"),))) == "Suggested to Mila."


def test_moments_are_told_in_words() -> None:
    for kind, data, words in (
        ("handed", {"to": "Customs"}, "handed the ticket to Customs"),
        ("merged", {"into": 5}, "joined it into P-5"),
        ("split", {"from": 3}, "split it from P-3"),
        ("priority", {"from": "normal", "to": "high"}, "set the priority to high"),
        ("routed", {"country": None, "sector": None, "competence": None}, "set what it is about: nothing known"),
        ("unreachable", {"channel": "telegram", "error": "blocked", "elsewhere": "email"},
         "could not reach the asker on Telegram (blocked); it goes by e-mail instead"),
        ("something_new", {}, "something_new"),
    ):  # fmt: skip
        assert title_of(kind, data) == words
