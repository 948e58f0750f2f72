"""Dead letters: messages that reached nobody, and sending them again."""

from typing import Annotated

from fastapi import APIRouter, Depends, Path, Query
from sqlalchemy.orm import Session

from admin_api.http.access import Access, Caller
from admin_api.http.deps import Deps
from admin_api.http.errors import problems
from admin_api.http.idempotent import Act, acting
from admin_api.schemas.base import MAX_ID, Done
from admin_api.schemas.unreached import LetterOut, LetterPage
from knowledge.models import Delivery, Role
from knowledge.programs.api_tokens import Scope
from knowledge.tickets.unreached import dead_letters, resend


def letter_routes(deps: Deps, access: Access) -> APIRouter:
    """Return the routes of dead letters."""
    router = APIRouter(prefix="/letters", tags=["delivery"])
    reads = access.may(Role.EXPERT, Scope.TICKETS_READ)
    Writes = Annotated[Act, Depends(acting(deps, access, Role.EXPERT, Scope.TICKETS_WRITE))]

    @router.get("", summary="List what reached nobody", responses=problems(401, 422))
    def letters(
        caller: Annotated[Caller, Depends(reads)],
        limit: Annotated[int, Query(ge=1, le=200)] = 50,
        cursor: Annotated[str | None, Query(max_length=20, description="Of the page before.")] = None,
    ) -> LetterPage:
        with deps.database.reading() as session:
            return letters_out(session, limit, cursor)

    @router.post("/{letter_id}/resend", summary="Send a dead letter again", responses=problems(401, 403, 404, 409, 422))
    def again(letter_id: Annotated[int, Path(ge=1, le=MAX_ID)], act: Writes) -> Done:
        def sent(session: Session) -> Done:
            resend(session, letter_id)
            act.trail(session, "resend letter", f"delivery {letter_id}")
            return Done()

        return act.once(Done, sent)

    return router


def letters_out(session: Session, limit: int, cursor: str | None) -> LetterPage:
    """Return a page of dead letters."""
    found, following = dead_letters(session, limit=limit, cursor=cursor)
    return LetterPage(letters=[_letter(letter) for letter in found], cursor=following)


def _letter(letter: Delivery) -> LetterOut:
    message = letter.message
    return LetterOut(
        id=letter.id,
        ticket_id=message.ticket_id,
        ticket=f"P-{message.ticket_id}" if message.ticket_id else None,
        channel=letter.channel,
        kind=message.kind,
        text=message.text,
        attempts=letter.attempts,
        resent=letter.resent,
        error=letter.error,
        failed_at=letter.failed_at,
    )
