"""The gate: the packaged encoder over the starter knowledge base answers the golden questions at least this well."""

from collections import defaultdict
from collections.abc import Iterator
from itertools import cycle

import pytest
import yaml

from index.live.service import SearchService
from index.model import Encoder
from knowledge.languages import TAGS
from tests.quality.floors import ASKED_ON, STARTER, below, golden_questions, measure_golden, starter_desk
from tests.quality.joining import outcomes, pairs, precision_and_recall

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def search(tmp_path_factory: pytest.TempPathFactory, shipped: Encoder) -> Iterator[SearchService]:
    with starter_desk(tmp_path_factory.mktemp("quality"), shipped) as service:
        yield service


def test_the_golden_questions_are_answered_well_enough(search: SearchService) -> None:
    missed = below(measure_golden(search), "golden")
    assert not missed, f"below the floors: {missed}"


def test_every_golden_answer_is_in_the_starter_base(search: SearchService) -> None:
    missing = {question.id: sorted(question.relevant - search.references()) for question in golden_questions()}
    assert not {number: references for number, references in missing.items() if references}


def test_a_call_is_found_by_its_identifier_in_every_language(search: SearchService) -> None:
    calls = defaultdict[str, set[str]](set)
    for path in sorted(STARTER.glob("*.yaml")):
        for record in yaml.load(path.read_text(encoding="utf-8"), yaml.CSafeLoader):
            if identifier := record.get("call_identifier"):
                calls[identifier].add(record["id"])
    assert calls
    for (identifier, references), language in zip(sorted(calls.items()), cycle(TAGS), strict=False):
        for question in (identifier, f"what is {identifier.lower()} about?"):
            result = search.search_sync(question, language=language, today=ASKED_ON)
            first = {hit.reference for hit in result.hits[: len(references)]}
            assert first == references, (question, language)


def test_what_belongs_to_a_ticket_is_told_from_what_does_not(search: SearchService) -> None:
    became = outcomes(pairs(search))
    precision, recall = precision_and_recall(became)
    assert precision >= 0.95, became
    assert recall >= 0.48, became
