"""Tells by its form what a sample is, and measures it."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Any

from index.errors import SampleInvalid
from index.measuring import bitext, hidden, reading, similarity
from index.measuring.encoding import Vectoriser
from index.measuring.squad import read_reading
from index.model import Encoder, Progress


class Sample(StrEnum):
    """What a file or folder holds."""

    GOLDEN = "golden"
    """`*.jsonl`: questions and the entries that answer them, for the whole desk."""
    ALIGNED = "aligned"
    """A folder of `LANGUAGE.tsv` with `index_id` and `text`, as SIB-200 has them."""
    TATOEBA = "tatoeba"
    """A folder of `tatoeba.XXX-eng.XXX` and `tatoeba.XXX-eng.eng`, paired by line."""
    RATED = "rated"
    """`*.tsv` with `score`, `LANGUAGE_1` and `LANGUAGE_2`: how alike people find two sentences."""
    READING = "reading"
    """`NAME.LANGUAGE.json` in SQuAD's form, or a folder of such files."""
    PAIRS = "pairs"
    """`NAME_LANGUAGE.tsv.gz` of questions and passages, or a folder of such files."""


def kind(path: Path) -> Sample:
    """Return what `path` is; raises `SampleInvalid`."""
    if path.is_dir():
        for pattern, sample in (
            ("tatoeba.*-eng.eng", Sample.TATOEBA),
            (f"{bitext.PIVOT}.tsv", Sample.ALIGNED),
            ("*.*.json", Sample.READING),
            ("*.tsv.gz", Sample.PAIRS),
        ):
            if any(path.glob(pattern)):
                return sample
    for ending, sample in (
        (".jsonl", Sample.GOLDEN),
        (".tsv", Sample.RATED),
        (".json", Sample.READING),
        (".tsv.gz", Sample.PAIRS),
    ):
        if path.name.endswith(ending) and path.is_file():
            return sample
    raise SampleInvalid(
        f"{path}: neither golden questions (.jsonl), sentences in languages (a folder of en.tsv and others, or of "
        "tatoeba.*-eng.*), rated sentences (.tsv), questions with marked answers (NAME.LANGUAGE.json or a folder) "
        "nor questions with passages (.tsv.gz or a folder)"
    )


@dataclass(frozen=True)
class Measurement:
    """Figures of one sample; see the module of its kind for what they mean."""

    sample: Sample
    name: str
    figures: dict[str, Any]


def measure(paths: Sequence[Path], encoder: Encoder, told: Progress | None = None) -> list[Measurement]:
    """Return the figures of samples that need no desk, files of questions with marked answers as one sample.

    Raises `SampleInvalid` for one that cannot be read, and for golden questions, which
    `index.measuring.evaluation` asks.
    """
    vectoriser = Vectoriser(encoder, told)
    readings = [path for path in paths if kind(path) is Sample.READING]
    found = [_measured(path, vectoriser) for path in paths if path not in readings]
    if readings:
        files = [file for path in readings for file in _files(path, "*.*.json")]
        figures = reading.figures([read_reading(file) for file in files], vectoriser)
        found.append(Measurement(Sample.READING, ", ".join(map(str, readings)), figures))
    return found


def _measured(path: Path, vectoriser: Vectoriser) -> Measurement:
    sample = kind(path)
    match sample:
        case Sample.ALIGNED:
            figures = bitext.accuracies(bitext.read_aligned(path), vectoriser)
        case Sample.TATOEBA:
            figures = bitext.accuracies(bitext.read_tatoeba(path), vectoriser)
        case Sample.RATED:
            figures = dict(similarity.correlations(similarity.read_rated(path), vectoriser))
        case Sample.PAIRS:
            mixtures = [mixture for file in _files(path, "*.tsv.gz") for mixture in hidden.read_mixtures(file)]
            figures = hidden.accuracies(mixtures, vectoriser)
        case _:
            raise SampleInvalid(f"{path}: these questions are for a whole desk")
    return Measurement(sample, str(path), figures)


def _files(path: Path, pattern: str) -> list[Path]:
    return sorted(path.glob(pattern)) if path.is_dir() else [path]
