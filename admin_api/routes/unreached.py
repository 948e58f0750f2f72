"""Messages that reached nobody, and sending them again; clients know them as letters."""

from typing import Annotated

from fastapi import APIRouter, Path, Query
from sqlalchemy.orm import Session

from admin_api.http.access import TicketReader
from admin_api.http.deps import Reading
from admin_api.http.errors import problems
from admin_api.http.idempotent import TicketAct
from admin_api.schemas.base import MAX_ID, Done
from admin_api.schemas.unreached import LetterOut, LetterPage
from knowledge.models import Delivery
from knowledge.tickets.unreached import dead_letters, resend

router = APIRouter(prefix="/letters", tags=["delivery"])


@router.get("", summary="List what reached nobody", responses=problems(401, 422))
def letters(
    caller: TicketReader,
    session: Reading,
    limit: Annotated[int, Query(ge=1, le=200)] = 50,
    cursor: Annotated[str | None, Query(max_length=20, description="Of the page before.")] = None,
) -> LetterPage:
    return unreached_out(session, limit, cursor)


@router.post("/{letter_id}/resend", summary="Send a dead letter again", responses=problems(401, 403, 404, 409, 422))
def again(letter_id: Annotated[int, Path(ge=1, le=MAX_ID)], act: TicketAct) -> Done:
    return act.done("resend letter", f"delivery {letter_id}", lambda session: resend(session, letter_id))


def unreached_out(session: Session, limit: int, cursor: str | None) -> LetterPage:
    """Return a page of what reached nobody, newest first."""
    found, following = dead_letters(session, limit=limit, cursor=cursor)
    return LetterPage(letters=[_unreached(delivery) for delivery in found], cursor=following)


def _unreached(delivery: Delivery) -> LetterOut:
    message = delivery.message
    return LetterOut(
        id=delivery.id,
        ticket_id=message.ticket_id,
        ticket=f"P-{message.ticket_id}" if message.ticket_id else None,
        channel=delivery.channel,
        kind=message.kind,
        text=message.text,
        attempts=delivery.attempts,
        resent=delivery.resent,
        error=delivery.error,
        failed_at=delivery.failed_at,
    )
