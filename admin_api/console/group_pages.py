"""The page of groups: who is in them, and what waits for them."""

from fastapi import APIRouter, Response

from admin_api.console.frame import Admin, PageRoute, draw
from admin_api.http.deps import Reading
from admin_api.http.queries import address_of
from knowledge.models import TicketState
from knowledge.staff.accounts import list_staff
from knowledge.staff.groups import list_groups
from knowledge.tickets.leaving import waiting_for_groups
from knowledge.tickets.queries import TicketQuery

router = APIRouter(route_class=PageRoute)


@router.get("/groups")
def groups(caller: Admin, session: Reading) -> Response:
    """Show the groups, who is in them and what waits for them."""
    listed = list_groups(session)
    return draw(
        "groups.html",
        caller=caller,
        groups=listed,
        people=[each for each in list_staff(session) if each.active],
        waiting=waiting_for_groups(session),
        lists={group.id: address_of(TicketQuery(group_id=group.id, states=(TicketState.OPEN,))) for group, _ in listed},
    )
