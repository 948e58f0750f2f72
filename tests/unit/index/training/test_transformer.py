"""The joint training: a few steps bring the student nearer to its teacher."""

import torch

from index.training import transformer
from index.training.batches import batches
from index.training.checkpoint import kept_student
from index.training.stages import train
from index.training.transformer import Course
from tests.unit.index.training.conftest import MakeBench


def test_a_few_steps_lower_the_loss(make_bench: MakeBench) -> None:
    bench = make_bench("taught")
    vectors = torch.from_numpy(bench.examples.vectors)
    course = Course(transformer.begun(bench), bench.recipe)
    asked = batches(bench.examples, bench.tokenizer, bench.recipe, 1000)

    def mean() -> float:
        with torch.inference_mode():
            return sum(float(course.loss(batch, vectors)) for batch in asked) / len(asked)

    before = mean()
    step = 0
    for number in range(3):
        for batch in batches(bench.examples, bench.tokenizer, bench.recipe, number):
            course.learn(batch, vectors, step)
            step += 1
    assert mean() < 0.9 * before


def test_the_kept_student_says_what_the_trained_one_said(make_bench: MakeBench) -> None:
    bench = make_bench("kept")
    train(bench, "transformer")
    student = kept_student(bench.work / transformer.RESULT, bench.tokenizer)
    texts = ["firma caută un partener", "град"]
    with torch.inference_mode():
        vectors = student(student.preprocess(texts))["sentence_embedding"]
    assert torch.allclose(vectors.norm(dim=1), torch.ones(2))
    begun = transformer.begun(bench)
    with torch.inference_mode():
        assert not torch.allclose(begun(begun.preprocess(texts))["sentence_embedding"], vectors, atol=1e-3)
