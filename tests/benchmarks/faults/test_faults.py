"""Short runs of what `tests.benchmarks.faults.run` does at length, and experts who want the same tickets."""

import random
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from knowledge.conversations.messages import open_conversation
from knowledge.database import Database
from knowledge.errors import Conflict
from knowledge.models import EventKind, Role, Staff, TicketEvent
from knowledge.staff.accounts import create_staff
from knowledge.tickets.by_asker import open_ticket
from knowledge.tickets.by_staff import claim_ticket
from tests.benchmarks.faults.run import run

EXPERTS, TICKETS = 10, 100


@pytest.mark.long
@pytest.mark.parametrize("desks", [1, 2])
def test_every_answer_arrives_although_everything_breaks(
    desks: int, tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    url = request.getfixturevalue("empty_postgres") if desks > 1 else ""
    seldom = 8.0 / desks  # a desk that is alone needs a while to take up the polling after a dead one
    report = run(
        tickets=12, kill_every=seldom, seed=7, home=tmp_path, url=url, within_s=240, desks=desks, pause_s=seldom
    )
    assert (report.delivered, report.lost, report.out_of_order) == (12, 0, 0)
    assert report.claims == {"tickets": 12, "claimed": 12, "refused": 108}
    assert (report.askers["unanswered"], report.askers["answered twice"]) == (0, 0)
    assert report.askers["asked"] > 1
    assert report.kills >= 1
    assert report.polling_taken_over_after
    assert report.fastest_second <= 30


def test_ten_experts_who_claim_the_same_hundred_tickets_get_each_once(database: Database) -> None:
    with database.transaction() as session:
        experts = [create_staff(session, f"e{each}@desk.test", "", Role.EXPERT, "x" * 12)[0] for each in range(EXPERTS)]
        asker = open_conversation(session, "web", "1")
        tickets = [open_ticket(session, asker, "?", reason="asked", language="en").id for _ in range(TICKETS)]

    def claim_all(expert: Staff) -> Counter[bool]:
        outcomes: Counter[bool] = Counter()
        for ticket_id in random.Random(expert.id).sample(tickets, TICKETS):
            try:
                with database.transaction() as session:
                    claim_ticket(session, ticket_id, session.get_one(Staff, expert.id))
                outcomes[True] += 1
            except Conflict:
                outcomes[False] += 1
        return outcomes

    with ThreadPoolExecutor(EXPERTS) as pool:
        outcomes = sum(pool.map(claim_all, experts), Counter[bool]())
    assert outcomes == {True: TICKETS, False: TICKETS * (EXPERTS - 1)}
    with database.reading() as session:
        claimed = Counter(event.ticket_id for event in session.query(TicketEvent).filter_by(kind=EventKind.CLAIMED))
    assert claimed == dict.fromkeys(tickets, 1)
