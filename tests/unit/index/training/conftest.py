"""A training in small: sentences of our own in three languages, a narrow base, and a bench for both."""

import gzip
import json
import shutil
from collections.abc import Callable, Iterable
from dataclasses import replace
from itertools import pairwise, product
from pathlib import Path
from typing import Any

import pytest
import torch
from tokenizers import Tokenizer, models, normalizers, pre_tokenizers, processors

from index.fitting.pairs import question_held_out
from index.training.bench import Bench
from index.training.installed import Source
from index.training.recipe import Kind, Recipe
from index.training.stages import train
from tests.support.quantised_models import random_model, write_model

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
MARKS = ["<s>", "<pad>", "</s>", "<unk>"]
SPELLINGS = [text for word, others in WORDS.items() for text in (word, *others)]
LETTERS = sorted(set(".,?:q").union(*SPELLINGS))
PIECES = [*MARKS, "▁", *LETTERS, "▁the", *(f"▁{text}" for text in SPELLINGS), "稣", "▁稣稣"]
"""The base's pieces: marks, letters, the words above and two that nobody uses."""
ENTRIES = {f"entry-{number}": (f"the {' '.join(words)}", "the city. " * 5) for number, words in enumerate(SENTENCES)}

RECIPE = Recipe(
    least=3, english=30, strangers=4, teacher_pieces=(16, 24), layers=(0, 3), reduced_by=8, steps=12, warm_up=2,
    rate=2e-3, table_rate=1e-2, longest=32,
    sentences=Kind(share=0.5, batch=8, pieces=16, others=8, cosine=3.0, likeness=0.5),
    questions=Kind(share=0.2, batch=6, pieces=12, others=6, near=2),
    everyday=Kind(share=0.15, batch=6, pieces=12, others=6, near=2),
    passages=Kind(share=0.15, batch=4, pieces=24, others=6, noise=0.0, contrast=0.5, cosine=5.0),
)  # fmt: skip

Rows = Iterable[tuple[str, ...]]
Write = Callable[[Path, Rows], None]
MakeBench = Callable[..., Bench]
Install = Callable[[dict[str, dict[str, bytes]]], Path]


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
    """A folder of training data: 18 sentences in three languages, neighbours of them joined, questions, and entries."""
    folder = tmp_path_factory.mktemp("data")
    for place, language in enumerate(LANGUAGES):
        rows = [
            (f"the {' '.join(words)}", " ".join(WORDS[word][place] for word in words), "made-up") for words in SENTENCES
        ]
        joined = [
            (f"{first[0]} and {second[0]}", f"{first[1]} {second[1]}", "prose") for first, second in pairwise(rows)
        ]
        _write(folder / "parallel" / f"{language}.tsv.gz", [*rows, *joined])
    asked = [(" ".join(words[:2]) + f" {words[2]}", f"the {' '.join(words)}.", "made-up") for words in SENTENCES]
    _write(folder / "qa" / "made_en.tsv.gz", asked)
    entries = [{"reference": each, "title": title, "text": text} for each, (title, text) in ENTRIES.items()]
    (folder / "entries.jsonl").write_text("".join(json.dumps(each) + "\n" for each in entries), encoding="utf-8")
    questions = [
        {"entry": each, "tag": "ro", "question": " ".join(WORDS[word][0] for word in words) + "?"}
        for each, words in zip(ENTRIES, SENTENCES, strict=True)
    ]
    assert {question_held_out(each["question"]) for each in questions} == {True, False}
    questions[-1]["near"] = questions[-1].pop("entry")
    (folder / "everyday.jsonl").write_text("".join(json.dumps(each) + "\n" for each in questions), encoding="utf-8")
    return folder


def unigram(pieces: list[str]) -> Tokenizer:
    """Return a tokenizer in the form of the base's: longer pieces are likelier."""
    vocabulary = [(piece, 0.0 if place < len(MARKS) else -20.0 + len(piece)) for place, piece in enumerate(pieces)]
    tokenizer = Tokenizer(models.Unigram(vocabulary, unk_id=3))
    tokenizer.normalizer = normalizers.NFKC()
    tokenizer.pre_tokenizer = pre_tokenizers.Metaspace()
    tokenizer.post_processor = processors.TemplateProcessing(
        single="<s> $A </s>", special_tokens=[("<s>", 0), ("</s>", 2)]
    )
    tokenizer.add_special_tokens(MARKS)
    return tokenizer


@pytest.fixture(scope="session")
def source(tmp_path_factory: pytest.TempPathFactory) -> Source:
    """A base of four narrow layers with random weights, in two files of the form of the real ones."""
    folder = tmp_path_factory.mktemp("source")
    words = len(PIECES) + 3
    write_model(folder / "e5.bin", random_model(words, seed=1), PIECES, words)
    unigram(PIECES).save(str(folder / "tokenizer.json"))
    return Source(folder / "e5.bin", folder / "tokenizer.json")


@pytest.fixture
def install(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Install:
    """Puts packages with the files given where Python looks first, and returns the folder."""

    def put(packages: dict[str, dict[str, bytes]]) -> Path:
        folder = tmp_path / "packages"
        for package, contents in packages.items():
            note = f"{package.replace('-', '_')}-1.dist-info/METADATA"
            contents = {note: f"Metadata-Version: 2.1\nName: {package}\nVersion: 1\n".encode(), **contents}
            for name, content in contents.items():
                (folder / name).parent.mkdir(parents=True, exist_ok=True)
                (folder / name).write_bytes(content)
        monkeypatch.syspath_prepend(folder)
        return folder

    return put


def bench_of(data: Path, work: Path, out: Path, source: Source, say: Callable[[str], None], **changes: Any) -> Bench:
    minutes = changes.pop("minutes", 10)
    return Bench(
        data, work, out, say, replace(RECIPE, **changes), lambda: source, minutes, data / "entries.jsonl",
        data / "everyday.jsonl",
    )  # fmt: skip


@pytest.fixture(scope="session")
def ready(data: Path, source: Source, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A work folder in which all before the training is done."""
    work = tmp_path_factory.mktemp("ready")
    bench = bench_of(data, work, work / "out", source, lambda _: None)
    for stage in ("base", "vocabulary", "teacher", "reduction"):
        train(bench, stage)
    return work


@pytest.fixture
def make_bench(data: Path, ready: Path, source: Source, tmp_path: Path) -> MakeBench:
    """Makes a bench with a copy of the ready work folder, called `name`; changes to the recipe by keyword."""

    def make(
        name: str,
        say: Callable[[str], None] = lambda _: None,
        *,
        data: Path = data,
        source: Source = source,
        **changes: Any,
    ) -> Bench:
        work = tmp_path / name
        if not work.exists():
            shutil.copytree(ready, work)
        return bench_of(data, work, tmp_path / f"{name}-out", source, say, **changes)

    return make
