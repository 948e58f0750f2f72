"""Corpora to fit weights and beliefs on: passages, questions about them, and which passage answers which."""

import argparse
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from random import Random

from index.everyday import entries
from index.everyday.entries import Entries, EverydayQuestion
from index.fitting.pairs import (
    Pairs,
    part,
    question_held_out,
    read_crossed,
    read_file,
    read_forum,
    read_guides,
    read_parallel,
    read_titles,
)
from index.model import Encoder, Vectors
from index.ranking.search import Layer, whole
from index.segments.segment import Segment
from index.segments.source import Piece, Record
from knowledge.languages import parse_tag
from knowledge.models import Kind

_NEIGHBOURS = "bg-mk mk-bg hr-sl sl-hr bs-sl uk-bg sr-bg mk-sr el-bg tr-ro sq-el ro-bg bg-tr uk-ro sr-sq mk-sq".split()


@dataclass(frozen=True)
class Corpus:
    """Passages, the questions about them with their vectors, and the places of the passages that answer each.

    Corpora of one `source` are alike, so all of them count as one.
    """

    name: str
    source: str
    asked: str
    layer: Layer
    questions: Sequence[str]
    vectors: Vectors
    answers: Sequence[frozenset[int]]


def build(
    name: str, source: str, asked: str, passages: Pairs, questions: Sequence[tuple[str, set[str]]], model: Encoder
) -> Corpus:
    """Return a corpus of (language, passage) pairs and questions with the passages that answer them; equals are one."""
    layer, places = _indexed(passages, model)
    texts = [question for question, _ in questions]
    answers = [frozenset(places[text] for text in right) for _, right in questions]
    return Corpus(name, source, asked, layer, texts, model.encode(texts), answers)


def _indexed(passages: Pairs, model: Encoder) -> tuple[Layer, dict[str, int]]:
    """Return (language, passage) pairs in a layer, equals as one, and the place of each text."""
    places = {text: place for place, text in enumerate(dict.fromkeys(text for _, text in passages))}
    languages = {text: language for language, text in reversed(passages)}
    records = [_record(place, text, languages[text]) for text, place in places.items()]
    rows = model.encode(list(places))
    return whole(
        Segment.build(records, {str(place): rows[place] for place in places.values()}, model.dimension)
    ), places


def read(options: argparse.Namespace, model: Encoder) -> Iterator[Corpus]:
    """Yield the corpora of the files that the options name, see `python -m index.fitting.fit --help`."""
    for path in options.pairs:
        name = path.name.partition(".")[0]
        language = parse_tag(name.rpartition("_")[2]) or "en"
        yield _across(name, name.partition("_")[0], language, language, read_file(path, options.limit), model)
    for path in options.crossed:
        for asked, written, pairs in read_crossed(path, options.limit):
            name = path.name.partition(".")[0]
            yield _across(f"{name} {asked}>{written}", name.partition("_")[0], asked, written, pairs, model)
    for path in options.forum:
        yield _across(path.stem, path.stem, "en", "en", read_forum(path, options.limit), model)
    for path in options.guides:
        yield _across(path.stem, path.stem, "en", "en", read_guides(path, options.limit), model)
    for path in options.titles:
        for language, pairs in read_titles(path, options.limit):
            yield _across(f"{path.parent.name} {language}", path.parent.name, language, language, pairs, model)
    if options.entries:
        yield from everyday(entries.starter() | entries.read(options.entries), options.strangers, model)
    if options.aligned:
        yield from _aligned(options.aligned, options.limit, model)


def everyday(known: Entries, strangers: int, model: Encoder) -> Iterator[Corpus]:
    """Yield by tag the held-out everyday questions, asked of the entries that any is about and of some strangers.

    What was graded for a question is there too; what was graded as its answer answers it beside its own entry. Near
    misses are among the questions; nothing answers those, unless it was graded so.
    """
    asked, graded = [each for each in entries.everyday() if each.reference in known], entries.grades()
    held = [each for each in asked if question_held_out(each.text)]
    about = {each.reference for each in asked}.union(*(graded.get(each.text, {}) for each in held)) & known.keys()
    others = sorted(known.keys() - about)
    chosen = [known[name] for name in (*sorted(about), *Random(2).sample(others, min(strangers, len(others))))]
    layer, places = _indexed([(each.language, each.text) for each in chosen], model)
    by_tag = dict[str, list[EverydayQuestion]]()
    for each in held:
        by_tag.setdefault(each.language, []).append(each)
    for tag, own in sorted(by_tag.items()):
        texts = [each.text for each in own]
        right = [_answering(each, graded.get(each.text, {})) & known.keys() for each in own]
        answers = [frozenset(places[known[name].text] for name in names) for names in right]
        yield Corpus(f"everyday {tag}", "everyday", tag, layer, texts, model.encode(texts), answers)


def _answering(question: EverydayQuestion, graded: Mapping[str, int]) -> set[str]:
    """Return the references of the entries that answer a question: its own, and those that were graded so."""
    own = set() if question.near else {question.reference}
    return own | {name for name, grade in graded.items() if grade == entries.ANSWERS}


def _across(name: str, source: str, asked: str, written: str, pairs: Pairs, model: Encoder) -> Corpus:
    passages = [(written, text) for _, text in pairs]
    return build(name, source, asked, passages, [(question, {text}) for question, text in pairs], model)


def _aligned(folder: Path, limit: int, model: Encoder) -> Iterator[Corpus]:
    """Yield parts of sentences asked of their translations."""
    sentences, chance = read_parallel(folder), Random(3)
    others = [language for language in sentences if language != "en"]
    directions = [pair for language in others for pair in ((language, "en"), ("en", language))]
    directions += [(pair[:2], pair[3:]) for pair in _NEIGHBOURS if pair[:2] in sentences and pair[3:] in sentences]
    for asked, written in directions:
        numbers = chance.sample(sorted(sentences[asked].keys() & sentences[written].keys()), limit)
        pairs = [(part(sentences[asked][n], chance), sentences[written][n]) for n in numbers]
        yield _across(f"{asked}>{written}", folder.name, asked, written, pairs, model)


def _record(place: int, passage: str, language: str) -> Record:
    return Record(
        id=place, reference=str(place), kind=Kind.GUIDE, language=language, city=None, programmes=(),
        organisation_type=None, opens=None, deadlines=(), ends=None, facets=(),
        pieces=(Piece(place, passage, str(place)),),
    )  # fmt: skip
