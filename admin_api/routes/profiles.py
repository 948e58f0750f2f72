"""What staff know, when they work and where they are told: everybody keeps their own profile, admins all."""

from typing import Annotated

from fastapi import APIRouter, Path
from sqlalchemy.orm import Session

from admin_api.http.access import Caller, Member, TicketReader
from admin_api.http.deps import Reading, Wiring
from admin_api.http.errors import NotAllowed, problems
from admin_api.http.idempotent import ProfileAct
from admin_api.routes.staff import StaffId
from admin_api.schemas.base import MAX_ID, Done
from admin_api.schemas.profiles import (
    AbsenceIn,
    AbsenceOut,
    CodeOut,
    LinkIn,
    LinkOut,
    ProfileIn,
    ProfileOut,
)
from knowledge.errors import NotFound
from knowledge.models import Role
from knowledge.staff.absences import add_absence, delete_absence
from knowledge.staff.audit import record
from knowledge.staff.profiles import Profile, profile_of, save_profile
from knowledge.tickets.chat_links import links_of, set_wants, staff_code, unlink

AbsenceId = Annotated[int, Path(ge=1, le=MAX_ID)]
Address = Annotated[str, Path(max_length=200)]

router = APIRouter(tags=["staff"])


@router.get("/staff/{staff_id}/profile", summary="Read a profile", responses=problems(401, 404, 422))
def profile(staff_id: StaffId, caller: TicketReader, session: Reading) -> ProfileOut:
    return _profile(profile_of(session, staff_id))


@router.put("/staff/{staff_id}/profile", summary="Change a profile", responses=problems(401, 403, 404, 422))
def change(staff_id: StaffId, body: ProfileIn, act: ProfileAct) -> ProfileOut:
    """Change the fields that are named; routing and the organisation under answers follow them."""
    _own(act.caller, staff_id)
    columns = body.model_dump(exclude_unset=True, exclude={"skills"})

    def changed(session: Session) -> ProfileOut:
        return _profile(save_profile(session, staff_id, skills=body.skills, **columns))

    return act.audited(ProfileOut, "change profile", f"staff {staff_id}", changed)


@router.post(
    "/staff/{staff_id}/absences",
    summary="Say when somebody is away",
    status_code=201,
    responses=problems(401, 403, 404, 422),
)
def away(staff_id: StaffId, body: AbsenceIn, act: ProfileAct) -> AbsenceOut:
    _own(act.caller, staff_id)
    return act.audited(
        AbsenceOut,
        "add absence",
        f"staff {staff_id}",
        lambda session: add_absence(session, staff_id, body.first_day, body.last_day, body.note),
    )


@router.delete(
    "/staff/{staff_id}/absences/{absence_id}", summary="Delete an absence", responses=problems(401, 403, 404, 422)
)
def back(staff_id: StaffId, absence_id: AbsenceId, act: ProfileAct) -> Done:
    _own(act.caller, staff_id)
    return act.done(
        "delete absence", f"staff {staff_id}", lambda session: delete_absence(session, staff_id, absence_id)
    )


@router.get("/staff/{staff_id}/links", summary="List somebody's linked chats", responses=problems(401, 403, 422))
def links(staff_id: StaffId, caller: TicketReader, session: Reading) -> list[LinkOut]:
    _own(caller, staff_id)
    return [LinkOut.model_validate(link) for link in links_of(session, staff_id)]


@router.put(
    "/staff/{staff_id}/links/{channel}/{address}",
    summary="Choose what a chat is told",
    responses=problems(401, 403, 404, 422),
)
def wanted(staff_id: StaffId, channel: Address, address: Address, body: LinkIn, act: ProfileAct) -> LinkOut:
    """Say which notices go to a linked chat; with none named, all do."""
    _own(act.caller, staff_id)
    return act.audited(
        LinkOut,
        "choose notices",
        f"staff {staff_id}",
        lambda session: set_wants(session, staff_id, channel, address, body.wants),
    )


@router.delete(
    "/staff/{staff_id}/links/{channel}/{address}", summary="Unlink a chat", responses=problems(401, 403, 404, 422)
)
def unlinked(staff_id: StaffId, channel: Address, address: Address, act: ProfileAct) -> Done:
    """Make a chat nobody's of the staff, as when a telephone is lost."""
    _own(act.caller, staff_id)

    def ended(session: Session) -> None:
        if not any((each.channel, each.address) == (channel, address) for each in links_of(session, staff_id)):
            raise NotFound(f"{channel} {address}")
        unlink(session, channel, address)

    return act.done("unlink", f"staff {staff_id}", ended)


@router.post("/me/code", summary="Get a code that links my Telegram chat", responses=problems(401, 403))
def code(caller: Member, deps: Wiring) -> CodeOut:
    """Give a code that makes a chat with the bot the caller's own, to work on tickets there."""
    with deps.database.transaction() as session:
        made = staff_code(session, caller.staff)
        record(session, caller.name, "make code", f"staff {caller.staff.id}")
        return CodeOut(code=made, link=deps.staff_link(made))


def _own(caller: Caller, staff_id: int) -> None:
    if staff_id != caller.staff.id and not caller.staff.role.covers(Role.ADMIN):
        raise NotAllowed("a profile is its owner's and the admins'")


def _profile(profile: Profile) -> ProfileOut:
    staff = profile.staff
    return ProfileOut(
        staff_id=staff.id,
        name=staff.name,
        organisation=staff.organisation,
        organisation_url=staff.organisation_url,
        language=staff.language,
        country=staff.country,
        zone=staff.zone,
        opens=staff.opens,
        closes=staff.closes,
        workdays=staff.workdays,
        capacity=staff.capacity,
        skills=profile.skills,
        groups=profile.groups,
        absences=[AbsenceOut.model_validate(absence) for absence in profile.absences],
    )
