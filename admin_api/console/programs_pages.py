"""The pages of other programs: tokens by which they come in, and webhooks by which they are called."""

from collections.abc import Mapping
from datetime import timedelta

from fastapi import APIRouter, Response
from sqlalchemy.orm import Session

from admin_api.console.frame import Admin, Expert, PageRoute, Visitor, draw
from admin_api.http.deps import Reading
from admin_api.wording.locale import gettext
from knowledge.models import Role, now
from knowledge.programs.api_tokens import Scope, tokens_of
from knowledge.programs.webhooks import list_calls, list_webhooks

CALLS = 10
"""How many of a webhook's last calls are shown."""

NEEDED = {Scope.ENTRIES_WRITE: Role.CURATOR, Scope.WEBHOOKS_WRITE: Role.ADMIN}
"""The role without which a scope allows nothing."""


router = APIRouter(route_class=PageRoute)


@router.get("/programs")
def programs(caller: Expert, session: Reading) -> Response:
    """Show one's tokens, and make another one."""
    moment, role = now(), caller.staff.role
    tokens = tokens_of(session, caller.staff.id)
    living = [each for each in tokens if not each.revoked_at and (not each.expires_at or each.expires_at > moment)]
    return draw(
        "programs.html",
        caller=caller,
        living=living,
        ended=[each for each in tokens if each not in living],
        scopes={scope: words for scope, words in scope_words().items() if role.covers(NEEDED.get(scope, Role.EXPERT))},
        ends={days: (moment + timedelta(days=days)).isoformat() for days in (30, 90, 365)},
    )


@router.get("/webhooks")
def webhooks(caller: Admin, session: Reading) -> Response:
    """Show whom the desk calls, and what came of the last calls."""
    return _webhooks("webhooks.html", caller, session)


@router.get("/webhooks/calls")
def calls(caller: Admin, session: Reading) -> Response:
    """Show what changes on the page of webhooks while it is open."""
    return _webhooks("_calls.html", caller, session)


def _webhooks(template: str, caller: Visitor, session: Session) -> Response:
    listed = [(each, list_calls(session, each.id, limit=CALLS)) for each in list_webhooks(session)]
    return draw(template, caller=caller, webhooks=listed, events=event_words())


def scope_words() -> Mapping[Scope, str]:
    """Return what each scope allows."""
    return {
        Scope.TICKETS_READ: gettext("Read tickets, their stories and files, profiles and groups"),
        Scope.TICKETS_WRITE: gettext("Claim, answer, hand over and close tickets, and all else done with them"),
        Scope.ENTRIES_READ: gettext("Read entries, and search as the desk does"),
        Scope.ENTRIES_WRITE: gettext("Write, import, publish and withdraw entries"),
        Scope.STAFF_WRITE: gettext("Change profiles and absences, as an admin also accounts and groups"),
        Scope.WEBHOOKS_WRITE: gettext("Make, change and delete webhooks"),
        Scope.FIGURES_READ: gettext("Read the overview's numbers"),
    }


def event_words() -> Mapping[str, str]:
    """Return what each event of a webhook tells."""
    return {
        "ticket.opened": gettext("a ticket was opened"),
        "ticket.answered": gettext("a ticket was answered"),
        "ticket.closed": gettext("a ticket was closed"),
        "ticket.rated": gettext("an answer was rated"),
        "webhook.test": gettext("a test"),
    }
