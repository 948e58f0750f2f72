"""From a ticket to knowledge: the entry that it would make, and writing it as a draft."""

from collections.abc import Mapping, Sequence

from fastapi import APIRouter
from sqlalchemy.orm import Session

from admin_api.http.access import TicketReader
from admin_api.http.deps import Deps, Reading, Wiring
from admin_api.http.errors import problems
from admin_api.http.idempotent import TicketAct
from admin_api.routes.tickets import TicketId
from admin_api.schemas.entries import EntryIn, EntryOut, HarvestOut, PersonalOut
from admin_api.views.entries import entry_out
from knowledge.entries.store import get_entry
from knowledge.learning.harvest import draft_from_ticket, save_harvest
from knowledge.learning.personal_data import Found

router = APIRouter(prefix="/tickets/{ticket_id}/entry", tags=["entries"])


@router.get("", summary="Propose an entry of a ticket", responses=problems(401, 404, 422))
def propose(ticket_id: TicketId, caller: TicketReader, session: Reading, deps: Wiring) -> HarvestOut:
    """Give the question rewritten, the answer, facets and an expiry, with the personal data that was taken out."""
    return harvest_out(session, ticket_id, deps)


@router.post("", summary="Make a draft entry of a ticket", responses=problems(401, 403, 404, 422))
def make(ticket_id: TicketId, body: EntryIn, act: TicketAct, deps: Wiring) -> EntryOut:
    """Write the draft that a curator reviews and publishes; the ticket and the entry know of each other."""

    def made(session: Session) -> EntryOut:
        reference = save_harvest(session, ticket_id, act.staff, body.record()).reference
        return entry_out(get_entry(session, reference), deps.today())

    return act.once(EntryOut, made, ticket_id=ticket_id)


def harvest_out(session: Session, ticket_id: int, deps: Deps) -> HarvestOut:
    """Return the entry that a ticket would make; raises `NotFound` and `InvalidEntry`."""
    harvest = draft_from_ticket(session, ticket_id, deps.today())
    return HarvestOut(fields=harvest.fields, found=personal_out(harvest.found))


def personal_out(found: Mapping[str, Sequence[Found]]) -> list[PersonalOut]:
    """Return what is personal, by field, as it is shown."""
    return [PersonalOut(field=name, kind=each.kind, text=each.text) for name, many in found.items() for each in many]
