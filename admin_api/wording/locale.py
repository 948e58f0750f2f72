"""The language that a page or an answer of the API speaks: which one, and what is said and written in it."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import cache
from gettext import NullTranslations

from babel import Locale
from babel.dates import format_date, get_day_names
from babel.numbers import format_decimal, format_percent
from babel.units import format_unit

from knowledge.catalogues import catalogue
from knowledge.languages import TAGS, fold, parse_tag
from knowledge.region import COUNTRIES


@dataclass
class _Spoken:
    tag: str


_spoken: ContextVar[_Spoken | None] = ContextVar("spoken", default=None)


@contextmanager
def speaking(tag: str) -> Iterator[None]:
    """Let what is drawn inside speak the language of `tag`, until `speak` says another one."""
    token = _spoken.set(_Spoken(tag))
    try:
        yield
    finally:
        _spoken.reset(token)


def speak(tag: str) -> None:
    """Let the page that is being drawn go on in the language of `tag`, in all its threads."""
    spoken = _spoken.get()
    if spoken is not None:
        spoken.tag = tag


def tag_spoken() -> str:
    """Return the desk's tag of what is spoken now; outside pages it is English."""
    spoken = _spoken.get()
    return spoken.tag if spoken else "en"


def tag_accepted(header: str) -> str:
    """Return the desk's tag that an `Accept-Language` header likes best, English when it likes none of them."""
    liked: list[tuple[float, str]] = []
    for part in header[:500].split(","):
        name, _, weight = part.partition(";q=")
        tag = parse_tag(name)
        try:
            liked.append((float(weight or 1), tag or ""))
        except ValueError:
            continue
    liked = [(weight, tag) for weight, tag in liked if tag and weight > 0]
    return max(liked, key=lambda each: each[0])[1] if liked else "en"


def N_(text: str) -> str:
    """Mark a text for the catalogue that `gettext` is given later."""
    return text


def words() -> NullTranslations:
    """Return the catalogue of what is spoken now."""
    return catalogue("admin_api", "console", tag_spoken())


def gettext(text: str, **names: object) -> str:
    """Say an English text of the catalogue, with names put into its `%(name)s`."""
    return words().gettext(text) % names


def pgettext(context: str, text: str) -> str:
    """Say an English text that means several things; `context` says which."""
    return words().pgettext(context, text)


@cache
def _locale(tag: str) -> Locale:
    return Locale.parse("en_GB" if tag == "en" else tag.replace("-", "_"))


def locale() -> Locale:
    """Return how people of the spoken language write dates and numbers."""
    return _locale(tag_spoken())


def day(value: date) -> str:
    """Return a date as it is written: 12 Nov 2026."""
    return format_date(value, "medium", locale=locale())


def moment(value: datetime) -> str:
    """Return a moment as it is written: 12 Nov 2026, 14:05."""
    return f"{day(value)}, {value:%H:%M}"


def weekdays() -> list[str]:
    """Return the short names of the days from Monday on."""
    names = get_day_names("abbreviated", context="stand-alone", locale=locale())
    return [names[number] for number in range(7)]


def number(value: float, digits: int = 0) -> str:
    """Return a number as it is written, with at most so many digits of a fraction."""
    return format_decimal(round(value, digits), locale=locale())


def share(value: float) -> str:
    """Return a share (0 to 1) in whole per cent."""
    return format_percent(round(value, 2), locale=locale())


def size(count: int) -> str:
    """Return a number of bytes as people write it: 12.5 kB."""
    unit, size_of = (
        ("megabyte", 1_000_000) if count >= 1_000_000 else ("kilobyte", 1000) if count >= 1000 else ("byte", 1)
    )
    return format_unit(round(count / size_of, 1), f"digital-{unit}", "short", locale=locale())


def spell(span: timedelta | None) -> str:
    """Return a span of time as people write it: 25 mins, 3.5 hrs, 4 days."""
    if span is None:
        return "–"
    minutes = span.total_seconds() / 60
    unit, value = "minute", float(round(minutes))
    if minutes >= 48 * 60:
        unit, value = "day", float(round(minutes / 1440))
    elif minutes >= 60:
        unit, value = "hour", round(minutes / 60, 1)
    return format_unit(value, f"duration-{unit}", "short", locale=locale())


def country_name(code: str) -> str:
    """Return the name of an ISO country code; an unknown one is its own."""
    return str(locale().territories.get(code, code))


def language_name(tag: str, in_tag: str | None = None) -> str:
    """Return the name of one of the desk's languages as it stands in a sentence; `in_tag` is else the spoken."""
    if tag not in TAGS:
        return tag
    shown_in = _locale(in_tag) if in_tag else locale()
    return Locale.parse({"sr": "sr_Cyrl"}.get(tag, tag.replace("-", "_"))).get_display_name(shown_in) or tag


def country_names() -> Mapping[str, str]:
    """Return the names of the desk's countries by code, in the order of their letters."""
    return _countries(tag_spoken())


@cache
def _countries(tag: str) -> Mapping[str, str]:
    names = {code: str(_locale(tag).territories[code]) for code in COUNTRIES}
    return dict(sorted(names.items(), key=lambda each: fold(each[1])))


def language_names() -> Mapping[str, str]:
    """Return the names of the desk's languages by tag, as they stand in a list."""
    return _languages(tag_spoken())


@cache
def _languages(tag: str) -> Mapping[str, str]:
    return {each: _listed(language_name(each, tag)) for each in TAGS}


@cache
def own_names() -> Mapping[str, str]:
    """Return the names of the desk's languages by tag, each in itself."""
    return {tag: _listed(language_name(tag, tag)) for tag in TAGS}


def _listed(name: str) -> str:
    return name[:1].upper() + name[1:]
