"""Puts the routes of the staff's door together."""

from fastapi import APIRouter

from admin_api.console.pages import console_routes
from admin_api.http.access import Access
from admin_api.http.deps import Deps
from admin_api.routes.desk import desk_routes
from admin_api.routes.entries import entry_routes
from admin_api.routes.figures import figure_routes
from admin_api.routes.files import file_routes
from admin_api.routes.handover import reshaping_routes
from admin_api.routes.harvest import harvest_routes
from admin_api.routes.health import health_routes
from admin_api.routes.imports import import_routes
from admin_api.routes.live import live_routes
from admin_api.routes.profiles import profile_routes
from admin_api.routes.programs import token_routes, webhook_routes
from admin_api.routes.sessions import session_routes
from admin_api.routes.staff import staff_routes
from admin_api.routes.tickets import ticket_routes
from admin_api.routes.unreached import letter_routes
from admin_api.routes.writing import writing_routes
from knowledge.conversations.files import MAX_FILE

THEMES = (
    ticket_routes, reshaping_routes, writing_routes, harvest_routes, file_routes, live_routes, entry_routes,
    import_routes, staff_routes, profile_routes, token_routes, webhook_routes, letter_routes, desk_routes,
    figure_routes,
)  # fmt: skip

LONGEST_BODY = 2 * MAX_FILE
"""Bytes of a request's body that are read, but for an import; a file that is a little too large is told so in words."""


def create_router(deps: Deps) -> APIRouter:
    """Return the API under `/api`, `/healthz` and `/readyz`, and the console under `/admin`.

    The application also needs `install_errors`.
    """
    access = Access(deps.database)
    api = APIRouter(prefix="/api", max_body_size=LONGEST_BODY)
    api.include_router(session_routes(deps, access))
    for routes in THEMES:
        api.include_router(routes(deps, access))
    router = APIRouter()
    router.include_router(api)
    router.include_router(health_routes(deps))
    router.include_router(console_routes(deps, access))
    return router
