"""The accounts of the desk, for admins."""

from typing import Annotated

from fastapi import APIRouter, Path

from admin_api.http.access import Caller, StaffKeeper
from admin_api.http.deps import Deps, Reading, Wiring
from admin_api.http.errors import problems
from admin_api.schemas.access import NewStaff, StaffCreated, StaffIn, StaffOut
from admin_api.schemas.base import MAX_ID
from knowledge.errors import Conflict
from knowledge.staff.accounts import change_staff, create_staff, list_staff, reset_password
from knowledge.staff.audit import record
from knowledge.tickets.leaving import set_active

StaffId = Annotated[int, Path(ge=1, le=MAX_ID)]


router = APIRouter(prefix="/staff", tags=["staff"])


@router.get("", summary="List the staff", responses=problems(401, 403))
def everybody(caller: StaffKeeper, session: Reading) -> list[StaffOut]:
    return [StaffOut.model_validate(staff) for staff in list_staff(session)]


@router.post("", summary="Make an account", status_code=201, responses=problems(401, 403, 409, 422))
def create(body: NewStaff, caller: StaffKeeper, deps: Wiring) -> StaffCreated:
    """Make an account with a one-time password, which is in the answer and nowhere else."""
    with deps.database.transaction() as session:
        staff, password = create_staff(session, body.email, body.name, body.role)
        record(session, caller.name, "create staff", f"staff {staff.id}", {"email": staff.email, "role": body.role})
        return StaffCreated(staff=StaffOut.model_validate(staff), password=password)


@router.put("/{staff_id}", summary="Change an account", responses=problems(401, 403, 404, 409, 422))
def change(staff_id: StaffId, body: StaffIn, caller: StaffKeeper, deps: Wiring) -> StaffOut:
    """Change somebody's name and role; the last admin stays one."""
    with deps.database.transaction() as session:
        staff = change_staff(session, staff_id, body.name, body.role)
        record(session, caller.name, "change staff", f"staff {staff.id}", {"name": staff.name, "role": staff.role})
        return StaffOut.model_validate(staff)


@router.post("/{staff_id}/deactivate", summary="Lock somebody out", responses=problems(401, 403, 404, 409, 422))
def deactivate(staff_id: StaffId, caller: StaffKeeper, deps: Wiring) -> StaffOut:
    if staff_id == caller.staff.id:
        raise Conflict("you cannot lock yourself out; let another admin do it")
    return _set(deps, caller, staff_id, active=False)


@router.post("/{staff_id}/activate", summary="Let somebody in again", responses=problems(401, 403, 404, 422))
def activate(staff_id: StaffId, caller: StaffKeeper, deps: Wiring) -> StaffOut:
    return _set(deps, caller, staff_id, active=True)


@router.post("/{staff_id}/password", summary="Give a new one-time password", responses=problems(401, 403, 404, 422))
def new_password(staff_id: StaffId, caller: StaffKeeper, deps: Wiring) -> StaffCreated:
    with deps.database.transaction() as session:
        staff, password = reset_password(session, staff_id)
        record(session, caller.name, "reset password", f"staff {staff.id}")
        return StaffCreated(staff=StaffOut.model_validate(staff), password=password)


def _set(deps: Deps, caller: Caller, staff_id: int, *, active: bool) -> StaffOut:
    with deps.database.transaction() as session:
        staff = set_active(session, staff_id, active)
        record(session, caller.name, "activate" if active else "deactivate", f"staff {staff.id}")
        return StaffOut.model_validate(staff)
