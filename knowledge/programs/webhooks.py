"""Verbs for webhooks: whom to call when something happens on a ticket. Each flushes; the caller commits.

Calls are signed as Standard Webhooks says (https://www.standardwebhooks.com).
"""

import base64
import re
import secrets
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session
from standardwebhooks import Webhook as Signer

from knowledge.coordination.leases import due, free
from knowledge.errors import Conflict, InvalidInput, NotFound
from knowledge.models import DeliveryState, Ticket, Webhook, WebhookCall, now

EVENTS = ("ticket.opened", "ticket.answered", "ticket.closed", "ticket.rated")
TEST = "webhook.test"

_URL = re.compile(r"https?://[^\s<>\"@]+")


def save_webhook(
    session: Session, url: str, events: Sequence[str], *, webhook_id: int | None = None, active: bool = True
) -> Webhook:
    """Write a webhook; a new one gets a secret (`whsec_` and base64). No events means all.

    Raises `InvalidInput` for an address that is not http(s) and for unknown events, `NotFound`.
    """
    if not _URL.fullmatch(url) or len(url) > 2000:
        raise InvalidInput("url: use an http(s) address without a password", {"url": "not an http(s) address"})
    if unknown := sorted(set(events) - set(EVENTS)):
        raise InvalidInput(f"events: {', '.join(unknown)} is not one of {', '.join(EVENTS)}")
    webhook = Webhook(secret=new_secret()) if webhook_id is None else get_webhook(session, webhook_id)
    webhook.url, webhook.events, webhook.active = url, list(events), active
    webhook.failing_since = None
    session.add(webhook)
    session.flush()
    return webhook


def new_secret() -> str:
    """Return a secret of 24 random bytes, as Standard Webhooks writes them."""
    return f"whsec_{base64.b64encode(secrets.token_bytes(24)).decode()}"


def get_webhook(session: Session, webhook_id: int) -> Webhook:
    """Return a webhook; raises `NotFound`."""
    webhook = session.get(Webhook, webhook_id)
    if webhook is None:
        raise NotFound(f"webhook {webhook_id}")
    return webhook


def list_webhooks(session: Session) -> list[Webhook]:
    """Return all webhooks, oldest first."""
    return list(session.scalars(select(Webhook).order_by(Webhook.id)))


def delete_webhook(session: Session, webhook_id: int) -> None:
    """Delete a webhook with its calls; raises `NotFound`."""
    session.delete(get_webhook(session, webhook_id))
    session.flush()


def call_webhooks(session: Session, event: str, ticket: Ticket) -> None:
    """Owe every webhook that wants `event` a call about a ticket: numbers, states and moments, no words of people."""
    wanted = [each for each in session.scalars(select(Webhook).where(Webhook.active)) if _wants(each, event)]
    payload = {"type": event, "timestamp": now().isoformat(), "data": _payload(ticket)} if wanted else {}
    session.add_all(WebhookCall(webhook_id=each.id, event=event, payload=payload) for each in wanted)
    session.flush()


def try_webhook(session: Session, webhook_id: int) -> WebhookCall:
    """Owe a webhook a call by which its program can be tried; it tells of no ticket.

    Raises `NotFound`, and `Conflict` for one that is switched off.
    """
    webhook = get_webhook(session, webhook_id)
    if not webhook.active:
        raise Conflict(f"webhook {webhook_id} is switched off")
    payload = {"type": TEST, "timestamp": now().isoformat(), "data": {}}
    call = WebhookCall(webhook_id=webhook_id, event=TEST, payload=payload)
    session.add(call)
    session.flush()
    return call


def lease_calls(
    session: Session, moment: datetime, until: datetime, holder: str, *, limit: int = 20, steady: bool = True
) -> list[tuple[WebhookCall, Webhook]]:
    """Take due calls of active webhooks until `until`, oldest first, with the webhooks they go to.

    `steady` says that the clock was not set a moment ago.
    """
    found = (
        select(WebhookCall.id)
        .join(Webhook, Webhook.id == WebhookCall.webhook_id)
        .where(
            Webhook.active,
            WebhookCall.state == DeliveryState.PENDING,
            due(WebhookCall, moment),
            free(WebhookCall, moment, steady),
        )
        .order_by(WebhookCall.id)
        .limit(limit)
        .with_for_update(skip_locked=True, of=WebhookCall)
    )
    ids = list(session.scalars(found))
    session.execute(
        update(WebhookCall)
        .where(WebhookCall.id.in_(ids))
        .values(leased_until=until, leased_by=holder, attempts=WebhookCall.attempts + 1)
        .execution_options(synchronize_session=False)
    )
    statement = (
        select(WebhookCall, Webhook)
        .join(Webhook, Webhook.id == WebhookCall.webhook_id)
        .where(WebhookCall.id.in_(ids))
        .order_by(WebhookCall.id)
        .execution_options(populate_existing=True)
    )
    return [(call, webhook) for call, webhook in session.execute(statement)]


def call_done(session: Session, call_id: int, status: int) -> None:
    """Say that a call was taken, with the HTTP status of the reply."""
    call = session.get_one(WebhookCall, call_id)
    call.state, call.sent_at, call.status, call.error = DeliveryState.SENT, now(), status, None
    call.leased_until = call.leased_by = None
    session.execute(update(Webhook).where(Webhook.id == call.webhook_id).values(failing_since=None))
    session.flush()


def call_failed(session: Session, call_id: int, error: str, *, status: int | None, due_at: datetime | None) -> None:
    """Say that a call was not taken and when to try again; None gives it up."""
    call = session.get_one(WebhookCall, call_id)
    call.status, call.error = status, error[:1000]
    call.leased_until = call.leased_by = None
    call.state = DeliveryState.FAILED if due_at is None else DeliveryState.PENDING
    call.due_at = due_at or call.due_at
    session.execute(
        update(Webhook)
        .where(Webhook.id == call.webhook_id, Webhook.failing_since.is_(None))
        .values(failing_since=now())
        .execution_options(synchronize_session=False)
    )
    session.flush()


def list_calls(session: Session, webhook_id: int, *, limit: int = 50) -> list[WebhookCall]:
    """Return the last calls of a webhook, newest first."""
    statement = select(WebhookCall).where(WebhookCall.webhook_id == webhook_id)
    return list(session.scalars(statement.order_by(WebhookCall.id.desc()).limit(limit)))


def repeat_call(session: Session, call_id: int) -> WebhookCall:
    """Make a call once more, at once; raises `NotFound`."""
    call = session.get(WebhookCall, call_id)
    if call is None:
        raise NotFound(f"call {call_id}")
    call.state, call.due_at, call.leased_until, call.leased_by = DeliveryState.PENDING, now(), None, None
    session.flush()
    return call


def drop_calls(session: Session, before: datetime) -> int:
    """Delete the calls that were taken or given up and are older than a moment; return how many."""
    statement = delete(WebhookCall).where(WebhookCall.state != DeliveryState.PENDING, WebhookCall.created_at < before)
    return len(session.scalars(statement.returning(WebhookCall.id)).all())


def sign(secret: str, call_id: str, moment: datetime, body: bytes) -> str:
    """Return the value of the header `webhook-signature` (`v1,` and base64) of a call."""
    return Signer(secret).sign(call_id, moment.astimezone(UTC), body.decode())


def _wants(webhook: Webhook, event: str) -> bool:
    return not webhook.events or event in webhook.events


def _payload(ticket: Ticket) -> dict[str, Any]:
    moments = {"opened_at": ticket.opened_at, "due_at": ticket.due_at, "first_answered_at": ticket.first_answered_at,
               "closed_at": ticket.closed_at}  # fmt: skip
    return {
        "ticket_id": ticket.id,
        "number": ticket.number,
        "state": str(ticket.state),
        "priority": str(ticket.priority),
        "language": ticket.language,
        "country": ticket.country,
        "competence": ticket.competence,
        "assignee_id": ticket.assignee_id,
        "rating": ticket.rating,
    } | {name: moment.isoformat() if moment else None for name, moment in moments.items()}
