"""The shapes of tokens and webhooks."""

from datetime import datetime
from typing import Annotated, Any

from pydantic import AwareDatetime, BaseModel, Field, StringConstraints

from admin_api.schemas.base import Out, Short
from knowledge.choices import DeliveryState, Scope


class TokenIn(BaseModel):
    """A token to make: a name to know it by, what it may do, and when it ends."""

    name: Short = Field(examples=["our CRM"])
    scopes: list[Scope] = Field(examples=[["tickets:read", "tickets:write"]])
    expires_at: AwareDatetime | None = Field(default=None, examples=["2028-01-01T00:00:00Z"])


class TokenOut(Out):
    """A token without its words."""

    id: int
    name: str
    scopes: list[Scope]
    created_at: datetime
    expires_at: datetime | None
    last_used_at: datetime | None
    revoked_at: datetime | None


class TokenMade(BaseModel):
    """A new token: `token` is shown this once; send it as `Authorization: Bearer`."""

    token: str = Field(examples=["punte_k3…"])
    about: TokenOut


class WebhookIn(BaseModel):
    """Whom to call, and of which events; none means all."""

    url: Annotated[str, StringConstraints(max_length=2000)] = Field(examples=["https://crm.example.org/punte"])
    events: list[str] = Field(default=[], examples=[["ticket.opened", "ticket.answered"]])
    active: bool = True


class WebhookOut(Out):
    """A program that is called; calls are signed as Standard Webhooks says."""

    id: int
    url: str
    events: list[str]
    active: bool
    failing_since: datetime | None
    created_at: datetime


class WebhookMade(BaseModel):
    """A new webhook with the secret that signs its calls, shown this once."""

    secret: str = Field(examples=["whsec_…"])
    webhook: WebhookOut


class WebhookCallBody(BaseModel):
    """What a webhook's call tells: what happened, and the ticket's numbers, states and moments; no words of people."""

    type: str = Field(examples=["ticket.answered"])
    timestamp: datetime
    data: dict[str, Any] = Field(examples=[{"ticket_id": 7, "number": "P-7", "state": "answered"}])


class CallOut(Out):
    """One call of a webhook and what became of it."""

    id: int
    event: str
    payload: dict[str, Any]
    state: DeliveryState
    attempts: int
    due_at: datetime
    sent_at: datetime | None
    status: int | None
    error: str | None
