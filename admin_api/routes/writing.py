"""What experts write with: drafts kept as typed, ready texts, and who else is at a ticket."""

from typing import Annotated

from fastapi import APIRouter, Path, Query
from sqlalchemy.orm import Session

from admin_api.http.access import TicketReader, TicketWriter
from admin_api.http.deps import Reading, Wiring
from admin_api.http.errors import problems
from admin_api.http.idempotent import Act, TicketAct
from admin_api.routes.tickets import TicketId
from admin_api.schemas.base import MAX_ID, Done
from admin_api.schemas.writing import CannedIn, CannedOut, DraftIn, DraftsOut, HereOut, PresenceIn, PresentOut, SavedOut
from knowledge.models import CannedText, Staff, Words
from knowledge.tickets.answer_drafts import drafts_of, save_draft
from knowledge.tickets.by_staff import get_ticket
from knowledge.tickets.canned_texts import canned_for, delete_canned, save_canned
from knowledge.tickets.presence import seen

CannedId = Annotated[int, Path(ge=1, le=MAX_ID)]


router = APIRouter(tags=["writing"])


@router.get("/tickets/{ticket_id}/drafts", summary="Read my drafts on a ticket", responses=problems(401, 404))
def drafts(ticket_id: TicketId, caller: TicketReader, session: Reading) -> DraftsOut:
    get_ticket(session, ticket_id)
    return DraftsOut(drafts=drafts_of(session, ticket_id, caller.staff))


@router.put(
    "/tickets/{ticket_id}/drafts/{kind}", summary="Keep what I am writing", responses=problems(401, 403, 404, 422)
)
def keep_draft(ticket_id: TicketId, kind: Words, body: DraftIn, caller: TicketWriter, deps: Wiring) -> SavedOut:
    """Keep a draft as it is typed; sending the words deletes it."""
    with deps.database.transaction() as session:
        return SavedOut(saved_at=save_draft(session, ticket_id, caller.staff, kind, body.text))


@router.post(
    "/tickets/{ticket_id}/presence", summary="Say that I am at a ticket", responses=problems(401, 403, 404, 422)
)
def presence(ticket_id: TicketId, body: PresenceIn, caller: TicketWriter, deps: Wiring) -> HereOut:
    """Say that you have a ticket before you (it holds for 15 seconds), and learn who else has."""
    with deps.database.transaction() as session:
        get_ticket(session, ticket_id)
        others = seen(session, ticket_id, caller.staff, writing=body.writing)
    return HereOut(others=[PresentOut(name=name, writing=writing) for name, writing in others])


@router.get("/canned", summary="List the ready texts that I may use", responses=problems(401, 422))
def canned(
    caller: TicketReader,
    session: Reading,
    language: Annotated[str | None, Query(max_length=8)] = None,
    competence: Annotated[str | None, Query(max_length=200)] = None,
) -> list[CannedOut]:
    found = canned_for(session, caller.staff, language=language, competence=competence)
    return [_canned(each, caller.staff) for each in found]


@router.post("/canned", summary="Write a ready text", status_code=201, responses=problems(401, 403, 422))
def write(body: CannedIn, act: TicketAct) -> CannedOut:
    return _saved(body, act, None)


@router.put("/canned/{canned_id}", summary="Change a ready text", responses=problems(401, 403, 404, 422))
def rewrite(canned_id: CannedId, body: CannedIn, act: TicketAct) -> CannedOut:
    return _saved(body, act, canned_id)


@router.delete("/canned/{canned_id}", summary="Delete a ready text", responses=problems(401, 403, 404, 422))
def remove(canned_id: CannedId, act: TicketAct) -> Done:
    return act.done("delete text", f"text {canned_id}", lambda session: delete_canned(session, act.staff, canned_id))


def _saved(body: CannedIn, act: Act, canned_id: int | None) -> CannedOut:
    def saved(session: Session) -> CannedOut:
        canned = save_canned(
            session,
            act.staff,
            body.title,
            body.text,
            canned_id=canned_id,
            language=body.language,
            competence=body.competence,
            for_all=body.for_all,
        )
        act.trail(session, "write text", f"text {canned.id}")
        return _canned(canned, act.staff)

    return act.once(CannedOut, saved)


def _canned(canned: CannedText, staff: Staff) -> CannedOut:
    return CannedOut(
        id=canned.id,
        title=canned.title,
        text=canned.text,
        language=canned.language,
        competence=canned.competence,
        mine=canned.owner_id == staff.id,
    )
