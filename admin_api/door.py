"""Puts the routes of the staff's door together."""

from fastapi import APIRouter

from admin_api.access import Access
from admin_api.console.pages import console_routes
from admin_api.deps import Deps
from admin_api.routes.desk import desk_routes
from admin_api.routes.entries import entry_routes
from admin_api.routes.health import health_routes
from admin_api.routes.imports import import_routes
from admin_api.routes.sessions import session_routes
from admin_api.routes.staff import staff_routes
from admin_api.routes.tickets import ticket_routes
from admin_api.throttle import LoginThrottle


def create_router(deps: Deps) -> APIRouter:
    """Return the API under `/api`, `/healthz` and `/readyz`, and the console under `/admin`.

    The application also needs `install_errors`.
    """
    access = Access(deps.database)
    api = APIRouter(prefix="/api")
    api.include_router(session_routes(deps, access, LoginThrottle()))
    api.include_router(ticket_routes(deps, access))
    api.include_router(entry_routes(deps, access))
    api.include_router(import_routes(deps, access))
    api.include_router(staff_routes(deps, access))
    api.include_router(desk_routes(deps, access))
    router = APIRouter()
    router.include_router(api)
    router.include_router(health_routes(deps))
    router.include_router(console_routes(deps, access))
    return router
