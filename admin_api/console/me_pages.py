"""The page of one's own profile, ready texts and linked chats."""

from fastapi import APIRouter, Response

from admin_api.console.frame import Expert, PageRoute, draw
from admin_api.console.staff_pages import zones
from admin_api.http.deps import Reading
from knowledge.models import Role
from knowledge.staff.profiles import profile_of
from knowledge.tickets.canned_texts import canned_for
from knowledge.tickets.chat_links import links_of

router = APIRouter(route_class=PageRoute)


@router.get("/me")
def me(caller: Expert, session: Reading) -> Response:
    return draw(
        "me.html",
        caller=caller,
        profile=profile_of(session, caller.staff.id),
        canned=canned_for(session, caller.staff),
        for_all=caller.staff.role.covers(Role.CURATOR),
        links=links_of(session, caller.staff.id),
        zones=zones(),
    )
