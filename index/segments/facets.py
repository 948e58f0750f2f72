"""Filters to candidates: which entries of a segment have the facets that were asked for."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray

from index.arrays import Arrays, Mask, pack_json, unpack_json
from index.model import Filters
from index.segments.source import Record
from knowledge.entries.call_status import CallStatus, call_status
from knowledge.languages import fold
from knowledge.models import FacetName, Kind
from knowledge.region import EU
from knowledge.taxonomy import find_code

_ANYWHERE = (Kind.FUNDING_CALL, Kind.GUIDE, Kind.FAQ, Kind.BEST_PRACTICE)
"""Kinds that hold in every country when they name none."""

Dates = tuple[date | None, tuple[date, ...], date | None]
"""When an entry opens, its cut-offs, and when it ends."""

_Rows = NDArray[np.int32]

_FIELDS = {
    FacetName.COUNTRY: "countries",
    FacetName.ELIGIBLE_COUNTRY: "countries",
    FacetName.SECTOR: "sectors",
    FacetName.COMPETENCE: "competences",
    FacetName.DIRECTION: "directions",
}


class Facets:
    """What filters need to know of a row of entries; never changed once made.

    Each facet has the rows of its entries. Dates are kept once: `which` gives each row its place among them, so that
    a day's statuses are computed for the few dates there are, not for each entry.
    """

    def __init__(self, records: Sequence[Record]) -> None:
        rows = defaultdict[tuple[str, str], list[int]](list)
        for row, record in enumerate(records):
            for key in set(_keys(record)):
                rows[key].append(row)
        places = dict[Dates, int]()
        which = [places.setdefault((each.opens, each.deadlines, each.ends), len(places)) for each in records]
        self._set({key: np.array(found, np.int32) for key, found in rows.items()}, list(places), which)

    def _set(self, rows: dict[tuple[str, str], _Rows], dates: list[Dates], which: object) -> Self:
        self._rows = rows
        self._dates = dates
        self._which: _Rows = np.asarray(which, np.int32)
        self._days: dict[date, tuple[list[CallStatus], Mask]] = {}
        return self

    def __len__(self) -> int:
        return len(self._which)

    @classmethod
    def joined(cls, parts: Sequence[tuple["Facets", Mask | None]]) -> Self:
        """Return the facets of the rows that each mask leaves, numbered anew in order."""
        rows = defaultdict[tuple[str, str], list[_Rows]](list)
        places = dict[Dates, int]()
        which = list[_Rows]()
        start = 0
        for facets, mask in parts:
            kept = np.ones(len(facets), bool) if mask is None else mask
            numbers = (np.cumsum(kept) - 1 + start).astype(np.int32)
            for key, found in facets._rows.items():
                if len(left := found[kept[found]]):
                    rows[key].append(numbers[left])
            codes = np.array([places.setdefault(dates, len(places)) for dates in facets._dates], np.int32)
            which.append(codes[facets._which[kept]])
            start += int(kept.sum())
        every: object = np.concatenate(which) if which else []
        return cls.__new__(cls)._set({key: np.concatenate(found) for key, found in rows.items()}, list(places), every)

    def arrays(self) -> Arrays:
        """Return all that there is, to be kept in a file."""
        return {
            "keys": pack_json(list(self._rows)),
            "sizes": np.array([len(rows) for rows in self._rows.values()], np.int64),
            "rows": np.concatenate([np.zeros(0, np.int32), *self._rows.values()]),
            "dates": pack_json(
                [(_iso(opens), [*map(_iso, cutoffs)], _iso(ends)) for opens, cutoffs, ends in self._dates]
            ),
            "which": self._which,
        }

    @classmethod
    def from_arrays(cls, arrays: Mapping[str, NDArray[Any]]) -> Self:
        """Return what `arrays` was made of."""
        parts = np.split(arrays["rows"], np.cumsum(arrays["sizes"])[:-1])
        rows = {(field, value): part for (field, value), part in zip(unpack_json(arrays["keys"]), parts, strict=False)}
        dates: list[Dates] = [
            (_day(opens), tuple(date.fromisoformat(each) for each in deadlines), _day(ends))
            for opens, deadlines, ends in unpack_json(arrays["dates"])
        ]
        return cls.__new__(cls)._set(rows, dates, arrays["which"])

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
            fitting = np.array([status in filters.statuses for status in self._on(today)[0]], bool)
            masks.append(fitting[self._which])
        return np.logical_and.reduce(masks) if masks else None

    def is_one_of(self, row: int, kinds: Iterable[Kind]) -> bool:
        """Return whether the entry of a row is of one of `kinds`."""
        found = (self._rows.get(("kinds", kind)) for kind in kinds)
        return any(rows is not None and row in rows[np.searchsorted(rows, row) :][:1] for rows in found)

    def passed(self, today: date) -> Mask:
        """Return which entries are calls that have closed or events that are over."""
        return self._on(today)[1]

    def _any(self, field: str, values: Iterable[str]) -> Mask:
        mask = np.zeros(len(self), bool)
        for value in values:
            if (rows := self._rows.get((field, value))) is not None:
                mask[rows] = True
        return mask

    def _on(self, today: date) -> tuple[list[CallStatus], Mask]:
        """Return the status of each of the dates on a day, and which rows have passed; kept until the next day."""
        if (known := self._days.get(today)) is not None:
            return known
        statuses = [call_status(opens, deadlines, today) for opens, deadlines, _ in self._dates]
        over = [
            status == CallStatus.CLOSED or (ends is not None and ends < today)
            for status, (_, _, ends) in zip(statuses, self._dates, strict=True)
        ]
        known = statuses, np.array(over, bool)[self._which]
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


def _iso(day: date | None) -> str | None:
    return day.isoformat() if day else None


def _day(text: str | None) -> date | None:
    return date.fromisoformat(text) if text else None


def _countries(country: str) -> tuple[str, ...]:
    """Return the values that make an entry good for a country: itself, the Union it is in, or no country at all."""
    return (country, "EU", "") if country in EU else (country, "")


def _programme(name: str) -> str:
    return find_code("programmes", name) or fold(name)


def passing(records: Sequence[Record], filters: Filters, today: date) -> list[Record]:
    """Return the records that `filters` leave on the day `today`."""
    mask = Facets(records).select(filters, today)
    return list(records) if mask is None else [record for record, passes in zip(records, mask, strict=True) if passes]
