"""The shape in which entries come in, from files, forms and the API alike; errors name the field."""

import re
from collections.abc import Mapping
from datetime import date, datetime
from math import isfinite
from typing import Annotated, Any, Self

from babel import Locale
from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, StringConstraints, ValidationError, model_validator

from knowledge.choices import FacetName, Kind, OperatingStatus
from knowledge.cleaning import clean_text
from knowledge.errors import InvalidEntry
from knowledge.languages import parse_tag
from knowledge.region import ALIASES
from knowledge.taxonomy import find_code

MAX_TEXT = 200_000

_DATE = re.compile(r"(?:19|20|21)\d\d-\d\d-\d\d")
_UNKNOWN_TERRITORIES = {"ZZ", "UN", "QO"}
_COUNTRIES = {str(code) for code in Locale("en").territories if len(str(code)) == 2 and str(code).isalpha()}


def _term(vocabulary: str) -> BeforeValidator:
    """Bring a word of a vocabulary, in any language, to its code; a word that has none stays as it is."""

    def check(value: object) -> str:
        if isinstance(value, (dict, list)):
            raise ValueError(f"{str(value)[:100]!r} is not a word")
        text = str(value).strip()
        return find_code(vocabulary, text) or text[:200]

    return BeforeValidator(check)


def _country(value: object) -> str:
    code = str(value).strip().upper()
    code = ALIASES.get(code, code)
    if code not in _COUNTRIES - _UNKNOWN_TERRITORIES:
        raise ValueError(f"{value!r} is not an ISO 3166 country code")
    return code


def _tag(value: object) -> str:
    tag = parse_tag(str(value))
    if tag is None:
        raise ValueError(f"{value!r} is not one of the desk's languages")
    return tag


def _moment(value: object) -> object:
    """Refuse what would pass for a count of seconds, and years that no calendar of a desk reaches."""
    text = str(value).strip()
    if value is None or not text:
        return None
    if not _DATE.match(text):
        raise ValueError(f"{text[:100]!r} is not a date; write YYYY-MM-DD")
    return text if isinstance(value, str) else value


def _day(value: object) -> object:
    """Accept a moment where a day is meant: its day counts."""
    moment = _moment(value)
    if isinstance(moment, str):
        return moment[:10]
    return moment.date() if isinstance(moment, datetime) else moment


def _list(value: object) -> object:
    """Accept a single value, a `;`-separated text or nothing where a list is meant."""
    if isinstance(value, str):
        value = value.split(";")
    items = value if isinstance(value, (list, tuple)) else [value]
    items = [item.strip() if isinstance(item, str) else item for item in items]
    # A list or a mapping among the items has no hash; the item's own check refuses it and names the field.
    kept = {repr(item): item for item in items if item is not None and item != ""}
    return list(kept.values())


def _whole_euros(value: object) -> object:
    return round(value) if isinstance(value, float) and isfinite(value) else _none_if_blank(value)


def _none_if_blank(value: object) -> object:
    return None if isinstance(value, str) and not value.strip() else value


Country = Annotated[str, BeforeValidator(_country)]
Tag = Annotated[str, BeforeValidator(_tag)]
Line = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=500)]
Prose = Annotated[str, StringConstraints(strip_whitespace=True, max_length=MAX_TEXT)]
Name = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=200)]
OptionalLine = Annotated[Line | None, BeforeValidator(_none_if_blank)]
OptionalName = Annotated[Name | None, BeforeValidator(_none_if_blank)]
OptionalProse = Annotated[Prose | None, BeforeValidator(_none_if_blank)]
Day = Annotated[date, BeforeValidator(_day)]
OptionalDate = Annotated[date | None, BeforeValidator(_day)]
Link = Annotated[str, StringConstraints(pattern=r"^https?://[^\s<>\"]+$", max_length=2000)]
Listed = BeforeValidator(_list)


FACETS = {
    "countries": FacetName.COUNTRY,
    "eligible_countries": FacetName.ELIGIBLE_COUNTRY,
    "sectors": FacetName.SECTOR,
    "competences": FacetName.COMPETENCE,
    "directions": FacetName.DIRECTION,
    "applicants": FacetName.APPLICANT,
    "speaks": FacetName.SPEAKS,
}
"""The fields of a draft that have many values, and the facet that each of them is."""


class EntryDraft(BaseModel):
    """One entry as it comes in; see `knowledge/starter/FORMAT.md` for each field. Unknown fields go to `extra`."""

    model_config = ConfigDict(extra="forbid", str_strip_whitespace=True)

    id: Line
    title: Line
    kind: Kind = Kind.GUIDE
    language: Tag
    text: Prose = ""
    url: Annotated[Link | None, BeforeValidator(_none_if_blank)] = None
    countries: Annotated[list[Country], Listed] = []
    sectors: Annotated[list[Annotated[str, _term("sectors")]], Listed] = []
    competences: Annotated[list[Annotated[str, _term("competences")]], Listed] = []
    directions: Annotated[list[Annotated[str, _term("directions")]], Listed] = []
    programme: Annotated[str, _term("programmes")] | None = None
    published: OptionalDate = None
    verified: OptionalDate = None
    expires: OptionalDate = None

    opens: OptionalDate = None
    deadlines: Annotated[list[Day], Listed] = []
    call_identifier: OptionalName = None
    budget: Annotated[Annotated[int, Field(ge=0, le=2**53)] | None, BeforeValidator(_whole_euros)] = None
    cofinancing_rate: Annotated[Annotated[float, Field(ge=0, le=100)] | None, BeforeValidator(_none_if_blank)] = None
    applicants: Annotated[list[Annotated[str, _term("applicants")]], Listed] = []
    eligible_countries: Annotated[list[Country], Listed] = []

    problem: OptionalProse = None
    solution: OptionalProse = None
    result: OptionalProse = None
    lesson: OptionalProse = None

    organisation_type: Annotated[str, _term("organisation_types")] | None = None
    city: OptionalName = None
    offers: OptionalProse = None
    seeks: OptionalProse = None

    organisation: OptionalLine = None
    speaks: Annotated[list[Tag], Listed] = []

    starts: Annotated[datetime | date | None, BeforeValidator(_moment)] = None
    ends: Annotated[datetime | date | None, BeforeValidator(_moment)] = None
    place: OptionalLine = None

    operator: OptionalLine = None
    status: OperatingStatus | None = None

    extra: dict[str, Any] = {}

    @model_validator(mode="after")
    def _dates_in_order(self) -> Self:
        if self.opens and self.deadlines and max(self.deadlines) < self.opens:
            raise ValueError("deadlines: the last one is before `opens`")
        self.deadlines = sorted(set(self.deadlines))
        return self

    def facets(self) -> set[tuple[FacetName, str]]:
        """Return the facets that this draft gives its entry."""
        return {(name, value) for field, name in FACETS.items() for value in getattr(self, field)}


def parse_draft(record: Mapping[str, Any]) -> tuple[EntryDraft, list[str]]:
    """Return the draft in `record` and the names of its unknown fields, which are kept in `extra`.

    Raises `InvalidEntry` naming every field that is wrong and why.
    """
    record = {_clean(str(name)): _clean(value) for name, value in record.items()}
    if "lang" in record:
        record.setdefault("language", record.pop("lang"))
    programmes = record.get("programme")
    if isinstance(programmes, list):
        record["programme"] = programmes[0] if programmes else None
        if len(programmes) > 1:
            record["programmes"] = programmes
    known, unknown = dict[str, Any](), dict[str, Any]()
    for name, value in record.items():
        # A call's status follows from its dates, so one that a file brings is kept but not believed.
        believed = name in EntryDraft.model_fields and (name != "status" or record.get("kind") == Kind.INFRASTRUCTURE)
        if not believed:
            unknown[name] = value
        elif _none_if_blank(value) is not None:
            known[name] = value
    extra = known.get("extra", {})
    if isinstance(extra, dict):
        known["extra"] = _plain({**extra, **unknown})
    try:
        return EntryDraft.model_validate(known), sorted(unknown)
    except ValidationError as error:
        problems = [
            (".".join(map(str, item["loc"][:1])), item["msg"].removeprefix("Value error, ")) for item in error.errors()
        ]
        words = (": ".join(filter(None, problem)) for problem in problems)
        fields = {field or "deadlines": text for field, text in reversed(problems)}
        raise InvalidEntry("; ".join(dict.fromkeys(words)), fields) from error


def _clean(value: Any) -> Any:
    """Clean every text, however deep it lies."""
    if isinstance(value, str):
        return clean_text(value)
    if isinstance(value, dict):
        return {_clean(str(name)): _clean(item) for name, item in value.items()}
    return [_clean(item) for item in value] if isinstance(value, (list, tuple)) else value


def _plain(value: Any) -> Any:
    """Return `value` as JSON can hold it: dates and whatever else is not JSON's become text."""
    if isinstance(value, dict):
        return {name: _plain(item) for name, item in value.items()}
    if isinstance(value, list):
        return [_plain(item) for item in value]
    unusual = isinstance(value, float) and not isfinite(value)
    return value if not unusual and isinstance(value, (str, int, float, bool, type(None))) else str(value)
