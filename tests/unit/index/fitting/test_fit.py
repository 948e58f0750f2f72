"""The fit finds in made-up passages what was put into them."""

import gzip
import json
from collections import Counter
from dataclasses import replace
from pathlib import Path

import pytest

from index.encoding.encoder import HashingEncoder
from index.everyday.entries import ANSWERS, grades, starter
from index.fitting import fit
from index.fitting.corpora import Corpus, build, everyday
from index.fitting.fit import SHARES, Observation, cross_validated, fit_beliefs, fit_blend, observe
from index.fitting.fit import fit as fit_belief
from index.fitting.pairs import question_held_out, read_crossed, read_file
from index.ranking.calibration import Evidence
from index.ranking.fusion import EVEN, Kinship
from knowledge.languages import TAGS

EVIDENCE = Evidence(dense=0.5, share=0.3, margin=0.5, words=2.0, kin=Kinship.SAME)
TRADES = "bakery cheesemaker sawmill printer winery potter tannery brewery weaver smithy".split()
PLACES = "Skopje Tirana Varna Zagreb Patras Izmir Lviv Maribor Constanta Mostar".split()


def corpus(asked: str = "en") -> Corpus:
    pairs = [
        (f"grant for a {trade}, {place}", f"The {trade} in {place} received a grant for new machines.")
        for trade, place in zip(TRADES, PLACES, strict=True)
    ]
    passages = [("en", text) for _, text in pairs]
    return build(
        f"trades {asked}", "trades", asked, passages, [(question, {text}) for question, text in pairs], HashingEncoder()
    )


def test_equal_passages_are_one() -> None:
    made = build(
        "twice", "made up", "en", [("en", "one"), ("en", "two"), ("en", "one")], [("?", {"two"})], HashingEncoder()
    )
    assert len(made.layer.segment) == 2
    assert made.answers == [frozenset({1})]


def test_the_weights_of_a_kinship_sum_to_one_and_are_even_where_nothing_was_asked() -> None:
    blend = fit_blend([corpus("en"), corpus("tr")])
    assert all(weights.dense + weights.lexical == pytest.approx(1) for weights in blend.values())
    assert all(min(weights.dense, weights.lexical) >= 0 for weights in blend.values())
    assert blend[Kinship.SAME] == EVEN[Kinship.SAME]
    assert blend[Kinship.TO_ENGLISH] == blend[Kinship.ENGLISH]


def test_each_question_is_asked_with_its_answer_without_it_and_of_others() -> None:
    observations = list(observe([corpus(), replace(corpus(), name="again")], EVEN))
    assert len(observations) == 6 * len(TRADES)
    assert {one.asked for one in observations} == set(SHARES)
    assert sum(one.right for one in observations) == 2 * len(TRADES)
    assert all(one.right == (one.asked == "answered") for one in observations)


def test_everyday_questions_are_asked_of_the_entries_they_are_about_and_near_misses_have_no_answer() -> None:
    found = {each.asked: each for each in everyday(starter(), 5, HashingEncoder())}
    assert set(found) == set(TAGS)
    bulgarian = found["bg"]
    assert all(map(question_held_out, bulgarian.questions))
    assert len(bulgarian.layer.segment) == len(starter())
    near = sum(not answers for answers in bulgarian.answers)
    assert 0 < near < len(bulgarian.answers) / 2
    observations = list(observe([bulgarian], EVEN))
    counted = Counter(one.asked for one in observations)
    assert counted == {"answered": len(bulgarian.answers) - near, "removed": len(bulgarian.answers)}
    assert not any(one.right for one in observations if one.asked == "removed")


def test_an_entry_that_was_graded_as_an_answer_answers_beside_the_one_a_question_is_about() -> None:
    known, graded = starter(), grades()
    told = {question: {name for name, grade in own.items() if grade == ANSWERS} for question, own in graded.items()}
    several = {question for question, names in told.items() if len(names & known.keys()) > 1}
    found = [
        (question, answers)
        for each in everyday(known, 5, HashingEncoder())
        for question, answers in zip(each.questions, each.answers, strict=True)
        if question in several
    ]
    assert found
    for question, answers in found:
        assert len(answers) == len(told[question] & known.keys())


def test_a_belief_finds_what_tells_right_from_wrong() -> None:
    observations = [
        Observation(
            "made up", "made up", replace(EVIDENCE, dense=dense / 50), "answered", dense > 25 or dense % 7 == 0, 1.0
        )
        for dense in range(50)
    ]
    beliefs = fit_beliefs(observations)
    found = beliefs[Kinship.SAME]
    assert found.coefficients["dense"] > 1
    assert found.coefficients["words"] == pytest.approx(0, abs=1e-3)
    assert found.intercept < 0
    assert beliefs[Kinship.FAR] == found


def test_the_packaged_profiles_name_every_kinship() -> None:
    for name, found in json.loads(Path(fit.PROFILES).read_text(encoding="utf-8")).items():
        assert set(found["kinships"]) == {kin.name.lower() for kin in Kinship}, name


def test_what_is_held_out_is_judged_by_what_others_taught() -> None:
    judged = cross_validated(list(observe([replace(corpus(), name=name) for name in ("one", "two")], EVEN)), folds=2)
    answers = judged[None]
    assert set(judged) == {None, Kinship.ENGLISH}
    assert len(answers.probability) == sum(round(10 * share) for share in SHARES.values()) * 2 * len(TRADES)
    assert answers.right.sum() == answers.answerable.sum() == 14 * len(TRADES)
    assert answers.probability[answers.answerable].mean() > answers.probability[~answers.answerable].mean()


def test_only_what_is_held_out_of_the_training_is_fitted_on(tmp_path: Path) -> None:
    rows = [
        f"question {number}\t{'a passage that is long enough to be one, ' + str(number)}\tdocs" for number in range(120)
    ]
    with gzip.open(tmp_path / "docs.tsv.gz", "wt", encoding="utf-8") as file:
        file.write("\n".join(rows))
    pairs = read_file(tmp_path / "docs.tsv.gz", 1000)
    assert 5 < len(pairs) < 40
    assert all(question_held_out(question) for question, _ in pairs)


def test_pairs_across_languages_know_their_languages(tmp_path: Path) -> None:
    text = "a passage that is long enough to be one, "
    rows = [f"question {number}\t{text}{number}\tdocs:{way}" for number in range(90) for way in ("el>en", "en>sr")]
    with gzip.open(tmp_path / "x.tsv.gz", "wt", encoding="utf-8") as file:
        file.write("\n".join(rows))
    found = {(asked, written): pairs for asked, written, pairs in read_crossed(tmp_path / "x.tsv.gz", 7)}
    assert set(found) == {("el", "en"), ("en", "sr")}
    assert all(len(pairs) == 7 for pairs in found.values())
    assert all(question_held_out(question) for pairs in found.values() for question, _ in pairs)


def test_a_source_of_many_questions_counts_no_more_than_one_of_few() -> None:
    few = [Observation("few", "few", replace(EVIDENCE, dense=0.9), "answered", True, 1.0)] * 10
    many = [Observation("many", "many", replace(EVIDENCE, dense=0.9), "answered", False, 1.0)] * 1000
    assert fit_belief([*few, *many]).probability(replace(EVIDENCE, dense=0.9)) == pytest.approx(0.5, abs=0.01)
