"""Dates and periods in folded text, brought to ISO dates; a period stands for its last day."""

import re
from calendar import monthrange
from collections.abc import Mapping
from datetime import date, timedelta
from functools import cache

from babel import Locale

from knowledge.languages import LANGUAGES, fold
from knowledge.packaged import packaged_yaml

_NUMERIC = r"(?<![\w.])(?:(?P<iso>20\d\d-\d{1,2}-\d{1,2})|(?P<dotted>\d{1,2} ?[./-] ?\d{1,2} ?[./-] ?20\d\d))(?![\w])"
_ORDINAL = r"(?:\.|-?(?:vi|ri|ti|mi|go|ii|st|nd|rd|th|hi|i))?"


@cache
def _months() -> Mapping[str, int]:
    """Return the folded names of the months in every language."""
    names: dict[str, int] = {}
    for tag in LANGUAGES:
        months = Locale.parse(tag).months
        for form in ("format", "stand-alone"):
            for number, name in months[form]["wide"].items():
                names.setdefault(fold(name), number)
    inflected = {f"{name[:-2]}r": number for name, number in names.items() if name.endswith("bar")}
    return {**names, **inflected, "marta": 3, "maia": 5, "maiu": 5, "martie": 3}


@cache
def _relative() -> Mapping[str, str]:
    raw = packaged_yaml("nlu", "words/dates.yaml")
    return {fold(phrase): key for key, phrases in raw.items() for phrase in phrases}


@cache
def _patterns() -> tuple[str, str, str, str]:
    months = "|".join(sorted(map(re.escape, _months()), key=len, reverse=True))
    # A short month name (mai, may, mars) is also a word, so alone it does not count.
    long_months = "|".join(sorted((re.escape(name) for name in _months() if len(name) > 4), key=len, reverse=True))
    name, year = rf"(?P<month>{months})[a-z]{{0,2}}", r"(?:,? (?P<year>20\d\d))?"
    day_month = rf"(?<![\w.])(?P<day>\d{{1,2}}){_ORDINAL} ?(?:of |de )?{name}{year}(?!\w)"
    month_day = rf"(?<!\w){name} (?:(?P<day>\d{{1,2}})(?:st|nd|rd|th)?{year}|(?P<year_only>20\d\d))(?!\w)"
    month = rf"(?<!\w)(?P<month>{long_months})(?:'?[a-z]{{1,3}})?(?!\w)"
    relative = rf"(?<!\w)(?:{'|'.join(sorted(map(re.escape, _relative()), key=len, reverse=True))})(?!\w)"
    return day_month, month_day, relative, month


def pattern() -> str:
    """Return the one regular expression that finds dates in folded text."""
    whole = "|".join((_NUMERIC, *_patterns()))
    return re.sub(r"\(\?P<\w+>", "(?:", whole)


def parse_date(folded: str, today: date) -> date | None:
    """Return the day that a match of `pattern()` means as seen from `today`, or None for no such day."""
    try:
        return _numeric(folded) or _named(folded, today) or _relative_day(folded, today)
    except ValueError:
        return None


def _numeric(folded: str) -> date | None:
    found = re.fullmatch(_NUMERIC, folded)
    if not found:
        return None
    numbers = [int(number) for number in re.findall(r"\d+", folded)]
    return date(*numbers) if found["iso"] else date(numbers[2], numbers[1], numbers[0])


def _named(folded: str, today: date) -> date | None:
    for expression in _patterns()[:2] + _patterns()[3:]:
        found = re.fullmatch(expression, folded)
        if not found:
            continue
        groups = found.groupdict()
        month = _months()[groups["month"]]
        year = int(groups.get("year") or groups.get("year_only") or (today.year + (month < today.month)))
        if not groups.get("day"):
            return _last_day(year, month)
        day = date(year, month, int(groups["day"]))
        return day if groups.get("year") or day >= today else day.replace(year=year + 1)
    return None


def _relative_day(folded: str, today: date) -> date | None:
    sunday = today + timedelta(days=6 - today.weekday())
    following = today.month % 12 + 1
    match _relative().get(folded):
        case "today":
            return today
        case "tomorrow":
            return today + timedelta(days=1)
        case "this_week":
            return sunday
        case "next_week":
            return sunday + timedelta(days=7)
        case "this_month" | "end_of_month":
            return _last_day(today.year, today.month)
        case "next_month":
            return _last_day(today.year + (following == 1), following)
        case "this_year" | "end_of_year":
            return date(today.year, 12, 31)
        case "next_year":
            return date(today.year + 1, 12, 31)
    return None


def _last_day(year: int, month: int) -> date:
    return date(year, month, monthrange(year, month)[1])
