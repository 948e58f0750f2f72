"""Groups of staff, to which tickets can be handed."""

from typing import Annotated

from fastapi import APIRouter, Path
from sqlalchemy.orm import Session

from admin_api.http.access import TicketReader
from admin_api.http.deps import Reading
from admin_api.http.errors import problems
from admin_api.http.idempotent import Act, StaffAct
from admin_api.schemas.base import MAX_ID, Done
from admin_api.schemas.profiles import GroupIn, GroupOut
from knowledge.models import Group
from knowledge.staff.groups import list_groups, members_of, save_group
from knowledge.tickets.leaving import delete_group

GroupId = Annotated[int, Path(ge=1, le=MAX_ID)]

router = APIRouter(prefix="/groups", tags=["staff"])


@router.get("", summary="List the groups", responses=problems(401))
def groups(caller: TicketReader, session: Reading) -> list[GroupOut]:
    return [_group(group, members) for group, members in list_groups(session)]


@router.post("", summary="Make a group", status_code=201, responses=problems(401, 403, 404, 409, 422))
def make(body: GroupIn, act: StaffAct) -> GroupOut:
    return _saved(body, act, None)


@router.put("/{group_id}", summary="Change a group", responses=problems(401, 403, 404, 409, 422))
def remake(group_id: GroupId, body: GroupIn, act: StaffAct) -> GroupOut:
    return _saved(body, act, group_id)


@router.delete("/{group_id}", summary="Delete a group", responses=problems(401, 403, 404, 422))
def drop(group_id: GroupId, act: StaffAct) -> Done:
    """Delete a group; tickets that wait for it wait for everybody then."""
    return act.done("delete group", f"group {group_id}", lambda session: delete_group(session, group_id, act.staff))


def _saved(body: GroupIn, act: Act, group_id: int | None) -> GroupOut:
    def saved(session: Session) -> GroupOut:
        group = save_group(session, body.name, body.members, group_id=group_id, active=body.active)
        act.trail(session, "save group", f"group {group.id}")
        return _group(group, members_of(session, group.id))

    return act.once(GroupOut, saved)


def _group(group: Group, members: list[int]) -> GroupOut:
    return GroupOut(id=group.id, name=group.name, active=group.active, members=members)
