"""What is asked: never what is held out, passages cut and counted by source."""

import pytest

from index.fitting.pairs import question_held_out
from index.training.data.corpus import QuestionPair
from index.training.data.questions import LONGEST, Asked, asked, chosen, weights


def test_what_is_held_out_is_never_asked_and_long_passages_are_cut() -> None:
    queries = [f"question {number}" for number in range(60)]
    made = asked(QuestionPair("el", query, "en", "passage " * 500, "docs:el>en") for query in queries)
    assert {each.query for each in made} == {query for query in queries if not question_held_out(query)}
    assert {len(each.passage) for each in made} == {LONGEST}
    assert {each.source for each in made} == {"docs"}


def test_a_source_has_no_more_passages_than_its_number() -> None:
    numbers = {"other": 200, "docs-warehouse": 400, "banking77": 0}
    made = [Asked("en", "?", f"{source} {number}", source) for source in numbers for number in range(1000)]
    passages = chosen(made, 0)
    assert {source: sum(each.startswith(source) for each in passages) for source in numbers} == numbers
    assert passages == chosen(made, 0) != chosen(made, 1)


def test_questions_of_a_source_have_their_share_together() -> None:
    made = [Asked("en", str(number), "p", "ms-d365-docs") for number in range(3000)]
    made += [Asked("en", str(number), "p", "medquad") for number in range(1500)]
    found = weights([*made, Asked("en", "?", "p", "tiny")])
    assert sum(found[:3000]) == pytest.approx(1.0)
    assert sum(found[3000:4500]) == pytest.approx(0.5)
    assert found[-1] == pytest.approx(0.7 / 1500)
