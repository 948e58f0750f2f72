"""The student: what is padded changes nothing, and long texts are cut."""

import torch

from index.training.student import pieces_of
from tests.unit.index.training.conftest import RECIPE, MakeBench

TEXTS = ["firma", "the farmer finds the partner, the city", "πόλη", ""]


def test_a_text_says_the_same_alone_and_beside_longer_ones(make_bench: MakeBench) -> None:
    bench = make_bench("padded")
    student, pieces = bench.model(RECIPE.layers).eval(), pieces_of(bench.tokenizer, TEXTS, 32)
    with torch.inference_mode():
        together = student.encode(pieces)
        for row, alone in enumerate(pieces):
            assert torch.allclose(student.encode([alone])[0], together[row], atol=1e-5)
    assert torch.allclose(together.norm(dim=1), torch.ones(4))


def test_a_long_text_is_cut_and_keeps_both_marks(make_bench: MakeBench) -> None:
    tokenizer = make_bench("cut").tokenizer
    whole = pieces_of(tokenizer, TEXTS, 100)[1]
    (cut,) = pieces_of(tokenizer, TEXTS[1:2], 5)
    assert cut == [*whole[:4], whole[-1]]
    assert [tokenizer.id_to_token(cut[place]) for place in (0, -1)] == ["<s>", "</s>"]


def test_the_student_has_every_other_layer_of_the_teacher(make_bench: MakeBench) -> None:
    bench = make_bench("halved")
    teacher, student = bench.model().state_dict(), bench.model((1, 3)).state_dict()
    assert len(bench.model((1, 3)).stack) == 2
    for own, other in ((0, 1), (1, 3)):
        assert torch.equal(student[f"stack.{own}.widen.weight"], teacher[f"stack.{other}.widen.weight"])
