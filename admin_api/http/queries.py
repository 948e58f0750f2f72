"""Lists of tickets as addresses: what a query string asks for, and the address of a query."""

from dataclasses import replace
from datetime import date
from typing import Annotated, Literal
from urllib.parse import urlencode

from fastapi import Depends, Query

from admin_api.schemas.base import MAX_ID
from knowledge.models import Priority, TicketState
from knowledge.tickets.queries import TicketQuery

Ids = Annotated[int | None, Query(ge=1, le=MAX_ID)]
Codes = Annotated[list[str], Query(max_length=50)]

_NAMES = {
    "states": "state", "priorities": "priority", "languages": "language", "countries": "country",
    "competences": "competence", "channels": "channel", "ratings": "rating", "assignee_id": "assignee",
    "group_id": "group", "watcher_id": "watcher", "words": "q",
}  # fmt: skip


def _asked_times(
    opened_from: date | None = None,
    opened_until: date | None = None,
    closed_from: date | None = None,
    closed_until: date | None = None,
    weekday: Annotated[int | None, Query(ge=1, le=7, description="On which it was opened; 1 is Monday.")] = None,
    hour: Annotated[int | None, Query(ge=0, le=23, description="In which it was opened, in UTC.")] = None,
) -> TicketQuery:
    return TicketQuery(
        opened_from=opened_from,
        opened_until=opened_until,
        closed_from=closed_from,
        closed_until=closed_until,
        weekday=weekday,
        hour=hour,
    )


def asked_for(
    times: Annotated[TicketQuery, Depends(_asked_times)],
    state: Annotated[list[TicketState], Query(description="Any of these; repeat for several.")] = [],  # noqa: B006
    priority: Annotated[list[Priority], Query()] = [],  # noqa: B006
    language: Codes = [],  # noqa: B006
    country: Annotated[list[str], Query(max_length=50, description="ISO code; `unset` for those without.")] = [],  # noqa: B006
    competence: Annotated[list[str], Query(max_length=50, description="`unset` for those without.")] = [],  # noqa: B006
    channel: Codes = [],  # noqa: B006
    rating: Annotated[list[int], Query(max_length=5)] = [],  # noqa: B006
    assignee: Ids = None,
    group: Ids = None,
    watcher: Ids = None,
    unassigned: bool = False,
    overdue: bool = False,
    escalated: bool = False,
    unreachable: bool = False,
    answered: bool = False,
    q: Annotated[str, Query(max_length=200, description="Words of the question, or a number.")] = "",
    order: Literal["due", "oldest", "newest"] = "due",
) -> TicketQuery:
    """Return the tickets that a query string asks for; a dependency of routes."""
    return replace(
        times,
        states=tuple(state),
        priorities=tuple(priority),
        languages=tuple(language),
        countries=tuple(country),
        competences=tuple(competence),
        channels=tuple(channel),
        ratings=tuple(rating),
        assignee_id=assignee,
        group_id=group,
        watcher_id=watcher,
        unassigned=unassigned,
        overdue=overdue,
        escalated=escalated,
        unreachable=unreachable,
        answered=answered,
        words=q,
        order=order,
    )


Asked = Annotated[TicketQuery, Depends(asked_for)]


def address_of(query: TicketQuery, path: str = "/admin/tickets") -> str:
    """Return the address of the list of a query; what does not limit is left out."""
    values: list[tuple[str, str]] = []
    for name, given in vars(query).items():
        default = getattr(TicketQuery, name)
        if given == default:
            continue
        for each in given if isinstance(given, tuple) else (given,):
            values.append((_NAMES.get(name, name), "true" if each is True else str(each)))
    return f"{path}?{urlencode(values)}" if values else path
