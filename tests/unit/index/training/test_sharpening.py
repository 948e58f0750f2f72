"""The sharpening: paragraphs, what is asked of them, hard negatives, and what a few steps do."""

from dataclasses import replace

import numpy as np
import torch

from index.fitting.pairs import question_held_out
from index.training import sharpening
from index.training.checkpoint import kept_student
from index.training.data.corpus import Pair, QuestionPair
from index.training.data.paragraphs import Paragraph, paragraphs
from index.training.data.questions import asked
from index.training.sharpening import Sharpening, gather_material, lessons, nearest
from index.training.stages import train
from index.training.transformer import RESULT
from tests.unit.index.training.conftest import RECIPE, MakeBench


def prose(language: str, source: str, count: int) -> list[Pair]:
    return [
        Pair(
            language,
            f"{language} {source} {number}",
            f"the {source} has this long sentence, and its number is {number} in all",
            source,
        )
        for number in range(count)
    ]


def test_paragraphs_are_neighbours_of_one_source_and_language() -> None:
    pairs = [*prose("ro", "ntrex", 40), *prose("ro", "pkp", 40), *prose("el", "pkp", 40)]
    places = {pair.text: place for place, pair in enumerate(pairs)}
    made = paragraphs(pairs, 100, 0)
    assert {(one.language, one.source) for one in made} == {("ro", "ntrex"), ("ro", "pkp"), ("el", "pkp")}
    for one in made:
        at = [places[sentence] for sentence in one.sentences]
        assert at == list(range(at[0], at[0] + len(at)))
        assert [pairs[place].english for place in at] == list(one.english)
        assert len(one.pair().english.split()) >= 40


def test_lists_are_no_paragraphs_and_a_language_has_no_more_than_its_share() -> None:
    assert not paragraphs(prose("ro", "wordnet", 100), 10, 0)
    assert len(paragraphs([*prose("ro", "pkp", 900), *prose("el", "pkp", 900)], 10, 0)) == 20


def test_news_are_cut_alike_in_every_language() -> None:
    made = paragraphs([*prose("ro", "ntrex", 200), *prose("el", "ntrex", 200)], 1000, 0)
    cut = {language: [one.english for one in made if one.language == language] for language in ("ro", "el")}
    assert cut["ro"] == cut["el"]


def test_only_english_passages_are_asked_for_and_what_is_held_out_never() -> None:
    queries = [f"question {number}" for number in range(60)]
    made = asked([QuestionPair("el", query, "en", "passage", "docs") for query in queries], [], 0)
    assert {one.query for one in made} == {query for query in queries if not question_held_out(query)}
    assert 0 < len(made) < 60
    assert not asked([QuestionPair("en", query, "el", "passage", "docs") for query in queries], [], 0)


def test_a_paragraph_is_asked_for_with_a_part_of_a_sentence_of_its_own() -> None:
    paragraph = Paragraph("ro", ("unu doi trei patru cinci", "șase șapte opt nouă zece"), ("one", "two"), "pkp")
    (question,) = asked([], [paragraph], 0)
    assert any(question.query in sentence for sentence in paragraph.sentences)
    assert (question.language, question.passage) == ("ro", "one two")


def test_neighbours_are_near_but_never_the_same() -> None:
    vectors = np.array([[1, 0], [1, 0.01], [0.8, 0.6], [0, 1]], np.float32)
    vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
    assert nearest(vectors)[0][0] == 2
    assert nearest(vectors)[3][0] == 2


def test_a_round_of_lessons_is_the_same_each_time_and_pairs_questions_with_answers(make_bench: MakeBench) -> None:
    bench = make_bench("lessons")
    material = gather_material(bench)
    recipe = replace(RECIPE, noise=0.0)
    first, again = (lessons(material, bench.tokenizer, recipe, 1) for _ in range(2))
    assert [lesson.pieces for lesson in first] == [lesson.pieces for lesson in again]
    known = {
        (tuple(bench.tokenizer.encode(one.query).ids), int(row))
        for one, row in zip(material.asked, material.answers, strict=True)
    }
    for lesson in first:
        assert {(tuple(p), int(a)) for p, a in zip(lesson.pieces, lesson.answers, strict=True)} <= known
        assert len(lesson.others) == RECIPE.others + RECIPE.near * len(lesson.answers)


def test_questions_come_nearer_to_their_answers(make_bench: MakeBench) -> None:
    bench = make_bench("nearer")
    train(bench, "transformer")
    course = Sharpening(kept_student(bench.work / RESULT, bench.tokenizer), bench.recipe)
    material = gather_material(bench)
    vectors = torch.from_numpy(material.passages.vectors)
    held = lessons(material, bench.tokenizer, bench.recipe, 1000)

    def mean() -> float:
        with torch.inference_mode():
            return sum(float(course.asked_loss(lesson, vectors)) for lesson in held) / len(held)

    before = mean()
    for step, lesson in enumerate(lessons(material, bench.tokenizer, bench.recipe, 0) * 3):
        course.take(course.asked_loss(lesson, vectors), step % bench.recipe.steps)
    assert mean() < before


def test_the_sharpened_student_is_kept(make_bench: MakeBench) -> None:
    bench = make_bench("sharpened")
    train(bench, "transformer")
    train(bench, "sharpening")
    before, after = (
        kept_student(bench.work / result, bench.tokenizer).words.weight for result in (RESULT, sharpening.RESULT)
    )
    assert not torch.equal(before, after)
