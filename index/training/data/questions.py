"""What is asked for the sharpening, and the English passage that answers: people's titles and questions, and sentences
of paragraphs, asked in any language."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from random import Random

from index.fitting.pairs import part, question_held_out
from index.training.data.corpus import QuestionPair
from index.training.data.paragraphs import Paragraph

LONGEST = 1200
"""Characters of a passage that are read: more than the teacher takes in."""

SHARES = {"banking77": 0.1, "medquad": 0.4, "eu-eforms": 0.5}
"""How often a question of a source is asked, against one of the others."""


@dataclass(frozen=True, slots=True)
class Asked:
    """A question in a language, and the English passage that answers it."""

    language: str
    query: str
    passage: str
    weight: float = 1.0


def asked(questions: Sequence[QuestionPair], paragraphs: Sequence[Paragraph], seed: int) -> list[Asked]:
    """Return the questions of English passages that are not held out, and one sentence's part for each paragraph."""
    return [*_questions(questions), *_parts(paragraphs, Random(f"asked {seed}"))]


def _questions(questions: Sequence[QuestionPair]) -> Iterator[Asked]:
    for question in questions:
        if question.written == "en" and not question_held_out(question.query):
            weight = SHARES.get(question.source, 1.0)
            yield Asked(question.asked, question.query, question.passage[:LONGEST], weight)


def _parts(paragraphs: Sequence[Paragraph], chance: Random) -> Iterator[Asked]:
    for paragraph in paragraphs:
        sentence = chance.choice(paragraph.sentences)
        yield Asked(paragraph.language, part(sentence, chance), " ".join(paragraph.english))
