"""The pages of staff, for admins: the accounts, and one of them."""

from functools import cache
from zoneinfo import available_timezones

from fastapi import APIRouter, Response

from admin_api.console.frame import Admin, PageRoute, draw
from admin_api.http.deps import Reading
from admin_api.http.queries import address_of
from admin_api.routes.staff import StaffId
from knowledge.models import Role
from knowledge.staff.accounts import list_staff
from knowledge.staff.groups import list_groups
from knowledge.staff.profiles import profile_of
from knowledge.tickets.acting import HELD
from knowledge.tickets.chat_links import links_of
from knowledge.tickets.queries import TicketQuery, count_tickets

router = APIRouter(route_class=PageRoute)


@router.get("/staff")
def staff(caller: Admin, session: Reading) -> Response:
    return draw("staff.html", caller=caller, people=list_staff(session), roles=list(Role))


@router.get("/staff/{staff_id}")
def person(caller: Admin, session: Reading, staff_id: StaffId) -> Response:
    """Show what somebody knows, when they work and what they hold."""
    held = TicketQuery(assignee_id=staff_id, states=HELD)
    profile = profile_of(session, staff_id)
    return draw(
        "person.html",
        caller=caller,
        profile=profile,
        groups=[group for group, _ in list_groups(session) if group.id in profile.groups],
        links=links_of(session, staff_id),
        held=count_tickets(session, held),
        tickets=address_of(held),
        zones=zones(),
    )


@cache
def zones() -> list[str]:
    """Return the time zones that a profile may be set to."""
    return sorted(zone for zone in available_timezones() if zone.startswith("Europe/"))
