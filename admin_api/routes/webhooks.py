"""Other programs: tokens by which they come in, and webhooks by which they are called."""

from typing import Annotated

from fastapi import APIRouter, Depends, Path, Query
from sqlalchemy.orm import Session

from admin_api.http.access import Access, Caller
from admin_api.http.deps import Deps
from admin_api.http.errors import problems
from admin_api.http.idempotent import Act, acting
from admin_api.schemas.base import MAX_ID, Done
from admin_api.schemas.programs import CallOut, TokenIn, TokenMade, TokenOut, WebhookIn, WebhookMade, WebhookOut
from knowledge.models import Role
from knowledge.programs.api_tokens import Scope, make_token, revoke_token, tokens_of
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


def token_routes(deps: Deps, access: Access) -> APIRouter:
    """Return the routes of tokens; only sessions may use them, so that no token makes another one."""
    router = APIRouter(prefix="/tokens", tags=["programs"])

    @router.get("", summary="List my tokens", responses=problems(401, 403))
    def tokens(caller: Annotated[Caller, Depends(access.expert)]) -> list[TokenOut]:
        with deps.database.reading() as session:
            return [TokenOut.model_validate(token) for token in tokens_of(session, caller.staff.id)]

    @router.post("", summary="Make a token", status_code=201, responses=problems(401, 403, 422))
    def make(body: TokenIn, caller: Annotated[Caller, Depends(access.expert)]) -> TokenMade:
        """Make a token for a program; it may do what its scopes say, within what your role may."""
        with deps.database.transaction() as session:
            token, plain = make_token(session, caller.staff, body.name, body.scopes, body.expires_at)
            record(session, caller.name, "make token", f"token {token.id}", {"scopes": token.scopes})
            return TokenMade(token=plain, about=TokenOut.model_validate(token))

    @router.delete("/{token_id}", summary="End a token", responses=problems(401, 403, 404, 422))
    def revoke(token_id: Number, caller: Annotated[Caller, Depends(access.expert)]) -> Done:
        with deps.database.transaction() as session:
            revoke_token(session, caller.staff, token_id)
            record(session, caller.name, "end token", f"token {token_id}")
        return Done()

    return router


def webhook_routes(deps: Deps, access: Access) -> APIRouter:
    """Return the routes of webhooks, for admins."""
    router = APIRouter(prefix="/webhooks", tags=["programs"])
    keeps = access.may(Role.ADMIN, Scope.WEBHOOKS_WRITE)
    Keeps = Annotated[Act, Depends(acting(deps, access, Role.ADMIN, Scope.WEBHOOKS_WRITE))]

    @router.get("", summary="List the webhooks", responses=problems(401, 403))
    def webhooks(caller: Annotated[Caller, Depends(keeps)]) -> list[WebhookOut]:
        with deps.database.reading() as session:
            return [WebhookOut.model_validate(webhook) for webhook in list_webhooks(session)]

    @router.post("", summary="Make a webhook", status_code=201, responses=problems(401, 403, 422))
    def make(body: WebhookIn, caller: Annotated[Caller, Depends(keeps)]) -> WebhookMade:
        """Have a program called when a ticket is opened, answered, closed or rated; calls hold no words of people.

        Calls are signed as Standard Webhooks (standardwebhooks.com) says, with the secret that this answer shows once.
        """
        with deps.database.transaction() as session:
            webhook = save_webhook(session, body.url, body.events, active=body.active)
            record(session, caller.name, "make webhook", f"webhook {webhook.id}", {"url": webhook.url})
            return WebhookMade(secret=webhook.secret, webhook=WebhookOut.model_validate(webhook))

    @router.put("/{webhook_id}", summary="Change a webhook", responses=problems(401, 403, 404, 422))
    def change(webhook_id: Number, body: WebhookIn, act: Keeps) -> WebhookOut:
        def changed(session: Session) -> WebhookOut:
            webhook = save_webhook(session, body.url, body.events, webhook_id=webhook_id, active=body.active)
            act.trail(session, "change webhook", f"webhook {webhook_id}")
            return WebhookOut.model_validate(webhook)

        return act.once(WebhookOut, changed)

    @router.delete("/{webhook_id}", summary="Delete a webhook", responses=problems(401, 403, 404, 422))
    def remove(webhook_id: Number, act: Keeps) -> Done:
        def removed(session: Session) -> Done:
            delete_webhook(session, webhook_id)
            act.trail(session, "delete webhook", f"webhook {webhook_id}")
            return Done()

        return act.once(Done, removed)

    @router.post("/{webhook_id}/test", summary="Try a webhook", responses=problems(401, 403, 404, 409, 422))
    def attempt(webhook_id: Number, act: Keeps) -> CallOut:
        """Call the program with the event `webhook.test`, which tells of no ticket; the calls say what came of it."""

        def tried(session: Session) -> CallOut:
            call = try_webhook(session, webhook_id)
            act.trail(session, "try webhook", f"webhook {webhook_id}")
            return CallOut.model_validate(call)

        return act.once(CallOut, tried)

    @router.get("/{webhook_id}/calls", summary="List a webhook's last calls", responses=problems(401, 403, 422))
    def calls(
        webhook_id: Number,
        caller: Annotated[Caller, Depends(keeps)],
        limit: Annotated[int, Query(ge=1, le=200)] = 50,
    ) -> list[CallOut]:
        with deps.database.reading() as session:
            return [CallOut.model_validate(call) for call in list_calls(session, webhook_id, limit=limit)]

    @router.post("/calls/{call_id}/repeat", summary="Make a call once more", responses=problems(401, 403, 404, 422))
    def repeat(call_id: Number, act: Keeps) -> CallOut:
        def repeated(session: Session) -> CallOut:
            call = repeat_call(session, call_id)
            act.trail(session, "repeat call", f"call {call_id}")
            return CallOut.model_validate(call)

        return act.once(CallOut, repeated)

    return router
