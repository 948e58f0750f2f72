"""Reads SQuAD's form: passages with questions whose answers are marked; XQuAD has it once for each language."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from index.errors import SampleInvalid
from knowledge.entries.sentences import sentences
from knowledge.languages import parse_tag


@dataclass(frozen=True)
class ReadingQuestion:
    """A question, the place of the passage that it is asked about, and the sentence there that holds the answer."""

    id: str
    text: str
    place: int
    sentence: str | None


@dataclass(frozen=True)
class Reading:
    """Passages in one language, and questions about them."""

    language: str
    passages: tuple[str, ...]
    questions: tuple[ReadingQuestion, ...]


def read_reading(path: Path) -> Reading:
    """Return what a file `NAME.LANGUAGE.json` holds; raises `SampleInvalid`.

    A question without a marked answer, or whose answer is not in its passage, gets no sentence.
    """
    language = parse_tag(path.stem.rpartition(".")[2])
    if language is None:
        raise SampleInvalid(f"{path}: no language of the desk in its name; xquad.ro.json has one")
    try:
        document = json.loads(path.read_text(encoding="utf-8-sig"))
    except (OSError, UnicodeDecodeError) as error:
        raise SampleInvalid(f"{path}: {error}") from error
    except json.JSONDecodeError as error:
        raise SampleInvalid(f"{path}, line {error.lineno}: not JSON, {error.msg}") from error
    passages = list[str]()
    questions = list[ReadingQuestion]()
    try:
        for paragraph in _paragraphs(document):
            passages.append(paragraph["context"])
            questions.extend(_questions(paragraph, len(passages) - 1))
    except (KeyError, TypeError, AttributeError) as error:
        where = f"passage {len(passages) + 1}" if passages else "the beginning"
        raise SampleInvalid(f"{path}, at {where}: not in SQuAD's form, {type(error).__name__}: {error}") from error
    if not questions:
        raise SampleInvalid(f"{path}: no questions in it")
    return Reading(language, tuple(passages), tuple(questions))


def _paragraphs(document: dict[str, Any]) -> Iterator[dict[str, Any]]:
    for article in document["data"]:
        yield from article["paragraphs"]


def _questions(paragraph: dict[str, Any], place: int) -> Iterator[ReadingQuestion]:
    context: str = paragraph["context"]
    for asked in paragraph["qas"]:
        marked = [(answer["answer_start"], answer["text"]) for answer in asked.get("answers", ())]
        start = next((_found(context, begins, text) for begins, text in marked), None)
        yield ReadingQuestion(
            str(asked["id"]), asked["question"], place, None if start is None else _sentence_at(context, start)
        )


def _found(context: str, start: int, text: str) -> int | None:
    """Return where the answer begins: some files count letters otherwise, so the nearest place that says it counts."""
    places = [place for place in range(len(context)) if context.startswith(text, place)] if text else []
    return min(places, key=lambda place: abs(place - start), default=None)


def _sentence_at(context: str, start: int) -> str | None:
    end = 0
    for sentence in sentences(context):
        begins = context.index(sentence, end)
        end = begins + len(sentence)
        if start < end:
            return sentence
    return None
