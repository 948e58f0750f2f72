"""Filters to candidates: which entries of a segment have the facets that were asked for."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import date

import numpy as np
from numpy.typing import NDArray

from index.model import Filters
from index.source import Record
from knowledge.calls import CallStatus, call_status
from knowledge.languages import fold
from knowledge.models import FacetName, Kind
from knowledge.taxonomy import find_code

EU = frozenset("AT BE BG CY CZ DE DK EE ES FI FR GR HR HU IE IT LT LU LV MT NL PL PT RO SE SI SK".split())

_ANYWHERE = (Kind.FUNDING_CALL, Kind.GUIDE, Kind.FAQ, Kind.BEST_PRACTICE)
"""Kinds that hold in every country when they name none."""

Mask = NDArray[np.bool_]

_FIELDS = {
    FacetName.COUNTRY: "countries",
    FacetName.ELIGIBLE_COUNTRY: "countries",
    FacetName.SECTOR: "sectors",
    FacetName.COMPETENCE: "competences",
    FacetName.DIRECTION: "directions",
}


class Facets:
    """What filters need to know of a row of entries; never changed once made."""

    def __init__(self, records: Sequence[Record]) -> None:
        self._size = len(records)
        self._dates = [(record.opens, record.deadlines, record.ends) for record in records]
        rows = defaultdict[tuple[str, str], list[int]](list)
        for row, record in enumerate(records):
            for key in set(_keys(record)):
                rows[key].append(row)
        self._rows = {key: np.array(found, np.int64) for key, found in rows.items()}
        self._days: dict[date, tuple[NDArray[np.str_], Mask]] = {}

    def __len__(self) -> int:
        return self._size

    def select(self, filters: Filters, today: date) -> Mask | None:
        """Return which entries pass, or None when nothing is asked for."""
        wanted = (
            ("kinds", filters.kinds),
            ("countries", [key for country in filters.countries for key in _countries(country)]),
            ("sectors", filters.sectors),
            ("competences", filters.competences),
            ("directions", filters.directions),
            ("programmes", [_programme(name) for name in filters.programmes]),
            ("organisation_types", filters.organisation_types),
            ("cities", [fold(name) for name in filters.cities]),
        )
        masks = [self._any(field, values) for field, values in wanted if values]
        if filters.statuses:
            masks.append(np.isin(self._on(today)[0], filters.statuses))
        return np.logical_and.reduce(masks) if masks else None

    def passed(self, today: date) -> Mask:
        """Return which entries are calls that have closed or events that are over."""
        return self._on(today)[1]

    def _any(self, field: str, values: Iterable[str]) -> Mask:
        mask = np.zeros(self._size, bool)
        for value in values:
            if (rows := self._rows.get((field, value))) is not None:
                mask[rows] = True
        return mask

    def _on(self, today: date) -> tuple[NDArray[np.str_], Mask]:
        """Return each entry's status on a day, and whether it has passed; a day's answer is kept until the next."""
        if (known := self._days.get(today)) is not None:
            return known
        statuses = [call_status(opens, deadlines, today) for opens, deadlines, _ in self._dates]
        over = [
            status == CallStatus.CLOSED or (ends is not None and ends < today)
            for status, (_, _, ends) in zip(statuses, self._dates, strict=True)
        ]
        known = np.array(statuses, np.str_), np.array(over, bool)
        # One assignment: threads that come at the same time each write the same.
        self._days = {today: known}
        return known


def _keys(record: Record) -> Iterable[tuple[str, str]]:
    yield "kinds", record.kind
    countries = False
    for name, value in record.facets:
        if field := _FIELDS.get(name):
            countries = countries or field == "countries"
            yield field, value
    if not countries and record.kind in _ANYWHERE:
        yield "countries", ""
    for programme in record.programmes:
        yield "programmes", _programme(programme)
    if record.organisation_type:
        yield "organisation_types", record.organisation_type
    if record.city:
        yield "cities", fold(record.city)


def _countries(country: str) -> tuple[str, ...]:
    """Return the values that make an entry good for a country: itself, the Union it is in, or no country at all."""
    return (country, "EU", "") if country in EU else (country, "")


def _programme(name: str) -> str:
    return find_code("programmes", name) or fold(name)


def passing(records: Sequence[Record], filters: Filters, today: date) -> list[Record]:
    """Return the records that `filters` leave on the day `today`."""
    mask = Facets(records).select(filters, today)
    return list(records) if mask is None else [record for record, passes in zip(records, mask, strict=True) if passes]
