"""Whether a question finds its passage, by the encoder alone and by the whole search, and the sentence that answers.

Each language is asked about its own passages; where a file has the passages of the English one in the same order, it
is asked about those too (`ro>en`), and English about its own (`en>ro`).
"""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from typing import Any

import numpy as np

from index.errors import SampleInvalid
from index.measuring.encoding import Vectoriser
from index.measuring.squad import Reading, ReadingQuestion
from index.model import Encoder, Filters, Vectors
from index.ranking.calibration import profile
from index.ranking.quoting import Quoter
from index.ranking.search import Snapshot, whole
from index.segments.segment import Segment
from index.segments.source import Piece, Record
from knowledge.models import Kind

PIVOT = "en"

_TODAY = date(2026, 1, 1)
_QUOTED = 2
"""The sentences that the desk quotes."""


def figures(readings: Sequence[Reading], vectoriser: Vectoriser) -> dict[str, dict[str, Any]]:
    """Return, by question's language or `ro>en`, how often the first is right, 0 to 1.

    `encoder` and `search` are of passages, `sentence` and `quote` of the sentence that holds the answer: the best one,
    and one of those quoted. Null where no answer is marked. Raises `SampleInvalid` for two files of one language.
    """
    by_language = {reading.language: reading for reading in readings}
    if len(by_language) < len(readings):
        raise SampleInvalid("two files are in one language; evaluate one of them at a time")
    vectors = {
        language: (
            vectoriser.encode([asked.text for asked in reading.questions]),
            vectoriser.encode(reading.passages),
        )
        for language, reading in by_language.items()
    }
    quoter = Quoter(vectoriser.encoder, remembered=20_000)
    found = {}
    for asking, about in _pairings(by_language):
        questions, passages = vectors[asking][0], vectors[about][1]
        desk = _desk(by_language[about], passages, vectoriser.encoder)
        name = asking if asking == about else f"{asking}>{about}"
        found[name] = {
            "questions": len(by_language[asking].questions),
            "passages": len(passages),
            "encoder": _nearest(by_language[asking].questions, questions, by_language[about].passages, passages),
            "search": _found_first(by_language[asking], questions, by_language[about].passages, desk),
            **_quoted(by_language[asking], questions, by_language[about], quoter),
        }
    return found


def _pairings(readings: Mapping[str, Reading]) -> Iterator[tuple[str, str]]:
    for language in readings:
        yield language, language
    if (english := readings.get(PIVOT)) is None:
        return
    for language, reading in readings.items():
        if language != PIVOT and _order(reading) == _order(english):
            yield language, PIVOT
            yield PIVOT, language


def _order(reading: Reading) -> tuple[int, set[tuple[str, int]]]:
    return len(reading.passages), {(asked.id, asked.place) for asked in reading.questions}


def _nearest(asked: Sequence[ReadingQuestion], questions: Vectors, passages: Sequence[str], rows: Vectors) -> float:
    first = (questions @ rows.T).argmax(axis=1).tolist()
    return _mean([passages[place] == passages[each.place] for place, each in zip(first, asked, strict=True)])


def _found_first(reading: Reading, questions: Vectors, passages: Sequence[str], desk: Snapshot) -> float:
    right = []
    for asked, vector in zip(reading.questions, questions, strict=True):
        hits = desk.search(asked.text, vector, Filters(), language=reading.language, today=_TODAY, limit=1).hits
        right.append(bool(hits) and passages[hits[0].entry_id] == passages[asked.place])
    return _mean(right)


def _quoted(asking: Reading, questions: Vectors, about: Reading, quoter: Quoter) -> dict[str, float | None]:
    answers = {asked.id: asked.sentence for asked in about.questions if asked.sentence}
    best, quoted = [], []
    for asked, vector in zip(asking.questions, questions, strict=True):
        if (answer := answers.get(asked.id)) is not None:
            passage = about.passages[asked.place]
            best.append(answer in quoter.quote(asked.text, passage, 1, vector=vector))
            quoted.append(answer in quoter.quote(asked.text, passage, _QUOTED, vector=vector))
    return {"sentence": _mean(best) if best else None, "quote": _mean(quoted) if quoted else None}


def _mean(right: Sequence[bool]) -> float:
    return round(float(np.mean(right)), 4)


def _desk(reading: Reading, rows: Vectors, encoder: Encoder) -> Snapshot:
    """Return an index of the passages as entries; an entry's id is its passage's place."""
    records = [_record(place, passage, reading.language) for place, passage in enumerate(reading.passages)]
    vectors = {str(place): row for place, row in enumerate(rows)}
    return Snapshot((whole(Segment.build(records, vectors, encoder.dimension)),), profile(encoder.name))


def _record(place: int, passage: str, language: str) -> Record:
    return Record(
        id=place, reference=str(place), kind=Kind.GUIDE, language=language, city=None, programmes=(),
        organisation_type=None, opens=None, deadlines=(), ends=None, facets=(),
        pieces=(Piece(place, passage, str(place)),),
    )  # fmt: skip
