"""Webhooks are called for what they want, signed, tried again and given up."""

import json
from datetime import UTC, datetime, timedelta, timezone

import pytest
from sqlalchemy.orm import Session
from standardwebhooks.webhooks import Webhook as Verifier

from knowledge.conversations.messages import open_conversation
from knowledge.database import Database
from knowledge.errors import InvalidInput, NotFound
from knowledge.models import Conversation, DeliveryState, Role, Staff, now
from knowledge.programs.webhooks import (
    call_done,
    call_failed,
    delete_webhook,
    drop_calls,
    get_webhook,
    lease_calls,
    list_calls,
    list_webhooks,
    repeat_call,
    save_webhook,
    sign,
)
from knowledge.tickets.by_asker import open_ticket, rate_ticket
from knowledge.tickets.by_staff import answer_ticket, close_ticket

SECOND, MINUTE = timedelta(seconds=1), timedelta(minutes=1)


def test_a_webhook_is_called_for_what_it_wants_and_learns_no_words(database: Database) -> None:
    with database.transaction() as session:
        staff = Staff(email="a@b.c", name="Ana", role=Role.EXPERT, password_hash="x")
        session.add(staff)
        session.flush()
        everything = save_webhook(session, "https://all.test/hook", [])
        rated = save_webhook(session, "https://rated.test/hook", ["ticket.rated"])
        save_webhook(session, "https://off.test/hook", [], active=False)
        asker = open_conversation(session, "web", "asker")
        ticket = open_ticket(session, asker, "My secret", reason="asked", language="en")
        answer_ticket(session, ticket.id, staff, "So.")
        close_ticket(session, ticket.id, staff)
        rate_ticket(session, asker, ticket.id, 5, "Secret too")
    with database.transaction() as session:
        moment = now() + SECOND
        calls = lease_calls(session, moment, moment + MINUTE, "me")
        assert [(webhook.id, call.event) for call, webhook in calls] == [
            (everything.id, "ticket.opened"), (everything.id, "ticket.answered"), (everything.id, "ticket.closed"),
            (everything.id, "ticket.rated"), (rated.id, "ticket.rated"),
        ]  # fmt: skip
        assert "ecret" not in json.dumps([call.payload for call, _ in calls])
        assert calls[-1][0].payload["data"]["rating"] == 5
        assert lease_calls(session, moment, moment + MINUTE, "other") == []


def test_a_call_is_tried_again_given_up_and_repeated(session: Session, conversation: Conversation) -> None:
    webhook = save_webhook(session, "https://all.test/hook", [])
    open_ticket(session, conversation, "?", reason="asked", language="en")
    moment = now() + SECOND
    ((call, _),) = lease_calls(session, moment, moment + MINUTE, "me")
    call_failed(session, call.id, "busy", status=503, due_at=moment + MINUTE)
    session.refresh(webhook)
    assert webhook.failing_since is not None
    assert lease_calls(session, moment, moment + MINUTE, "me") == []
    ((call, _),) = lease_calls(session, moment + MINUTE, moment + 2 * MINUTE, "me")
    assert call.attempts == 2
    call_failed(session, call.id, "gone", status=410, due_at=None)
    assert call.state is DeliveryState.FAILED
    repeat_call(session, call.id)
    moment = now() + SECOND
    assert len(lease_calls(session, moment, moment + MINUTE, "me")) == 1
    call_done(session, call.id, 204)
    session.refresh(webhook)
    assert (call.state, call.status, webhook.failing_since) == (DeliveryState.SENT, 204, None)
    assert list_calls(session, webhook.id) == [call]
    assert drop_calls(session, now() + MINUTE) == 1
    with pytest.raises(NotFound):
        repeat_call(session, 4711)


def test_a_call_is_signed_as_the_standard_says(session: Session) -> None:
    webhook = save_webhook(session, "https://all.test/hook", [])
    moment, body = now(), b'{"type": "ticket.opened"}'
    headers = {
        "webhook-id": "msg_1",
        "webhook-timestamp": str(int(moment.timestamp())),
        "webhook-signature": sign(webhook.secret, "msg_1", moment, body),
    }
    assert Verifier(webhook.secret).verify(body, headers) == {"type": "ticket.opened"}


def test_webhooks_are_written_and_deleted(session: Session) -> None:
    webhook = save_webhook(session, "https://all.test/hook", [])
    secret = webhook.secret
    save_webhook(session, "https://all.test/other", ["ticket.closed"], webhook_id=webhook.id)
    assert (webhook.url, webhook.secret, list_webhooks(session)) == ("https://all.test/other", secret, [webhook])
    for url, events in (("ftp://a.test", []), ("https://u:p@a.test", []), ("https://a.test", ["all"])):
        with pytest.raises(InvalidInput):
            save_webhook(session, url, events)
    delete_webhook(session, webhook.id)
    with pytest.raises(NotFound):
        get_webhook(session, webhook.id)


@pytest.mark.parametrize("zone", [UTC, timezone(timedelta(hours=2))])
def test_a_call_is_signed_as_the_first_desks_signed_it(zone: timezone) -> None:
    moment = datetime(2027, 1, 1, 12, 30, 0, 900_000, tzinfo=UTC).astimezone(zone)
    body = '{"type":"webhook.test","data":{"name":"Ђорђе"}}'.encode()
    signature = sign("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw", "msg_7", moment, body)
    assert signature == "v1,jFsJDDLuP7jYNtuFX79PKdPEr3t8DYgC1Ku/RQe937I="
