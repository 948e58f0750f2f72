from collections.abc import Callable
from datetime import date

import numpy as np
import pytest

from index.encoding.encoder import HashingEncoder
from index.model import Filters, SearchResult
from index.ranking.search import Snapshot
from index.segments.source import Record
from knowledge.entries.call_status import CallStatus
from knowledge.models import Kind

MakeRecord = Callable[..., Record]
MakeSnapshot = Callable[[list[Record]], Snapshot]

TODAY = date(2026, 5, 1)


def ask(
    snapshot: Snapshot, question: str, filters: Filters | None = None, *, limit: int = 10, language: str = "en"
) -> SearchResult:
    vector = HashingEncoder().encode([question])[0]
    return snapshot.search(question, vector, filters or Filters(), language=language, today=TODAY, limit=limit)


def found(result: SearchResult) -> list[int]:
    return [hit.entry_id for hit in result.hits]


def test_an_entry_is_found_once_by_its_best_passage(make_record: MakeRecord, make_snapshot: MakeSnapshot) -> None:
    snapshot = make_snapshot(
        [
            make_record(1, "Olive oil export", "Customs papers for olive oil", "Customs papers for olive oil"),
            make_record(2, "Bakery ovens"),
        ]
    )
    result = ask(snapshot, "customs papers for olive oil")
    assert found(result) == [1, 2]
    assert result.hits[0].passage_id in (101, 102)
    assert result.candidates == 2


def test_filters_come_before_ranking(make_record: MakeRecord, make_snapshot: MakeSnapshot) -> None:
    snapshot = make_snapshot(
        [make_record(1, "grants for bakeries", countries=("RO",)), make_record(2, "museums", countries=("BG",))]
    )
    assert found(ask(snapshot, "grants for bakeries", Filters(countries=("BG",)))) == [2]


def test_filters_that_match_nothing_yield_nothing(make_record: MakeRecord, make_snapshot: MakeSnapshot) -> None:
    result = ask(make_snapshot([make_record(1, "grants")]), "grants", Filters(kinds=(Kind.EVENT,)))
    assert result == SearchResult(hits=(), probability=0.0, candidates=0)


def test_an_empty_index_answers_nothing(make_snapshot: MakeSnapshot) -> None:
    assert ask(make_snapshot([]), "grants") == SearchResult(hits=(), probability=0.0, candidates=0)


def test_a_closed_call_stands_below_an_open_one_of_the_same_words(
    make_record: MakeRecord, make_snapshot: MakeSnapshot
) -> None:
    closed = make_record(1, "Grants for bakeries 2025", kind=Kind.FUNDING_CALL, deadlines=(date(2025, 5, 1),))
    open_ = make_record(2, "Grants for bakeries 2026", kind=Kind.FUNDING_CALL, deadlines=(date(2026, 9, 1),))
    others = [make_record(number, f"something else {number}") for number in range(3, 9)]
    snapshot = make_snapshot([closed, open_, *others])
    assert found(ask(snapshot, "grants for bakeries"))[:2] == [2, 1]
    assert found(ask(snapshot, "grants for bakeries", Filters(statuses=(CallStatus.CLOSED,)))) == [1]
    assert found(ask(snapshot, "grants for bakeries", Filters(statuses=(CallStatus.OPEN,)))) == [2]


@pytest.mark.parametrize(
    "question", ["?", "\x00", "🏡🏡", "\u202e\u200b", "ا ب ت", "中文", "a" * 20_000, "%_'\";--", "İIıi"]
)
def test_odd_characters_are_only_questions(question: str, make_record: MakeRecord, make_snapshot: MakeSnapshot) -> None:
    result = ask(make_snapshot([make_record(1, "grants"), make_record(2, "İstanbul 中文")]), question)
    assert 0 <= result.probability <= 1
    assert len(result.hits) <= 2


def test_a_blank_question_finds_nothing(make_record: MakeRecord, make_snapshot: MakeSnapshot) -> None:
    assert ask(make_snapshot([make_record(1, "grants")]), " \n").hits == ()


def test_the_limit_holds_and_order_is_by_score(make_record: MakeRecord, make_snapshot: MakeSnapshot) -> None:
    snapshot = make_snapshot([make_record(number, f"grant number {number}") for number in range(1, 30)])
    result = ask(snapshot, "grant number 7", limit=5)
    scores = [hit.score for hit in result.hits]
    assert len(scores) == 5
    assert scores == sorted(scores, reverse=True)
    assert result.candidates == 29


def test_an_entry_that_holds_the_identifier_comes_first(make_record: MakeRecord, make_snapshot: MakeSnapshot) -> None:
    alike = [make_record(number, f"Call LIFE-2026-CET-{number:02} about energy") for number in range(1, 40)]
    snapshot = make_snapshot([*alike, make_record(99, "Energy, energy, energy: calls about energy in 2026")])
    assert found(ask(snapshot, "what is the energy call life-2026-cet-17 about?"))[0] == 17


@pytest.mark.parametrize(
    ("typed", "language"), [("xrhmatodothsh", "el"), ("8ermokhpia", "el"), ("ob6testvo", "bg"), ("hromada", "uk")]
)
def test_latin_letters_are_read_in_the_askers_language(
    typed: str, language: str, make_record: MakeRecord, make_snapshot: MakeSnapshot
) -> None:
    texts = ["χρηματοδότηση", "θερμοκήπια", "общество", "громада", "xrhstos", "8 hromosom"]
    snapshot = make_snapshot([make_record(number, text) for number, text in enumerate(texts)])
    vector = HashingEncoder().encode([typed])[0]
    found = snapshot.candidates(typed, vector, language=language, today=TODAY)
    best = int(found.places[np.argmax(found.lexical)])
    assert texts[best] == {"el": texts[typed.startswith("8")], "bg": "общество", "uk": "громада"}[language]


def test_layers_answer_as_one(make_record: MakeRecord, make_snapshot: MakeSnapshot) -> None:
    records = [make_record(number, f"grant for {word}") for number, word in enumerate(["wine", "tea", "rugs", "salt"])]
    one = make_snapshot(records)
    two = Snapshot((*make_snapshot(records[:2]).layers, *make_snapshot(records[2:]).layers), one.profile)
    merged = Snapshot((two.layers[0].merged(two.layers[1]),), one.profile)
    for question in ("rugs grant", "tea", "wine or salt"):
        assert found(ask(one, question)) == found(ask(two, question)) == found(ask(merged, question))
        assert ask(one, question).probability == pytest.approx(ask(merged, question).probability, abs=1e-5)


def test_what_no_longer_stands_is_not_found(make_record: MakeRecord, make_snapshot: MakeSnapshot) -> None:
    snapshot = make_snapshot([make_record(1, "grants"), make_record(2, "loans")])
    without = Snapshot((snapshot.layers[0].without({1, 99}),), snapshot.profile)
    assert found(ask(without, "grants")) == [2]
    assert found(ask(snapshot, "grants"))[0] == 1
    assert (without.entries, without.passages) == (1, 1)
    assert np.count_nonzero(snapshot.layers[0].alive) == 2


def test_entries_that_say_the_same_are_shown_once(make_record: MakeRecord, make_snapshot: MakeSnapshot) -> None:
    text = "Vouchers for small firms that go digital"
    snapshot = make_snapshot(
        [make_record(1, text), make_record(2, text), make_record(3, "Vouchers for bakeries that go digital in Varna")]
    )
    assert found(ask(snapshot, "vouchers to go digital")) == [1, 3]


def test_two_organisations_described_alike_stay_two(make_record: MakeRecord, make_snapshot: MakeSnapshot) -> None:
    text = "Software house with forty engineers"
    snapshot = make_snapshot([make_record(number, text, kind=Kind.ORGANISATION) for number in (1, 2)])
    assert sorted(found(ask(snapshot, "software house"))) == [1, 2]


def test_among_equals_what_the_asker_reads_comes_first(make_record: MakeRecord, make_snapshot: MakeSnapshot) -> None:
    texts = {
        1: ("tr", "EIC Accelerator"),
        2: ("el", "EIC Accelerator"),
        3: ("uk", "EIC Accelerator"),
        4: ("en", "wine"),
    }
    snapshot = make_snapshot(
        [
            make_record(number, text, kind=Kind.ORGANISATION, language=language)
            for number, (language, text) in texts.items()
        ]
    )
    for asker, first in (("tr", 1), ("el", 2), ("uk", 3)):
        assert found(ask(snapshot, "EIC Accelerator", language=asker))[0] == first
