"""The pages of people: one member of staff as admins see them, and the groups."""

from functools import cache
from zoneinfo import available_timezones

from fastapi import APIRouter, Request, Response

from admin_api.console.frame import Enter, PageRoute, draw
from admin_api.http.deps import Deps
from admin_api.http.queries import address_of
from admin_api.routes.staff import StaffId
from knowledge.models import Role, TicketState
from knowledge.staff.accounts import list_staff
from knowledge.staff.groups import list_groups
from knowledge.staff.profiles import profile_of
from knowledge.tickets.acting import HELD
from knowledge.tickets.chat_links import links_of
from knowledge.tickets.leaving import waiting_for_groups
from knowledge.tickets.queries import TicketQuery, count_tickets


def people_pages(deps: Deps, enter: Enter) -> APIRouter:
    """Return the pages of people, for admins."""
    router = APIRouter(route_class=PageRoute)

    @router.get("/staff/{staff_id}")
    def person(request: Request, staff_id: StaffId) -> Response:
        """Show what somebody knows, when they work and what they hold."""
        caller = enter(request, Role.ADMIN)
        held = TicketQuery(assignee_id=staff_id, states=HELD)
        with deps.database.reading() as session:
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

    @router.get("/groups")
    def groups(request: Request) -> Response:
        """Show the groups, who is in them and what waits for them."""
        caller = enter(request, Role.ADMIN)
        with deps.database.reading() as session:
            listed = list_groups(session)
            return draw(
                "groups.html",
                caller=caller,
                groups=listed,
                people=[each for each in list_staff(session) if each.active],
                waiting=waiting_for_groups(session),
                lists={
                    group.id: address_of(TicketQuery(group_id=group.id, states=(TicketState.OPEN,)))
                    for group, _ in listed
                },
            )

    return router


@cache
def zones() -> list[str]:
    """Return the time zones that a profile may be set to."""
    return sorted(zone for zone in available_timezones() if zone.startswith("Europe/"))
