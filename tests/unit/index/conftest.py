"""Small makers of records and snapshots, without SQL."""

from collections.abc import Callable
from datetime import date

import pytest

from index.encoding.encoder import HashingEncoder
from index.ranking.calibration import profile
from index.ranking.search import Snapshot, whole
from index.segments.segment import Segment
from index.segments.source import Piece, Record
from knowledge.models import FacetName, Kind

MakeRecord = Callable[..., Record]
MakeSnapshot = Callable[[list[Record]], Snapshot]


@pytest.fixture
def encoder() -> HashingEncoder:
    return HashingEncoder()


@pytest.fixture
def make_record() -> MakeRecord:
    """Makes a record of an entry from its texts, one passage each."""

    def make(
        number: int,
        *texts: str,
        kind: Kind = Kind.GUIDE,
        language: str = "en",
        countries: tuple[str, ...] = (),
        eligible: tuple[str, ...] = (),
        sectors: tuple[str, ...] = (),
        city: str | None = None,
        programmes: tuple[str, ...] = (),
        opens: date | None = None,
        deadlines: tuple[date, ...] = (),
        ends: date | None = None,
    ) -> Record:
        facets = [
            *((FacetName.COUNTRY, value) for value in countries),
            *((FacetName.ELIGIBLE_COUNTRY, value) for value in eligible),
            *((FacetName.SECTOR, value) for value in sectors),
        ]
        return Record(
            id=number, reference=f"entry-{number}", kind=kind, language=language, city=city, programmes=programmes,
            organisation_type=None, opens=opens, deadlines=deadlines, ends=ends, facets=tuple(facets),
            pieces=tuple(Piece(number * 100 + place, text, f"{number}-{text}") for place, text in enumerate(texts)),
        )  # fmt: skip

    return make


@pytest.fixture
def make_snapshot(encoder: HashingEncoder) -> MakeSnapshot:
    """Makes a snapshot of one layer."""

    def make(records: list[Record]) -> Snapshot:
        pieces = [piece for record in records for piece in record.pieces]
        rows = encoder.encode([piece.text for piece in pieces])
        vectors = {piece.content_hash: row for piece, row in zip(pieces, rows, strict=True)}
        return Snapshot((whole(Segment.build(records, vectors, encoder.dimension)),), profile(encoder.name))

    return make
