"""The overview: the desk in pictures, every number a way to its tickets."""

from collections.abc import Callable, Mapping
from datetime import date
from typing import Annotated

from fastapi import APIRouter, Query, Response

from admin_api.console.charts import bars, heat, lines
from admin_api.console.frame import Expert, PageRoute, draw
from admin_api.http.deps import Reading, Wiring
from admin_api.http.queries import address_of
from admin_api.routes.figures import period
from admin_api.wording.locale import country_name, day, gettext, language_name
from admin_api.wording.names import channel_name, label, priority_name
from knowledge.reporting.figures import By, FigureLine, desk_figures
from knowledge.tickets.queries import TicketQuery

router = APIRouter(route_class=PageRoute)


@router.get("/figures")
def figures(
    caller: Expert,
    session: Reading,
    deps: Wiring,
    since: Annotated[str, Query(max_length=10)] = "",
    until: Annotated[str, Query(max_length=10)] = "",
    by: By = "competence",
) -> Response:
    first, last = period(deps, _day(since), _day(until))
    found = desk_figures(session, first, last, by=by)
    opened = [(_name(by, line), line.opened.value, address_of(line.opened.query)) for line in found.lines]
    rated = [
        (gettext("%(rating)s of 5", rating=rating), figure.value, address_of(figure.query))
        for rating, figure in found.ratings.items()
    ]
    return draw(
        "figures.html",
        caller=caller,
        figures=found,
        since=first,
        until=last,
        by=by,
        choices=_choices(),
        title=_titles()[by],
        rows=[(_name(by, line), line) for line in found.lines],
        opened=bars(opened[:12]),
        table=address_of(TicketQuery(opened_from=first, opened_until=last, order="newest"), "/api/tickets.csv"),
        ratings=bars(rated[::-1]),
        shares=lines([(day(week.week), week.share) for week in found.weeks]),
        hours=heat([[(cell.value, address_of(cell.query)) for cell in row] for row in found.hours]),
        asked=sum(week.asked for week in found.weeks),
        by_itself=sum(week.by_itself for week in found.weeks),
        avoided=sum(week.avoided for week in found.weeks),
    )


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text) if text else None
    except ValueError:
        return None


def _choices() -> Mapping[By, str]:
    return {
        "competence": gettext("Competence"),
        "language": gettext("Language"),
        "country": gettext("Country"),
        "priority": gettext("Priority"),
        "channel": gettext("Channel"),
    }


def _titles() -> Mapping[By, str]:
    return {
        "competence": gettext("Tickets by competence"),
        "language": gettext("Tickets by language"),
        "country": gettext("Tickets by country"),
        "priority": gettext("Tickets by priority"),
        "channel": gettext("Tickets by channel"),
    }


def _name(by: By, line: FigureLine) -> str:
    if line.key is None:
        return gettext("not known")
    if by == "competence":
        return label("competences", line.key)
    names: Mapping[By, Callable[[str], str]] = {
        "language": language_name,
        "country": country_name,
        "priority": priority_name,
        "channel": channel_name,
    }
    return names[by](line.key)
