import numpy as np
import pytest

from index.encoding.encoder import HashingEncoder
from index.ranking.quoting import Quoter, best_sentences

PASSAGE = (
    "The chamber helps small firms in the region. It was founded in 1990 by twelve companies. "
    "Membership costs 120 euro a year for firms with fewer than ten employees. "
    "The office in Plovdiv opens at nine. Exporters receive certificates of origin within two working days."
)


def test_the_sentence_that_shares_the_rare_words_is_quoted() -> None:
    assert best_sentences("How much does membership cost a year?", PASSAGE, 1) == [
        "Membership costs 120 euro a year for firms with fewer than ten employees."
    ]


def test_a_sentence_that_points_back_takes_the_one_before_it_along() -> None:
    assert best_sentences("When was it founded and by how many companies?", PASSAGE) == [
        "The chamber helps small firms in the region.",
        "It was founded in 1990 by twelve companies.",
    ]


def test_across_languages_the_leading_sentences_stand() -> None:
    assert best_sentences("Κόστος;", PASSAGE) == [
        "The chamber helps small firms in the region.",
        "It was founded in 1990 by twelve companies.",
    ]


def test_across_languages_meaning_decides_where_vectors_are_given() -> None:
    encoder = HashingEncoder()
    vector = encoder.encode(["Exporters receive certificates of origin within two working days."])[0]
    chosen = best_sentences("Κόστος;", PASSAGE, encoder=encoder, vector=vector)
    assert "Exporters receive certificates of origin within two working days." in chosen


def test_meaning_decides_between_sentences_that_share_as_many_words() -> None:
    encoder = HashingEncoder()
    text = "The fee is low in spring. The fee is due in advance. Rooms can be rented. Parking is behind the house."
    question = "When must the fee be paid?"
    vector = encoder.encode(["The fee is due in advance."])[0]
    assert best_sentences(question, text, 1, encoder=encoder, vector=vector) == ["The fee is due in advance."]
    vector = encoder.encode(["The fee is low in spring."])[0]
    assert best_sentences(question, text, 1, encoder=encoder, vector=vector) == ["The fee is low in spring."]


def test_clear_words_need_no_encoder() -> None:
    encoder = HashingEncoder()
    vector = encoder.encode(["The office in Plovdiv opens at nine."])[0]
    question = "How much does membership cost a year?"
    assert best_sentences(question, PASSAGE, 1, encoder=encoder, vector=vector) == [
        "Membership costs 120 euro a year for firms with fewer than ten employees."
    ]


def test_a_quoter_quotes_as_its_encoder_says() -> None:
    encoder = HashingEncoder()
    vector = encoder.encode(["Exporters receive certificates of origin within two working days."])[0]
    quoter = Quoter(encoder)
    for _ in range(2):
        assert quoter.quote("Κόστος;", PASSAGE, 1, vector=vector) == [
            "Exporters receive certificates of origin within two working days."
        ]
    assert quoter.quote("Κόστος;", PASSAGE) == best_sentences("Κόστος;", PASSAGE)


@pytest.mark.parametrize("limit", [0, 1, 2, 3, 10])
def test_never_more_than_asked_and_always_in_the_order_of_the_passage(limit: int) -> None:
    chosen = best_sentences("membership for exporters in Plovdiv", PASSAGE, limit)
    places = [PASSAGE.index(sentence) for sentence in chosen]
    assert len(chosen) <= limit
    assert places == sorted(places)


@pytest.mark.parametrize("question", ["", "???", "\u200b", "x"])
def test_an_empty_question_gets_the_beginning(question: str) -> None:
    assert best_sentences(question, PASSAGE)[0] == "The chamber helps small firms in the region."


def test_an_empty_passage_has_no_sentences() -> None:
    assert best_sentences("anything", "") == []


def test_a_sentence_said_twice_is_quoted_once() -> None:
    text = "Grants are open now. Grants are open now. Apply by May to the ministry of economy in Sofia."
    assert len(set(best_sentences("Are grants open?", text))) == len(best_sentences("Are grants open?", text))


def test_the_question_may_be_typed_without_marks() -> None:
    text = "Biroul este în Cluj. Finanțarea acoperă 70% din cheltuieli pentru întreprinderi mici. Programul e nou."
    assert best_sentences("cat acopera finantarea din cheltuieli", text, 1) == [
        "Finanțarea acoperă 70% din cheltuieli pentru întreprinderi mici."
    ]


def test_vectors_are_not_changed() -> None:
    vector = np.ones(256, np.float32)
    best_sentences("Κόστος;", PASSAGE, encoder=HashingEncoder(), vector=vector)
    assert vector.tolist() == [1.0] * 256
