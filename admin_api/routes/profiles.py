"""What staff know and when they work: profiles, absences and groups."""

from typing import Annotated

from fastapi import APIRouter, Depends, Path
from sqlalchemy.orm import Session

from admin_api.http.access import Access, Caller
from admin_api.http.deps import Deps
from admin_api.http.errors import NotAllowed, problems
from admin_api.http.idempotent import Act, acting
from admin_api.routes.staff import StaffId
from admin_api.schemas.base import MAX_ID, Done
from admin_api.schemas.profiles import (
    AbsenceIn,
    AbsenceOut,
    CodeOut,
    GroupIn,
    GroupOut,
    LinkIn,
    LinkOut,
    ProfileIn,
    ProfileOut,
)
from knowledge.errors import NotFound
from knowledge.models import Group, Role
from knowledge.programs.api_tokens import Scope
from knowledge.staff.absences import add_absence, delete_absence
from knowledge.staff.audit import record
from knowledge.staff.groups import list_groups, members_of, save_group
from knowledge.staff.profiles import Profile, profile_of, save_profile
from knowledge.tickets.chat_links import links_of, set_wants, staff_code, unlink
from knowledge.tickets.leaving import delete_group

AbsenceId = Annotated[int, Path(ge=1, le=MAX_ID)]
GroupId = Annotated[int, Path(ge=1, le=MAX_ID)]
Address = Annotated[str, Path(max_length=200)]


def profile_routes(deps: Deps, access: Access) -> APIRouter:
    """Return the routes of profiles, absences and groups; everybody keeps their own, admins all."""
    router = APIRouter(tags=["staff"])
    reads = access.may(Role.EXPERT, Scope.TICKETS_READ)
    Own = Annotated[Act, Depends(acting(deps, access, Role.EXPERT, Scope.STAFF_WRITE))]
    Keeps = Annotated[Act, Depends(acting(deps, access, Role.ADMIN, Scope.STAFF_WRITE))]

    @router.get("/staff/{staff_id}/profile", summary="Read a profile", responses=problems(401, 404, 422))
    def profile(staff_id: StaffId, caller: Annotated[Caller, Depends(reads)]) -> ProfileOut:
        with deps.database.reading() as session:
            return _profile(profile_of(session, staff_id))

    @router.put("/staff/{staff_id}/profile", summary="Change a profile", responses=problems(401, 403, 404, 422))
    def change(staff_id: StaffId, body: ProfileIn, act: Own) -> ProfileOut:
        """Change the fields that are named; routing and the organisation under answers follow them."""
        _own(act, staff_id)
        columns = body.model_dump(exclude_unset=True, exclude={"skills"})

        def changed(session: Session) -> ProfileOut:
            saved = save_profile(session, staff_id, skills=body.skills, **columns)
            act.trail(session, "change profile", f"staff {staff_id}")
            return _profile(saved)

        return act.once(ProfileOut, changed)

    @router.post(
        "/staff/{staff_id}/absences",
        summary="Say when somebody is away",
        status_code=201,
        responses=problems(401, 403, 404, 422),
    )
    def away(staff_id: StaffId, body: AbsenceIn, act: Own) -> AbsenceOut:
        _own(act, staff_id)

        def added(session: Session) -> AbsenceOut:
            absence = add_absence(session, staff_id, body.first_day, body.last_day, body.note)
            act.trail(session, "add absence", f"staff {staff_id}")
            return AbsenceOut.model_validate(absence)

        return act.once(AbsenceOut, added)

    @router.delete(
        "/staff/{staff_id}/absences/{absence_id}", summary="Delete an absence", responses=problems(401, 403, 404, 422)
    )
    def back(staff_id: StaffId, absence_id: AbsenceId, act: Own) -> Done:
        _own(act, staff_id)

        def removed(session: Session) -> Done:
            delete_absence(session, staff_id, absence_id)
            act.trail(session, "delete absence", f"staff {staff_id}")
            return Done()

        return act.once(Done, removed)

    @router.get("/staff/{staff_id}/links", summary="List somebody's linked chats", responses=problems(401, 403, 422))
    def links(staff_id: StaffId, caller: Annotated[Caller, Depends(reads)]) -> list[LinkOut]:
        if staff_id != caller.staff.id and not caller.staff.role.covers(Role.ADMIN):
            raise NotAllowed("a profile is its owner's and the admins'")
        with deps.database.reading() as session:
            return [LinkOut.model_validate(link) for link in links_of(session, staff_id)]

    @router.put(
        "/staff/{staff_id}/links/{channel}/{address}",
        summary="Choose what a chat is told",
        responses=problems(401, 403, 404, 422),
    )
    def wanted(staff_id: StaffId, channel: Address, address: Address, body: LinkIn, act: Own) -> LinkOut:
        """Say which notices go to a linked chat; with none named, all do."""
        _own(act, staff_id)

        def chosen(session: Session) -> LinkOut:
            link = set_wants(session, staff_id, channel, address, body.wants)
            act.trail(session, "choose notices", f"staff {staff_id}")
            return LinkOut.model_validate(link)

        return act.once(LinkOut, chosen)

    @router.delete(
        "/staff/{staff_id}/links/{channel}/{address}", summary="Unlink a chat", responses=problems(401, 403, 404, 422)
    )
    def unlinked(staff_id: StaffId, channel: Address, address: Address, act: Own) -> Done:
        """Make a chat nobody's of the staff, as when a telephone is lost."""
        _own(act, staff_id)

        def ended(session: Session) -> Done:
            if not any((each.channel, each.address) == (channel, address) for each in links_of(session, staff_id)):
                raise NotFound(f"{channel} {address}")
            unlink(session, channel, address)
            act.trail(session, "unlink", f"staff {staff_id}")
            return Done()

        return act.once(Done, ended)

    @router.post("/me/code", summary="Get a code that links my Telegram chat", responses=problems(401, 403))
    def code(caller: Annotated[Caller, Depends(access.expert)]) -> CodeOut:
        """Give a code that makes a chat with the bot the caller's own, to work on tickets there."""
        with deps.database.transaction() as session:
            made = staff_code(session, caller.staff)
            record(session, caller.name, "make code", f"staff {caller.staff.id}")
            return CodeOut(code=made, link=deps.staff_link(made))

    @router.get("/groups", summary="List the groups", responses=problems(401))
    def groups(caller: Annotated[Caller, Depends(reads)]) -> list[GroupOut]:
        with deps.database.reading() as session:
            return [_group(group, members) for group, members in list_groups(session)]

    @router.post("/groups", summary="Make a group", status_code=201, responses=problems(401, 403, 404, 409, 422))
    def make(body: GroupIn, act: Keeps) -> GroupOut:
        return _saved(body, act, None)

    @router.put("/groups/{group_id}", summary="Change a group", responses=problems(401, 403, 404, 409, 422))
    def remake(group_id: GroupId, body: GroupIn, act: Keeps) -> GroupOut:
        return _saved(body, act, group_id)

    @router.delete("/groups/{group_id}", summary="Delete a group", responses=problems(401, 403, 404, 422))
    def drop(group_id: GroupId, act: Keeps) -> Done:
        """Delete a group; tickets that wait for it wait for everybody then."""

        def dropped(session: Session) -> Done:
            delete_group(session, group_id, act.staff)
            act.trail(session, "delete group", f"group {group_id}")
            return Done()

        return act.once(Done, dropped)

    return router


def _own(act: Act, staff_id: int) -> None:
    if staff_id != act.staff.id and not act.staff.role.covers(Role.ADMIN):
        raise NotAllowed("a profile is its owner's and the admins'")


def _saved(body: GroupIn, act: Act, group_id: int | None) -> GroupOut:
    def saved(session: Session) -> GroupOut:
        group = save_group(session, body.name, body.members, group_id=group_id, active=body.active)
        act.trail(session, "save group", f"group {group.id}")
        return _group(group, members_of(session, group.id))

    return act.once(GroupOut, saved)


def _group(group: Group, members: list[int]) -> GroupOut:
    return GroupOut(id=group.id, name=group.name, active=group.active, members=members)


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
