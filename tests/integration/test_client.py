"""The client for programs, against running desks: real server, real database, and the faults that lie between."""

import doctest
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime, timedelta
from typing import Any

import httpx
import pytest
from sqlalchemy import text

import admin_api.client
from admin_api.client import (
    BadSignature,
    Conflicting,
    Desk,
    Forbidden,
    Garbled,
    Invalid,
    Missing,
    Throttled,
    Troubled,
    Unauthorised,
    Unreachable,
    verify_webhook,
)
from admin_api.schemas.access import NewStaff, StaffIn
from admin_api.schemas.profiles import AbsenceIn, GroupIn, LinkIn, ProfileIn
from admin_api.schemas.programs import TokenIn, WebhookIn
from admin_api.schemas.writing import CannedIn
from knowledge.choices import Role, Scope, SkillKind
from knowledge.database import Database
from knowledge.models import Message, Ticket
from knowledge.programs.webhooks import new_secret, sign
from tests.support.admin_desk import PASSWORD, ask, hire
from tests.support.odd_proxy import HTML, OddProxy, loses_reply, odd_proxy, says
from tests.support.serving import free_port
from tests.support.staff_desk import StaffDesk, StaffDeskProcess, staff_desk, token_of
from tests.support.waiting import WITHIN_S, wait_until

WITHOUT = {("get", "/healthz")}
"""What a program needs no method for: whether the process lives is asked by what started it."""


@pytest.fixture(scope="module")
def server() -> Iterator[StaffDesk]:
    with staff_desk() as desk:
        yield desk


@pytest.fixture
def running(server: StaffDesk, database: Database) -> StaffDesk:
    hire(database, Role.ADMIN, "Ana")
    hire(database, Role.EXPERT, "Mila")
    server.serve(database)
    return server


@pytest.fixture
def desk(running: StaffDesk) -> Iterator[Desk]:
    with Desk(running.url, token_of(running.database, 1)) as desk:
        yield desk


@pytest.fixture
def proxy(running: StaffDesk) -> Iterator[OddProxy]:
    with odd_proxy(running.url) as proxy:
        yield proxy


@pytest.fixture
def behind(proxy: OddProxy, running: StaffDesk) -> Iterator[Desk]:
    """A client of the desk behind the proxy, which tries again soon."""
    with Desk(proxy.url, token_of(running.database, 1), pause_s=0.02, timeout_s=10) as desk:
        yield desk


@pytest.fixture
def impatient(proxy: OddProxy, running: StaffDesk) -> Iterator[Desk]:
    """A client of the desk behind the proxy that soon gives up."""
    with Desk(proxy.url, token_of(running.database, 1), patience_s=1.5, pause_s=0.02, timeout_s=10) as desk:
        yield desk


def answers(database: Database, ticket_id: int) -> list[str]:
    """Return what the asker was told on a ticket by people."""
    with database.reading() as session:
        found = session.query(Message).filter(Message.ticket_id == ticket_id, Message.kind == "ticket_answer").all()
        return [message.text for message in found]


def test_the_example_works(running: StaffDesk) -> None:
    ask(running.database, "Where do I apply?", language="en")
    with running.database.transaction() as session:
        session.get_one(Ticket, 1).country = "RS"
    known = {"url": running.url, "token": token_of(running.database, 1)}
    example = doctest.DocTestParser().get_doctest(admin_api.client.__doc__ or "", known, "example", None, 0)
    said: list[str] = []
    result = doctest.DocTestRunner().run(example, out=said.append)
    assert (result.attempted, result.failed) == (2, 0), "".join(said)


def test_nothing_of_the_desk_is_needed() -> None:
    seen = "import sys, admin_api.client; print(*sorted({name.partition('.')[0] for name in sys.modules}))"
    loaded = subprocess.run([sys.executable, "-c", seen], capture_output=True, text=True, check=True).stdout.split()
    ours = {"admin_api", "knowledge"}
    assert ours <= set(loaded)
    heavy = {"alembic", "bot", "faiss", "fastapi", "index", "nlu", "numpy", "sqlalchemy", "starlette", "torch"}
    assert not heavy & set(loaded)


def test_every_route_has_a_method(running: StaffDesk) -> None:
    described = httpx.get(f"{running.url}/openapi.json", timeout=WITHIN_S).json()["paths"]
    routes = {(method, path) for path, methods in described.items() for method in methods}
    called: set[tuple[str, str]] = set()

    def reply(request: httpx.Request) -> httpx.Response:
        called.add((request.method.lower(), request.url.path))
        return httpx.Response(418, json={"error": "teapot", "message": "No."})

    with Desk("http://desk", "punte_x", transport=httpx.MockTransport(reply)) as desk:
        for number, each in enumerate(everything(desk)):
            before = len(called)
            with pytest.raises((admin_api.client.Refused, Garbled), match=r"teapot|418"):
                each()
            assert len(called) == before + 1, f"call {number} goes where another one went"
    ids = {"reference": "faq-1/a", "kind": "answer"}
    templates = {(method, _filled(path, ids)): (method, path) for method, path in routes}
    assert {templates[call] for call in called} == routes - WITHOUT


def _filled(path: str, ids: dict[str, str]) -> str:
    return "/".join(
        ids.get(part.strip("{}").removesuffix(":path"), "7") if part.startswith("{") else part
        for part in path.split("/")
    )


def everything(desk: Desk) -> list[Callable[[], Any]]:
    """Return a call of every method that goes to the desk."""
    tickets, entries, people, profiles = desk.tickets, desk.entries, desk.people, desk.profiles
    day, webhook, group = date(2027, 1, 1), WebhookIn(url="https://x.example"), GroupIn(name="G", members=[1])
    text = CannedIn(title="T", text="T")
    return [
        lambda: next(tickets.all()),
        lambda: tickets.csv(),
        lambda: tickets.get(7),
        lambda: tickets.similar(7),
        lambda: tickets.claim(7),
        lambda: tickets.release(7),
        lambda: tickets.answer(7, "A"),
        lambda: tickets.ask(7, "A"),
        lambda: tickets.note(7, "A"),
        lambda: tickets.close(7),
        lambda: tickets.reopen(7),
        lambda: tickets.hand_over(7, to_staff=2),
        lambda: tickets.prioritise(7, "high"),
        lambda: tickets.set_due(7, datetime.now(UTC)),
        lambda: tickets.watch(7),
        lambda: tickets.unwatch(7),
        lambda: tickets.set_subject(7, country=None, sector=None, competence="export"),
        lambda: tickets.merge(7, 8),
        lambda: tickets.split(7, "And?"),
        lambda: tickets.drafts(7),
        lambda: tickets.save_draft(7, "answer", "A"),
        lambda: tickets.be_present(7),
        lambda: tickets.propose_entry(7),
        lambda: tickets.make_entry(7, {}),
        lambda: desk.texts.all(),
        lambda: desk.texts.add(text),
        lambda: desk.texts.save(7, text),
        lambda: desk.texts.delete(7),
        lambda: next(desk.letters.all()),
        lambda: desk.letters.resend(7),
        lambda: entries.search("What?"),
        lambda: next(entries.all()),
        lambda: entries.get("faq-1/a"),
        lambda: entries.add({}),
        lambda: entries.save("faq-1/a", {}),
        lambda: entries.publish("faq-1/a"),
        lambda: entries.withdraw("faq-1/a"),
        lambda: entries.to_draft("faq-1/a"),
        lambda: entries.mappings(),
        lambda: entries.give_back("faq-1/a", "Hm."),
        lambda: entries.import_file("a.csv", b""),
        lambda: desk.files.send("a", b"a"),
        lambda: desk.files.read(7),
        lambda: people.all(),
        lambda: people.add(NewStaff(email="a@b.c", role=Role.EXPERT)),
        lambda: people.save(7, StaffIn(name="I", role=Role.EXPERT)),
        lambda: people.deactivate(7),
        lambda: people.activate(7),
        lambda: people.new_password(7),
        lambda: profiles.get(7),
        lambda: profiles.save(7, ProfileIn()),
        lambda: profiles.add_absence(7, AbsenceIn(first_day=day, last_day=day)),
        lambda: profiles.delete_absence(7, 7),
        lambda: profiles.telegram_code(),
        lambda: profiles.groups(),
        lambda: profiles.links(7),
        lambda: profiles.choose(7, "7", "7", LinkIn(wants=[])),
        lambda: profiles.unlink(7, "7", "7"),
        lambda: profiles.delete_group(7),
        lambda: profiles.add_group(group),
        lambda: profiles.save_group(7, group),
        lambda: desk.tokens.all(),
        lambda: desk.tokens.make(TokenIn(name="T", scopes=[Scope.TICKETS_READ])),
        lambda: desk.tokens.revoke(7),
        lambda: desk.webhooks.all(),
        lambda: desk.webhooks.make(webhook),
        lambda: desk.webhooks.save(7, webhook),
        lambda: desk.webhooks.delete(7),
        lambda: desk.webhooks.calls(7),
        lambda: desk.webhooks.repeat(7),
        lambda: desk.webhooks.attempt(7),
        lambda: desk.log_in("a@b.c", "x"),
        lambda: desk.log_out(),
        lambda: desk.change_password("x", "y"),
        lambda: desk.me(),
        lambda: desk.overview(),
        lambda: desk.figures(),
        lambda: desk.readiness(),
        lambda: next(desk.events()),
    ]


def test_a_ticket_is_worked_from_end_to_end(desk: Desk, running: StaffDesk) -> None:
    ticket, other = (ask(running.database, "How?", address=address, language="en") for address in ("1", "2"))
    assert desk.tickets.claim(ticket).assignee is not None
    assert desk.tickets.prioritise(ticket, "high").priority == "high"
    due = datetime(2027, 3, 1, 15, tzinfo=UTC)
    assert desk.tickets.set_due(ticket, due).due_at == due
    assert desk.tickets.set_subject(ticket, country="RS", sector=None, competence="export").competence == "export"
    assert desk.tickets.watch(ticket).watched
    assert not desk.tickets.unwatch(ticket).watched
    assert desk.tickets.ask(ticket, "For which product?").state == "waiting"
    assert desk.tickets.note(ticket, "Called.").timeline[-1].text == "Called."
    desk.tickets.save_draft(ticket, "answer", "Month")
    assert desk.tickets.drafts(ticket).drafts == {"answer": "Month"}
    answered = desk.tickets.answer(ticket, "Monthly.")
    assert (answered.state, answered.timeline[-1].by) == ("answered", "Ana")
    split = desk.tickets.split(ticket, "And a trade mark?")
    assert desk.tickets.merge(split.id, other).id == other
    assert desk.tickets.hand_over(other, to_staff=2, why="Hers.").assignee == desk.tickets.get(other).assignee
    assert desk.tickets.close(ticket, "Good luck!").state == "closed"
    assert desk.tickets.reopen(ticket).state != "closed"
    assert "Monthly." in desk.tickets.propose_entry(ticket).fields["text"]
    assert desk.tickets.csv(state=["open", "claimed"]).startswith("number;")
    assert desk.overview().tickets["closed"] >= 0
    assert sum(line.opened.value for line in desk.figures(date(2020, 1, 1), date(2029, 1, 1)).lines) == 3
    assert desk.readiness().ready


def test_entries_are_made_found_and_published(desk: Desk) -> None:
    fields = {"id": "faq-1/a b?", "kind": "faq", "language": "en", "title": "VAT threshold?", "text": "8 million."}
    assert desk.entries.add(fields).state == "draft"
    with pytest.raises(Conflicting):
        desk.entries.add(fields)
    revision = desk.entries.get("faq-1/a b?").revision
    changed = desk.entries.save("faq-1/a b?", fields | {"text": "9 million."}, revision=revision)
    assert changed.entry.text == "9 million."
    with pytest.raises(Conflicting):
        desk.entries.save("faq-1/a b?", fields, revision=revision)
    assert desk.entries.search("threshold", language="en").hits == []
    assert desk.entries.publish("faq-1/a b?").state == "published"
    assert [hit.reference for hit in desk.entries.search("threshold", language="en").hits] == ["faq-1/a b?"]
    rows = "".join(f'{{"id": "guide-{n}", "title": "Guide {n}", "lang": "en", "text": "T"}}\n' for n in range(205))
    assert desk.entries.import_file("guides.jsonl", rows.encode()).written
    assert len({entry.reference for entry in desk.entries.all(kind=["guide"])}) == 205
    with pytest.raises(Invalid) as wrong:
        desk.entries.add({"kind": "poem", "title": "Roses", "language": "en"})
    assert "kind" in wrong.value.problem.fields


def test_all_pages_of_tickets_come_and_none_twice(desk: Desk, running: StaffDesk) -> None:
    ids = [ask(running.database, f"Question no{number}", address=str(number)) for number in range(230)]
    assert [ticket.id for ticket in desk.tickets.all(order="oldest")] == ids
    assert desk.tickets.page(limit=7, q="Question").total == 230
    assert [ticket.id for ticket in desk.tickets.all(q="no229")] == ids[-1:]
    assert list(desk.tickets.all(mine=True)) == []


def test_files_go_up_and_come_down(desk: Desk, running: StaffDesk) -> None:
    ticket, content = ask(running.database), b"%PDF-1.4\n" + bytes(range(256)) * 4000
    kept = desk.files.send("annex 2.pdf", content)
    answered = desk.tickets.answer(ticket, "See the annex.", files=[kept.id])
    assert [(file.name, file.size) for file in answered.timeline[-1].files] == [("annex 2.pdf", len(content))]
    assert desk.files.read(kept.id) == content
    with pytest.raises(Missing):
        desk.files.read(4711)
    with pytest.raises(Invalid):
        desk.files.send("empty.txt", b"")


def test_people_profiles_and_programs(desk: Desk, running: StaffDesk) -> None:
    made = desk.people.add(NewStaff(email="ivan@desk.example", name="Ivan", role=Role.EXPERT))
    assert made.staff.name in [person.name for person in desk.people.all()]
    skills = ProfileIn(skills={SkillKind.COMPETENCE: ["export"]}, organisation="Chamber")
    saved = desk.profiles.save(made.staff.id, skills)
    assert (saved.organisation, saved.skills[SkillKind.COMPETENCE], saved.opens) == ("Chamber", ["export"], "09:00")
    away = AbsenceIn(first_day=date(2027, 7, 1), last_day=date(2027, 7, 14))
    absence = desk.profiles.add_absence(made.staff.id, away)
    desk.profiles.delete_absence(made.staff.id, absence.id)
    assert desk.profiles.get(made.staff.id).absences == []
    group = desk.profiles.add_group(GroupIn(name="Export", members=[1, made.staff.id]))
    assert desk.profiles.groups() == [group]
    hook = desk.webhooks.make(WebhookIn(url="https://crm.example.org/punte", events=["ticket.opened"]))
    ask(running.database)
    call = desk.webhooks.calls(hook.webhook.id)[0]
    assert desk.webhooks.repeat(call.id).event == "ticket.opened"
    desk.webhooks.delete(hook.webhook.id)
    assert desk.webhooks.all() == []
    text = desk.texts.add(CannedIn(title="Where", text="At the Chamber."))
    desk.texts.delete(text.id)
    assert desk.texts.all() == []
    assert list(desk.letters.all()) == []


def test_tokens_are_made_by_people_and_do_what_their_scopes_say(running: StaffDesk) -> None:
    ticket = ask(running.database)
    with Desk(running.url) as person:
        with pytest.raises(Unauthorised):
            person.log_in("ana@desk.example", "a wrong password")
        assert person.log_in("ana@desk.example", PASSWORD).name == "Ana"
        made = person.tokens.make(TokenIn(name="our CRM", scopes=[Scope.TICKETS_READ]))
        with Desk(running.url, made.token) as program:
            assert [found.id for found in program.tickets.all()] == [ticket]
            with pytest.raises(Forbidden, match="tickets:write"):
                program.tickets.claim(ticket)
            with pytest.raises(Forbidden):
                program.tokens.all()
            person.tokens.revoke(made.about.id)
            with pytest.raises(Unauthorised):
                program.tickets.get(ticket)
            with pytest.raises(Unauthorised):
                next(program.events())
        person.log_out()
        with pytest.raises(Unauthorised):
            person.me()
    with Desk(running.url, "punte_nobody") as stranger, pytest.raises(Unauthorised) as refused:
        stranger.overview()
    assert (refused.value.status, refused.value.problem.error) == (401, "login_needed")


def test_what_cannot_be_an_address_or_a_token_is_said_at_once() -> None:
    with pytest.raises(ValueError, match="address of a desk"):
        Desk("desk.example")
    with pytest.raises(ValueError, match="token"):
        Desk("https://desk.example", "маркица")
    with pytest.raises(ValueError, match="token"):
        Desk("https://desk.example", "a\nb")
    with Desk(f"http://127.0.0.1:{free_port()}", patience_s=0.2, pause_s=0.02) as desk, pytest.raises(Unreachable):
        desk.tickets.get(1)


def test_an_answer_whose_reply_was_lost_is_given_once(behind: Desk, proxy: OddProxy, running: StaffDesk) -> None:
    ticket = ask(running.database)
    proxy.faults.extend([loses_reply, says(502), says(503), says(504), loses_reply])
    said = behind.tickets.answer(ticket, "Monthly.")
    assert (said.state, len(proxy.requests)) == ("answered", 6)
    assert answers(running.database, ticket) == ["Monthly."]
    again = behind.tickets.answer(ticket, "Monthly.", key="mine")
    assert behind.tickets.answer(ticket, "Monthly.", key="mine") == again
    with pytest.raises(Conflicting, match="Idempotency-Key"):
        behind.tickets.answer(ticket, "Weekly.", key="mine")
    assert answers(running.database, ticket) == ["Monthly.", "Monthly."]


def test_the_desk_says_when_to_come_again(behind: Desk, proxy: OddProxy) -> None:
    proxy.faults.extend([says(429, **{"Retry-After": "1"})])
    began = time.monotonic()
    behind.overview()
    assert time.monotonic() - began >= 1
    soon = (datetime.now(UTC) + timedelta(hours=1)).strftime("%a, %d %b %Y %H:%M:%S GMT")
    for pause in ("3600", soon):
        proxy.faults.extend([says(429, **{"Retry-After": pause})])
        with pytest.raises(Throttled) as throttled:
            behind.people.all()
        assert (throttled.value.retry_after or 0) > 3000


def test_what_is_not_the_desk_is_not_believed(behind: Desk, impatient: Desk, proxy: OddProxy) -> None:
    proxy.faults.extend([says(502)] * 1000)
    with pytest.raises(Troubled, match="Bad gateway") as troubled:
        impatient.overview()
    assert (troubled.value.status, troubled.value.problem.error) == (502, "not_the_desk")
    assert 1 < len(proxy.requests) < 500
    proxy.faults.clear()
    for status, body in ((200, HTML), (200, b'{"total": "many"}'), (200, b""), (200, b"\xff\x00"), (302, b"")):
        proxy.faults.append(says(status, body, Location="https://elsewhere.example"))
        with pytest.raises((Garbled, admin_api.client.Refused)):
            behind.tickets.page()
    proxy.faults.append(says(200, HTML))
    with pytest.raises(Garbled, match="text/html"):
        next(behind.events())


def test_what_the_desk_takes_no_key_for_is_not_sent_twice(behind: Desk, proxy: OddProxy) -> None:
    proxy.faults.append(loses_reply)
    with pytest.raises(Unreachable):
        behind.people.add(NewStaff(email="ivan@desk.example", name="Ivan", role=Role.EXPERT))
    assert proxy.requests == ["POST /api/staff"]
    assert "Ivan" in [person.name for person in behind.people.all()]


def test_the_same_act_twice_at_once_is_done_once(running: StaffDesk) -> None:
    ticket, token = ask(running.database), token_of(running.database, 1)

    def close(_: int) -> int:
        with Desk(running.url, token) as desk:
            desk.tickets.claim(ticket, key="claim")
            return len([each for each in desk.tickets.close(ticket, key="close").timeline if each.kind == "closed"])

    with ThreadPoolExecutor(6) as threads:
        assert list(threads.map(close, range(6))) == [1] * 6


def test_a_desk_killed_in_the_midst_of_an_answer_gives_it_once(database: Database) -> None:
    hire(database, Role.EXPERT, "Ana")
    ticket, token = ask(database), token_of(database, 1)
    process = StaffDeskProcess(database.url, free_port())
    process.start()
    try:
        with odd_proxy(process.url) as proxy, Desk(proxy.url, token) as desk, ThreadPoolExecutor(1) as thread:
            with database.transaction() as session:
                session.get(Ticket, ticket, with_for_update=True)
                answer = thread.submit(desk.tickets.answer, ticket, "Monthly.")
                wait_until(lambda: proxy.requests and waits_for_the_ticket(database))
                assert not answer.done()
                process.kill()
            process.start()
            assert answer.result(60).state == "answered"
            assert len(proxy.requests) > 1
        assert answers(database, ticket) == ["Monthly."]
    finally:
        process.kill()


def test_what_happens_is_told_once_although_the_desk_is_killed(database: Database) -> None:
    hire(database, Role.EXPERT, "Ana")
    ticket, token = ask(database), token_of(database, 1)
    process = StaffDeskProcess(database.url, free_port())
    process.start()
    told: list[tuple[int, int]] = []
    try:
        with Desk(process.url, token, pause_s=0.1) as desk:

            def follow() -> None:
                for event in desk.events(after=0):
                    told.append((event.event, event.ticket))
                    if event.kind == "closed":
                        return

            with ThreadPoolExecutor(1) as thread:
                following = thread.submit(follow)
                wait_until(lambda: told)
                process.kill()
                other = ask(database, address="2")
                process.start()
                wait_until(lambda: told[-1][1] == other)
                with Desk(process.url, token) as ana:
                    ana.tickets.claim(ticket)
                    ana.tickets.close(ticket)
                following.result(30)
    finally:
        process.kill()
    assert [event for event, _ in told] == sorted({event for event, _ in told})
    assert {ticket, other} == {number for _, number in told}


def test_from_now_on_is_from_now_on(desk: Desk, running: StaffDesk) -> None:
    ticket, other = ask(running.database, address="1"), ask(running.database, address="2")
    told: list[tuple[int, str]] = []

    def follow() -> None:
        for event in desk.events(ticket=ticket):
            told.append((event.ticket, event.kind))
            if event.kind == "note":
                return

    with ThreadPoolExecutor(1) as thread:
        following = thread.submit(follow)
        with Desk(running.url, token_of(running.database, 1)) as ana:
            ana.tickets.claim(other)
            # Nobody can see from without when following begins, so something happens until it is heard.
            wait_until(lambda: ana.tickets.note(ticket, "Hm.") and following.done())
        following.result()
    assert told == [(ticket, "note")]


def waits_for_the_ticket(database: Database) -> bool:
    """Whether somebody stands still before what the test holds; on SQLite, where nobody can see it, whoever writes."""
    if database.engine.dialect.name == "sqlite":
        return True
    waiting = "select count(*) from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'"
    with database.reading() as session:
        return bool(session.scalar(text(waiting)))


class TestSignatures:
    """What is believed of a webhook's call."""

    BODY = b'{"type": "ticket.opened", "timestamp": "2027-01-01T00:00:00Z", "data": {"ticket_id": 7}}'

    @pytest.fixture
    def secret(self) -> str:
        return new_secret()

    def headers(self, secret: str, moment: datetime) -> dict[str, str]:
        return {
            "Webhook-Id": "msg_1",
            "Webhook-Timestamp": str(int(moment.timestamp())),
            "Webhook-Signature": f"v1,bm90IHRoaXM= v1a,x {sign(secret, 'msg_1', moment, self.BODY)}",
        }

    def test_a_right_one_is_read(self, secret: str) -> None:
        told = verify_webhook(secret, self.headers(secret, datetime.now(UTC)), self.BODY)
        assert (told.type, told.data) == ("ticket.opened", {"ticket_id": 7})

    @pytest.mark.parametrize("minutes", [-6, 6, -600000, 10**8])
    def test_one_of_another_time_is_not_believed(self, secret: str, minutes: int) -> None:
        signed = datetime(2027, 1, 1, tzinfo=UTC)
        moment = signed + timedelta(minutes=minutes)
        with pytest.raises(BadSignature, match="too far"):
            verify_webhook(secret, self.headers(secret, signed), self.BODY, moment=moment)
        verify_webhook(secret, self.headers(secret, signed), self.BODY, moment=signed + timedelta(minutes=4))

    @pytest.mark.parametrize(
        ("name", "value"),
        [
            ("Webhook-Id", "msg_2"), ("Webhook-Id", ""), ("Webhook-Timestamp", "soon"), ("Webhook-Timestamp", "²"),
            ("Webhook-Timestamp", "9" * 400), ("Webhook-Signature", ""), ("Webhook-Signature", "v1,"),
            ("Webhook-Signature", "v1,ж"), ("Webhook-Signature", "no"),
        ],
    )  # fmt: skip
    def test_a_changed_one_is_not_believed(self, secret: str, name: str, value: str) -> None:
        headers = self.headers(secret, datetime.now(UTC)) | {name: value}
        with pytest.raises(BadSignature):
            verify_webhook(secret, headers, self.BODY)

    def test_changed_words_and_another_secret_are_not_believed(self, secret: str) -> None:
        headers = self.headers(secret, datetime.now(UTC))
        for key, body in ((secret, self.BODY + b" "), (new_secret(), self.BODY)):
            with pytest.raises(BadSignature):
                verify_webhook(key, headers, body)
        with pytest.raises(ValueError, match="whsec_"):
            verify_webhook("my secret", headers, self.BODY)
