"""Routing suggests whom a ticket suits best, and says why."""

from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select
from sqlalchemy.orm import Session

from knowledge.models import Conversation, EventKind, Notice, SkillKind, Staff, now
from knowledge.staff.absences import add_absence
from knowledge.staff.profiles import save_profile
from knowledge.tickets.by_asker import Intake, open_ticket
from knowledge.tickets.by_staff import claim_ticket, get_ticket
from knowledge.tickets.routing import Candidate, Requirements, choose

EXPORT = Requirements("mk", competence="export", sector="agriculture", country="MK")


def person(staff_id: int, **known: object) -> Candidate:
    return Candidate(staff_id, f"S{staff_id}", **known)  # type: ignore[arg-type]


def some(*values: str) -> frozenset[str]:
    return frozenset(values)


def test_who_knows_more_comes_first_and_the_reasons_say_so() -> None:
    knows_all = person(2, competences=some("export"), languages=some("mk"), countries=some("MK"), open_tickets=2)
    speaks = person(1, languages=some("mk", "sq"))
    first, second = choose(EXPORT, [speaks, knows_all])
    assert (first.staff_id, second.staff_id) == (2, 1)
    assert first.reasons == (
        ("competence", "export"), ("country", "MK"), ("language", "mk"), ("works_now", ""), ("load", "2/10")
    )  # fmt: skip


def test_a_related_language_is_better_than_none() -> None:
    (choice,) = choose(Requirements("bs"), [person(1, languages=some("sr-Latn")), person(2, languages=some("tr"))])
    assert choice.reasons[0] == ("related", "sr")


def test_the_less_busy_of_two_alike_comes_first() -> None:
    busy = person(1, languages=some("mk"), open_tickets=5)
    free = person(2, languages=some("mk"))
    assert [choice.staff_id for choice in choose(EXPORT, [busy, free])] == [2, 1]


sets = st.frozensets(st.sampled_from(["export", "agriculture", "mk", "sr", "MK", "tax"]))
people = st.lists(
    st.builds(
        Candidate, staff_id=st.integers(1, 50), name=st.just("S"), competences=sets, sectors=sets, languages=sets,
        countries=sets, open_tickets=st.integers(0, 12), capacity=st.integers(1, 12), away=st.booleans(),
        works_now=st.booleans(),
    ),
    unique_by=lambda each: each.staff_id,
)  # fmt: skip


@given(people)
def test_nobody_is_chosen_who_is_away_full_or_a_stranger_to_it(candidates: list[Candidate]) -> None:
    choices = choose(EXPORT, candidates)
    by_id = {each.staff_id: each for each in candidates}
    assert all(by_id[choice.staff_id].has_room for choice in choices)
    assert all(choice.reasons[0][0] not in ("works_now", "load") for choice in choices)
    assert [choice.score for choice in choices] == sorted((choice.score for choice in choices), reverse=True)
    assert choices == choose(EXPORT, candidates[::-1])


@given(people, st.sampled_from(["competences", "sectors", "languages", "countries"]))
def test_to_know_more_never_costs_a_place(candidates: list[Candidate], what: str) -> None:
    wanted = {"competences": "export", "sectors": "agriculture", "languages": "mk", "countries": "MK"}[what]
    for each in candidates:
        learned = Candidate(**{**each.__dict__, what: getattr(each, what) | {wanted}})
        others = [other for other in candidates if other is not each]
        before = [choice.staff_id for choice in choose(EXPORT, candidates)]
        after = [choice.staff_id for choice in choose(EXPORT, [*others, learned])]
        if each.staff_id in before:
            assert after.index(each.staff_id) <= before.index(each.staff_id)


def test_a_ticket_is_suggested_and_taken_by_nobody(
    session: Session, conversation: Conversation, ana: Staff, boris: Staff
) -> None:
    save_profile(session, boris.id, skills={SkillKind.COMPETENCE: ["export"]})
    ticket = open_ticket(session, conversation, "?", reason="asked", language="mk", intake=Intake(competence="export"))
    assert ticket.assignee_id is None
    assert ticket.routing is not None
    assert (ticket.routing["staff_id"], ticket.routing["reasons"][0]) == (boris.id, ["competence", "export"])
    assert [event.kind for event in get_ticket(session, ticket.id).events] == [EventKind.OPENED, EventKind.ROUTED]
    assert session.scalars(select(Notice.staff_id)).all() == [boris.id]


def test_everybody_is_told_of_a_ticket_that_suits_nobody(
    session: Session, conversation: Conversation, ana: Staff, boris: Staff
) -> None:
    save_profile(session, boris.id, skills={SkillKind.LANGUAGE: ["bg"]})
    add_absence(session, boris.id, now().date() - timedelta(days=1), date(9999, 1, 1))
    open_ticket(session, conversation, "?", reason="asked", language="bg")
    assert session.scalars(select(Notice.staff_id).order_by(Notice.staff_id)).all() == [ana.id, boris.id]


def test_whoever_holds_as_many_as_they_can_is_not_suggested_more(
    session: Session, conversation: Conversation, ana: Staff
) -> None:
    save_profile(session, ana.id, skills={SkillKind.LANGUAGE: ["bg"]}, capacity=1)
    first = open_ticket(session, conversation, "1", reason="asked", language="bg")
    claim_ticket(session, first.id, ana)
    assert first.routing is not None
    assert open_ticket(session, conversation, "2", reason="asked", language="bg").routing is None
