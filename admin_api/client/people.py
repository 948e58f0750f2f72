"""The staff, what they know and when they work, for programs."""

from urllib.parse import quote

from admin_api.client.calls import Calls
from admin_api.schemas.access import NewStaff, StaffCreated, StaffIn, StaffOut
from admin_api.schemas.base import Done
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


class People:
    """The desk's accounts, for admins."""

    def __init__(self, calls: Calls) -> None:
        self._calls = calls

    def all(self) -> list[StaffOut]:
        """Return everybody."""
        return self._calls.get("/api/staff", list[StaffOut])

    def add(self, person: NewStaff) -> StaffCreated:
        """Make an account; its one-time password is in the reply and nowhere else."""
        return self._calls.tell("POST", "/api/staff", StaffCreated, person)

    def save(self, staff_id: int, person: StaffIn) -> StaffOut:
        """Change somebody's name and role."""
        return self._calls.again("PUT", f"/api/staff/{staff_id}", StaffOut, person)

    def deactivate(self, staff_id: int) -> StaffOut:
        """Lock somebody out."""
        return self._calls.again("POST", f"/api/staff/{staff_id}/deactivate", StaffOut)

    def activate(self, staff_id: int) -> StaffOut:
        """Let somebody in again."""
        return self._calls.again("POST", f"/api/staff/{staff_id}/activate", StaffOut)

    def new_password(self, staff_id: int) -> StaffCreated:
        """Give somebody a new one-time password."""
        return self._calls.tell("POST", f"/api/staff/{staff_id}/password", StaffCreated)


class Profiles:
    """What people know and when they work; everybody keeps their own, admins all."""

    def __init__(self, calls: Calls) -> None:
        self._calls = calls

    def get(self, staff_id: int) -> ProfileOut:
        """Return somebody's profile."""
        return self._calls.get(f"/api/staff/{staff_id}/profile", ProfileOut)

    def save(self, staff_id: int, profile: ProfileIn, *, key: str | None = None) -> ProfileOut:
        """Change the fields of a profile that are named."""
        return self._calls.act("PUT", f"/api/staff/{staff_id}/profile", ProfileOut, profile, key=key)

    def add_absence(self, staff_id: int, absence: AbsenceIn, *, key: str | None = None) -> AbsenceOut:
        """Say when somebody is away."""
        return self._calls.act("POST", f"/api/staff/{staff_id}/absences", AbsenceOut, absence, key=key)

    def delete_absence(self, staff_id: int, absence_id: int, *, key: str | None = None) -> None:
        """Delete an absence."""
        self._calls.act("DELETE", f"/api/staff/{staff_id}/absences/{absence_id}", Done, key=key)

    def telegram_code(self) -> CodeOut:
        """Return a code that makes a Telegram chat the caller's own; it needs a session."""
        return self._calls.tell("POST", "/api/me/code", CodeOut)

    def links(self, staff_id: int) -> list[LinkOut]:
        """Return the chats that are linked to somebody."""
        return self._calls.get(f"/api/staff/{staff_id}/links", list[LinkOut])

    def choose(self, staff_id: int, channel: str, address: str, link: LinkIn, *, key: str | None = None) -> LinkOut:
        """Say which notices go to a linked chat."""
        return self._calls.act("PUT", _link(staff_id, channel, address), LinkOut, link, key=key)

    def unlink(self, staff_id: int, channel: str, address: str, *, key: str | None = None) -> None:
        """Make a chat nobody's of the staff, as when a telephone is lost."""
        self._calls.act("DELETE", _link(staff_id, channel, address), Done, key=key)

    def groups(self) -> list[GroupOut]:
        """Return the groups to which tickets can be handed."""
        return self._calls.get("/api/groups", list[GroupOut])

    def add_group(self, group: GroupIn, *, key: str | None = None) -> GroupOut:
        """Make a group."""
        return self._calls.act("POST", "/api/groups", GroupOut, group, key=key)

    def save_group(self, group_id: int, group: GroupIn, *, key: str | None = None) -> GroupOut:
        """Change a group."""
        return self._calls.act("PUT", f"/api/groups/{group_id}", GroupOut, group, key=key)

    def delete_group(self, group_id: int, *, key: str | None = None) -> None:
        """Delete a group; tickets that wait for it wait for everybody then."""
        self._calls.act("DELETE", f"/api/groups/{group_id}", Done, key=key)


def _link(staff_id: int, channel: str, address: str) -> str:
    return f"/api/staff/{staff_id}/links/{quote(channel, safe='')}/{quote(address, safe='')}"
