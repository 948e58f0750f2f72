"""Webhooks, by which other programs are called; for admins."""

from typing import Annotated

from fastapi import APIRouter, Path, Query

from admin_api.http.access import WebhookKeeper
from admin_api.http.deps import Reading, Wiring
from admin_api.http.errors import problems
from admin_api.http.idempotent import WebhookAct
from admin_api.schemas.base import MAX_ID, Done
from admin_api.schemas.programs import CallOut, WebhookIn, WebhookMade, WebhookOut
from knowledge.programs.webhooks import (
    delete_webhook,
    list_calls,
    list_webhooks,
    repeat_call,
    save_webhook,
    try_webhook,
)
from knowledge.staff.audit import record

Number = Annotated[int, Path(ge=1, le=MAX_ID)]


router = APIRouter(prefix="/webhooks", tags=["programs"])


@router.get("", summary="List the webhooks", responses=problems(401, 403))
def webhooks(caller: WebhookKeeper, session: Reading) -> list[WebhookOut]:
    return [WebhookOut.model_validate(webhook) for webhook in list_webhooks(session)]


@router.post("", summary="Make a webhook", status_code=201, responses=problems(401, 403, 422))
def make(body: WebhookIn, caller: WebhookKeeper, deps: Wiring) -> WebhookMade:
    """Have a program called when a ticket is opened, answered, closed or rated; calls hold no words of people.

    Calls are signed as Standard Webhooks (standardwebhooks.com) says, with the secret that this answer shows once.
    """
    with deps.database.transaction() as session:
        webhook = save_webhook(session, body.url, body.events, active=body.active)
        record(session, caller.name, "make webhook", f"webhook {webhook.id}", {"url": webhook.url})
        return WebhookMade(secret=webhook.secret, webhook=WebhookOut.model_validate(webhook))


@router.put("/{webhook_id}", summary="Change a webhook", responses=problems(401, 403, 404, 422))
def change(webhook_id: Number, body: WebhookIn, act: WebhookAct) -> WebhookOut:
    return act.audited(
        WebhookOut,
        "change webhook",
        f"webhook {webhook_id}",
        lambda session: save_webhook(session, body.url, body.events, webhook_id=webhook_id, active=body.active),
    )


@router.delete("/{webhook_id}", summary="Delete a webhook", responses=problems(401, 403, 404, 422))
def remove(webhook_id: Number, act: WebhookAct) -> Done:
    return act.done("delete webhook", f"webhook {webhook_id}", lambda session: delete_webhook(session, webhook_id))


@router.post("/{webhook_id}/test", summary="Try a webhook", responses=problems(401, 403, 404, 409, 422))
def attempt(webhook_id: Number, act: WebhookAct) -> CallOut:
    """Call the program with the event `webhook.test`, which tells of no ticket; the calls say what came of it."""
    return act.audited(
        CallOut, "try webhook", f"webhook {webhook_id}", lambda session: try_webhook(session, webhook_id)
    )


@router.get("/{webhook_id}/calls", summary="List a webhook's last calls", responses=problems(401, 403, 422))
def calls(
    webhook_id: Number,
    caller: WebhookKeeper,
    session: Reading,
    limit: Annotated[int, Query(ge=1, le=200)] = 50,
) -> list[CallOut]:
    return [CallOut.model_validate(call) for call in list_calls(session, webhook_id, limit=limit)]


@router.post("/calls/{call_id}/repeat", summary="Make a call once more", responses=problems(401, 403, 404, 422))
def repeat(call_id: Number, act: WebhookAct) -> CallOut:
    return act.audited(CallOut, "repeat call", f"call {call_id}", lambda session: repeat_call(session, call_id))
