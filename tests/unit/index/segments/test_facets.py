from collections.abc import Callable
from datetime import date

import numpy as np
import pytest

from index.model import Filters
from index.segments.facets import Facets
from index.segments.source import Record
from knowledge.entries.call_status import CallStatus
from knowledge.models import Kind

MakeRecord = Callable[..., Record]

TODAY = date(2026, 5, 1)


def chosen(facets: Facets, filters: Filters, today: date = TODAY) -> list[int]:
    mask = facets.select(filters, today)
    assert mask is not None
    return np.flatnonzero(mask).tolist()


def test_no_filter_limits_nothing(make_record: MakeRecord) -> None:
    assert Facets([make_record(1, "x")]).select(Filters(), TODAY) is None


def test_the_country_rule(make_record: MakeRecord) -> None:
    facets = Facets(
        [
            make_record(1, "in Romania", countries=("RO",)),
            make_record(2, "Romanians may apply", kind=Kind.FUNDING_CALL, countries=("HU",), eligible=("RO",)),
            make_record(3, "the whole Union", countries=("EU",)),
            make_record(4, "anywhere", kind=Kind.FAQ),
            make_record(5, "a firm that names no country", kind=Kind.ORGANISATION),
            make_record(6, "in Serbia", countries=("RS",)),
        ]
    )
    assert chosen(facets, Filters(countries=("RO",))) == [0, 1, 2, 3]
    assert chosen(facets, Filters(countries=("RS",))) == [3, 5]
    assert chosen(facets, Filters(countries=("RS", "HU"))) == [1, 2, 3, 5]


def test_fields_narrow_and_values_widen(make_record: MakeRecord) -> None:
    facets = Facets(
        [
            make_record(1, "a", kind=Kind.EVENT, sectors=("ict",), city="Iași"),
            make_record(2, "b", kind=Kind.EVENT, sectors=("food",), city="Београд"),
            make_record(3, "c", kind=Kind.GUIDE, sectors=("ict", "food"), city="Iasi"),
        ]
    )
    assert chosen(facets, Filters(sectors=("ict", "food"))) == [0, 1, 2]
    assert chosen(facets, Filters(sectors=("ict",), kinds=(Kind.EVENT,))) == [0]
    assert chosen(facets, Filters(cities=("IASI",))) == [0, 2]
    assert chosen(facets, Filters(cities=("Beograd",))) == [1]
    assert chosen(facets, Filters(cities=("Atlantis",))) == []


def test_programmes_are_compared_folded(make_record: MakeRecord) -> None:
    facets = Facets([make_record(1, "a", programmes=("Programul Tranziție Justă",)), make_record(2, "b")])
    assert chosen(facets, Filters(programmes=("programul tranzitie justa",))) == [0]


@pytest.mark.parametrize(
    ("today", "status"),
    [
        (date(2026, 2, 28), CallStatus.FORTHCOMING),
        (date(2026, 3, 1), CallStatus.OPEN),
        (date(2026, 6, 30), CallStatus.OPEN),
        (date(2026, 7, 1), CallStatus.CLOSED),
    ],
)
def test_status_is_of_the_day_with_the_last_of_several_cut_offs(
    make_record: MakeRecord, today: date, status: CallStatus
) -> None:
    dates = (date(2026, 4, 15), date(2026, 6, 30))
    facets = Facets([make_record(1, "a", opens=date(2026, 3, 1), deadlines=dates), make_record(2, "undated")])
    assert chosen(facets, Filters(statuses=(status,)), today) == [0]
    assert chosen(facets, Filters(statuses=(CallStatus.UNKNOWN,)), today) == [1]
    assert facets.passed(today).tolist() == [status == CallStatus.CLOSED, False]


def test_an_event_that_is_over_has_passed(make_record: MakeRecord) -> None:
    facets = Facets([make_record(1, "fair", kind=Kind.EVENT, ends=date(2026, 4, 30))])
    assert facets.passed(TODAY).tolist() == [True]
    assert facets.passed(date(2026, 4, 30)).tolist() == [False]
