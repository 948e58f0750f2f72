"""A training in small: sentences of our own in three languages, a teacher without schooling, and a bench for both."""

import gzip
import shutil
from collections.abc import Callable, Iterable
from dataclasses import replace
from itertools import pairwise, product
from pathlib import Path
from typing import Any

import pytest
import torch
from sentence_transformers import SentenceTransformer
from sentence_transformers.sentence_transformer.modules import Pooling, Transformer
from transformers import BertConfig, BertModel, BertTokenizerFast

from index.training.bench import Bench
from index.training.recipe import Recipe
from index.training.stages import train

WORDS = {
    "company": ("firma", "предузеће", "εταιρεία"),
    "city": ("orașul", "град", "πόλη"),
    "farmer": ("fermierul", "земљорадник", "αγρότης"),
    "seeks": ("caută", "тражи", "ζητά"),
    "finds": ("găsește", "налази", "βρίσκει"),
    "project": ("proiect", "пројекат", "έργο"),
    "financing": ("finanțare", "финансирање", "χρηματοδότηση"),
    "partner": ("partener", "партнер", "συνεργάτη"),
}
LANGUAGES = ("ro", "sr", "el")
SENTENCES = list(product(("company", "city", "farmer"), ("seeks", "finds"), ("project", "financing", "partner")))

RECIPE = Recipe(
    pieces=400, bag_rounds=2, bag_batch=16, steps=12, warm_up=2, round=24, tokens=64, bank=8, rate=1e-3,
    table_rate=1e-2, paragraphs=3, sharpen_steps=12, sharpen_rate=1e-3, sharpen_table_rate=3e-3, asked_batch=4,
    others=8, near=2,
)  # fmt: skip

Rows = Iterable[tuple[str, ...]]
Write = Callable[[Path, Rows], None]
MakeBench = Callable[..., Bench]


@pytest.fixture(autouse=True)
def _one_thread() -> None:
    torch.set_num_threads(1)


def _write(path: Path, rows: Rows) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    with gzip.open(path, "wt", encoding="utf-8") as file:
        file.writelines("\t".join(row) + "\n" for row in rows)


@pytest.fixture
def write_rows() -> Write:
    """Writes rows as a file of the training data."""
    return _write


@pytest.fixture(scope="session")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder of training data: 18 sentences in three languages, neighbours of them joined, and questions."""
    folder = tmp_path_factory.mktemp("data")
    for place, language in enumerate(LANGUAGES):
        rows = [
            (f"the {' '.join(words)}", " ".join(WORDS[word][place] for word in words), "made-up") for words in SENTENCES
        ]
        joined = [
            (f"{first[0]} and {second[0]}", f"{first[1]} {second[1]}", "prose") for first, second in pairwise(rows)
        ]
        _write(folder / "parallel" / f"{language}.tsv.gz", [*rows, *joined])
    asked = [(" ".join(words[:2]), f"the {' '.join(words)}", "made-up") for words in SENTENCES]
    _write(folder / "qa" / "made_en.tsv.gz", asked)
    return folder


@pytest.fixture(scope="session")
def teacher(tmp_path_factory: pytest.TempPathFactory) -> SentenceTransformer:
    """A teacher's twin: a BERT of two narrow layers with random weights, which knows eight English words whole."""
    folder = tmp_path_factory.mktemp("teacher")
    letters = [chr(code) for code in range(ord("a"), ord("z") + 1)]
    pieces = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", *letters, *(f"##{letter}" for letter in letters), "the"]
    (folder / "vocab.txt").write_text("\n".join([*pieces, *WORDS]) + "\n", encoding="utf-8")
    torch.manual_seed(1)
    config: dict[str, Any] = {"max_position_embeddings": 256, "initializer_range": 0.3}
    model = BertModel(
        BertConfig(
            vocab_size=len(pieces) + len(WORDS), hidden_size=32, num_hidden_layers=2, num_attention_heads=4,
            intermediate_size=64, **config,
        )
    )  # fmt: skip
    model.save_pretrained(folder)
    BertTokenizerFast(vocab=str(folder / "vocab.txt")).save_pretrained(folder)
    return SentenceTransformer(modules=[Transformer(str(folder)), Pooling(32)], device="cpu").eval()


@pytest.fixture(scope="session")
def ready(data: Path, teacher: SentenceTransformer, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A work folder in which all but the transformer and the export is done."""
    work = tmp_path_factory.mktemp("ready")
    bench = Bench(data, work, work / "out", lambda _: None, RECIPE, lambda: teacher)
    for stage in ("teacher", "vocabulary", "alignment", "bag"):
        train(bench, stage)
    return work


@pytest.fixture
def make_bench(data: Path, ready: Path, teacher: SentenceTransformer, tmp_path: Path) -> MakeBench:
    """Makes a bench with a copy of the ready work folder, called `name`; changes to the recipe by keyword."""

    def make(
        name: str,
        say: Callable[[str], None] = lambda _: None,
        *,
        minutes: float = 10,
        data: Path = data,
        **changes: Any,
    ) -> Bench:
        work = tmp_path / name
        if not work.exists():
            shutil.copytree(ready, work)
        return Bench(data, work, tmp_path / f"{name}-out", say, replace(RECIPE, **changes), lambda: teacher, minutes)

    return make
