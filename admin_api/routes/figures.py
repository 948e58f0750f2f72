"""The desk in numbers: now, in a period, and lists of tickets as CSV."""

import csv
import io
from collections.abc import Iterator
from datetime import date, timedelta
from typing import Annotated, Any

from fastapi import APIRouter, Query
from fastapi.responses import StreamingResponse

from admin_api.http.access import FigureReader, TicketReader
from admin_api.http.deps import Deps, Reading, Wiring
from admin_api.http.errors import problems
from admin_api.http.queries import Asked, address_of
from admin_api.schemas.figures import FigureOut, FiguresOut, LineOut, ShareOut, TimesOut
from admin_api.schemas.overview import Overview
from admin_api.views.entries import overview
from knowledge.errors import InvalidInput
from knowledge.reporting.figures import By, DeskFigures, Figure, FigureLine, Times, desk_figures, rows_of
from knowledge.tickets.queries import TicketQuery

PERIOD = timedelta(days=90)
LONGEST = timedelta(days=3660)
FORMULA = ("=", "+", "-", "@", "\t", "\r")
"""How a cell begins that a table program would take for a formula."""


router = APIRouter(tags=["desk"])


@router.get("/overview", summary="The desk in numbers", responses=problems(401))
def numbers(caller: FigureReader, session: Reading) -> Overview:
    return overview(session, caller.staff)


@router.get("/figures", summary="The desk in a period", responses=problems(401, 422))
def figures(
    caller: FigureReader,
    session: Reading,
    deps: Wiring,
    since: date | None = None,
    until: date | None = None,
    by: Annotated[By, Query(description="What the tickets are counted by.")] = "competence",
) -> FiguresOut:
    """Count the tickets opened in a period (the last 90 days); each number has the list of its tickets."""
    first, last = period(deps, since, until)
    return _figures(desk_figures(session, first, last, by=by), first, last)


@router.get(
    "/tickets.csv",
    summary="A list of tickets as CSV",
    responses=problems(401, 422),
    response_class=StreamingResponse,
)
def table(caller: TicketReader, deps: Wiring, query: Asked) -> StreamingResponse:
    """Give all tickets of a query, in UTF-8 and with semicolons, as the region's table programs open them."""
    headers = {"Content-Disposition": 'attachment; filename="tickets.csv"', "X-Content-Type-Options": "nosniff"}
    return StreamingResponse(_csv(deps, query), media_type="text/csv; charset=utf-8", headers=headers)


def period(deps: Deps, since: date | None, until: date | None) -> tuple[date, date]:
    """Return the first and last day of a period, the last 90 days unless said; raises `InvalidInput`."""
    last = until or deps.today()
    first = since or last - PERIOD
    if not timedelta(0) <= last - first <= LONGEST:
        raise InvalidInput("since: it must not be after until, nor more than ten years before", {"since": "too far"})
    return first, last


def _csv(deps: Deps, query: TicketQuery) -> Iterator[str]:
    yield "\ufeff"
    with deps.database.reading() as session:
        line = io.StringIO()
        writer: csv.DictWriter[str] | None = None
        for row in rows_of(session, query):
            if writer is None:
                writer = csv.DictWriter(line, list(row), delimiter=";", quoting=csv.QUOTE_MINIMAL)
                writer.writeheader()
            writer.writerow({name: _cell(value) for name, value in row.items()})
            yield line.getvalue()
            line.seek(0)
            line.truncate()


def _cell(value: Any) -> Any:
    return f"'{value}" if isinstance(value, str) and value.startswith(FORMULA) else value


def _figures(figures: DeskFigures, since: date, until: date) -> FiguresOut:
    return FiguresOut(
        since=since,
        until=until,
        now=_line(figures.now),
        lines=[_line(line) for line in figures.lines],
        first_answer=_times(figures.first_answer),
        resolution=_times(figures.resolution),
        ratings={rating: _figure(figure) for rating, figure in figures.ratings.items()},
        mean_rating=figures.mean_rating,
        weeks=[
            ShareOut(
                week=week.week,
                asked=week.asked,
                by_itself=week.by_itself,
                handed=week.handed,
                avoided=week.avoided,
                share=week.share,
            )
            for week in figures.weeks
        ],
        hours=[[figure.value for figure in row] for row in figures.hours],
    )


def _line(line: FigureLine) -> LineOut:
    names = ("opened", "open", "in_work", "waiting", "answered", "overdue", "closed")
    return LineOut(key=line.key, **{name: _figure(getattr(line, name)) for name in names})


def _times(times: Times) -> TimesOut:
    return TimesOut(count=_figure(times.count), median=times.median, p90=times.p90)


def _figure(figure: Figure) -> FigureOut:
    return FigureOut(value=figure.value, tickets=address_of(figure.query, "/api/tickets"))
