"""Puts the admin API together: its routes and the console's pages, on an application.

To add a route file: one module with a `router` in `admin_api/routes/`, and one line in `ROUTES`. To add a console page:
one module with a `router` of `PageRoute`s in `admin_api/console/`, and one line in `PAGES`.
"""

from fastapi import APIRouter, FastAPI

from admin_api.console import (
    entry_pages,
    figures_pages,
    group_pages,
    import_pages,
    me_pages,
    pages,
    programs_pages,
    review_pages,
    staff_pages,
    ticket_pages,
    unreached_pages,
)
from admin_api.http.deps import Deps, give_deps
from admin_api.http.errors import install_errors
from admin_api.routes import (
    entries,
    figures,
    files,
    groups,
    handover,
    harvest,
    health,
    imports,
    live,
    profiles,
    search,
    sessions,
    staff,
    tickets,
    tokens,
    unreached,
    webhooks,
    writing,
)
from knowledge.conversations.files import MAX_FILE

ROUTES = (
    sessions, tickets, handover, writing, harvest, files, live, entries, imports, staff, profiles, groups, tokens,
    webhooks, unreached, search, figures,
)  # fmt: skip
"""What lies under `/api`."""

PAGES = (
    pages, ticket_pages, unreached_pages, me_pages, figures_pages, staff_pages, group_pages, programs_pages,
    review_pages, entry_pages, import_pages,
)  # fmt: skip
"""What lies under `/admin`."""

LONGEST_BODY = 2 * MAX_FILE
"""Bytes of a request's body that are read, but for an import; a file that is a little too large is told so in words."""


def install(application: FastAPI, deps: Deps) -> None:
    """Put the API under `/api`, `/healthz` and `/readyz`, and the console under `/admin`, to work with `deps`."""
    give_deps(application, deps)
    install_errors(application)
    api = APIRouter(prefix="/api", max_body_size=LONGEST_BODY)
    for theme in ROUTES:
        api.include_router(theme.router)
    application.include_router(api)
    application.include_router(health.router)
    for theme in PAGES:
        application.include_router(theme.router, prefix="/admin", include_in_schema=False)
