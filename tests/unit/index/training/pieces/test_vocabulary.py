"""The vocabulary: it folds what the region writes in many ways, and leaves English whole."""

import pytest
from sentence_transformers import SentenceTransformer
from tokenizers import Tokenizer

from index.training.pieces import vocabulary
from index.training.teacher import tokenizer as english_of
from tests.unit.index.training.conftest import SENTENCES, WORDS

TEXTS = [" ".join(WORDS[word][place] for word in words) for words in SENTENCES for place in range(3)]


@pytest.fixture
def english(teacher: SentenceTransformer) -> Tokenizer:
    return english_of(teacher)


@pytest.fixture
def tokenizer(english: Tokenizer) -> Tokenizer:
    return vocabulary.build(english, TEXTS, 400)


@pytest.mark.parametrize(
    ("written", "folded"),
    [
        ("Пројекат", "projekat"),
        ("finanțare", "finantare"),
        ("FINANŢARE", "finantare"),
        ("εταιρεία", "etaireia"),
        ("Χρηματοδότηση", "hrimatodotisi"),
        ("Ђорђе љубав", "djordje ljubav"),
        ("ışık", "isik"),
    ],
)
def test_writings_of_a_word_are_the_same_pieces(tokenizer: Tokenizer, written: str, folded: str) -> None:
    assert tokenizer.encode(written).tokens == tokenizer.encode(folded).tokens
    assert "[UNK]" not in tokenizer.encode(written).tokens


def test_words_of_the_region_become_pieces(tokenizer: Tokenizer) -> None:
    for word in ("projekat", "finantare", "etaireia"):
        assert tokenizer.encode(word, add_special_tokens=False).tokens == [word]


def test_english_pieces_are_kept(tokenizer: Tokenizer, english: Tokenizer) -> None:
    sentence = "The company finds a partner"
    assert tokenizer.encode(sentence).tokens == english.encode(sentence).tokens
    for piece in english.get_vocab().keys() - {"[MASK]"}:
        assert piece in tokenizer.get_vocab()


def test_the_marks_come_first_and_the_size_is_kept_to(tokenizer: Tokenizer, english: Tokenizer) -> None:
    assert [tokenizer.id_to_token(number) for number in range(4)] == list(vocabulary.SPECIAL)
    assert vocabulary.build(english, TEXTS, 80).get_vocab_size() == 80


def test_the_same_texts_give_the_same_vocabulary(tokenizer: Tokenizer, english: Tokenizer) -> None:
    assert vocabulary.build(english, TEXTS, 400).to_str() == tokenizer.to_str()
