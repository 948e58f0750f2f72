"""The shapes of the desk's figures."""

from datetime import date, timedelta

from pydantic import BaseModel, Field


class FigureOut(BaseModel):
    """A number and the address of its tickets."""

    value: int
    tickets: str = Field(examples=["/api/tickets?state=open&competence=export"])


class LineOut(BaseModel):
    """The tickets of one key, null for those without; `opened` counts all of them, the others as they stand now."""

    key: str | None = Field(examples=["export"])
    opened: FigureOut
    open: FigureOut
    in_work: FigureOut
    waiting: FigureOut
    answered: FigureOut
    overdue: FigureOut
    closed: FigureOut


class TimesOut(BaseModel):
    """How long something took: the median, and within what nine of ten were done (ISO 8601 durations)."""

    count: FigureOut
    median: timedelta | None
    p90: timedelta | None


class ShareOut(BaseModel):
    """A week of questions: all, those the desk answered by itself, those handed to people, and tickets avoided."""

    week: date = Field(description="Its Monday.")
    asked: int
    by_itself: int
    handed: int
    avoided: int = Field(description="Answered from entries that were made of earlier tickets.")
    share: float | None


class FiguresOut(BaseModel):
    """The desk in a period; `now` counts all tickets as they stand, `hours` has a row a weekday (Monday first, UTC)."""

    since: date
    until: date
    now: LineOut
    lines: list[LineOut]
    first_answer: TimesOut
    resolution: TimesOut
    ratings: dict[int, FigureOut]
    mean_rating: float | None
    weeks: list[ShareOut]
    hours: list[list[int]]
