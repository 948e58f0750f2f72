"""Sentences end where people end them, in every language of the desk, and nothing of a text is lost."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from knowledge.entries.sentences import sentences, thoughts

prose = st.text(alphabet=st.sampled_from(list("abcčАбвгΑβγ .!?;…,\n\t\"'«»()1234567890#-")), max_size=4000)


def without_spaces(text: str) -> str:
    return re.sub(r"\s", "", text)


def test_sentences_end_where_people_end_them() -> None:
    text = "Prijavite se do petka. Žalba? «Ευρώ» αύριο! Ще чакаме… Τι κοστίζει; Край.\nNew line"
    assert sentences(text) == [
        "Prijavite se do petka.", "Žalba?", "«Ευρώ» αύριο!", "Ще чакаме…", "Τι κοστίζει;", "Край.", "New line",
    ]  # fmt: skip


@pytest.mark.parametrize(
    "text",
    [
        "Pay EUR 2.5 million by 31.12.2026 at www.example.org/a.b today.",
        "Odaberite sustav (npr. Odoo ili ERPNext).",
        "Odaberite sustav (Odoo. ERPNext. Drugi) i krenite.",
        "Cijena je do 2 mil. EUR za male firme.",
        "Registrujte d.o.o. čija je adresa u Sarajevu, ul. Zmaja od Bosne 4.",
        "Sole traders (e.g. Ana) pay by art. 5 of the law, see no. 12 and Dr. Smith.",
        "Таксата е по чл. 5, ал. 2 от Закона, вж. Приложението, т.е. Образец 3.",
        "Оснујте предузеће, нпр. Агенција помаже по чл. 12. закона, тј. Правилника.",
        "Регистрирајте фирма, на пр. ДООЕЛ во Скопје.",
        "Η εταιρεία, π.χ. ΙΚΕ στην Αθήνα, πληρώνει κατά το αρ. 5 παρ. 2, βλ. Παράρτημα.",
        "Depuneți cererea cf. Legii nr. 31 din 1990, art. 5 alin. Doi.",
        "Odprite podjetje, npr. Spletno trgovino, po čl. 5 in št. Uradnega lista.",
        "Başvurun, örn. Ticaret Odasına, bkz. Madde 5, No. 12.",
        "Hapni biznesin, p.sh. Dyqan në Tiranë, sipas nr. Ligjit 5.",
        "Зареєструйтеся, напр. Через портал, див. Закон, ст. Перша, до 5 млн. Євро.",
        "Rok je do 5. člena zakona.",
        "Predajte do 31. Decembra kod J. Petrovića.",
        "Small firms pay less; Large ones pay in full.",
        "He said „Idite. Odmah” and went.",
    ],
)
def test_a_thought_is_not_cut_in_two(text: str) -> None:
    assert sentences(text) == [text]


@pytest.mark.parametrize(
    ("text", "count"),
    [
        ("Osnujte d.o.o. Zatim otvorite račun.", 2),
        ("Таксата е 55 лв. Подайте заявление.", 2),
        ("Apply by 2026. Then wait.", 2),
        ("Τι κοστίζει; Κοστίζει 70 ευρώ.", 2),
        ("It works (mostly). Try it.", 2),
        ("(It works. Try it.) Then go.", 2),
        ("Pitajte „Kada?” Odgovor je sutra.", 2),
        ("", 0),
        (" \n\t ", 0),
    ],
)
def test_two_thoughts_are_two(text: str, count: int) -> None:
    assert len(sentences(text)) == count


def test_an_item_of_a_list_is_one_thought() -> None:
    text = "You need:\n1. A plan. It is short.\n- An account (any bank). Ask yours.\nThat is all. Apply."
    assert thoughts(text) == [
        "You need:", "1. A plan. It is short.", "- An account (any bank). Ask yours.", "That is all.", "Apply.",
    ]  # fmt: skip


@given(prose)
def test_nothing_is_lost(text: str) -> None:
    assert without_spaces("".join(sentences(text))) == without_spaces(text)
    assert without_spaces("".join(thoughts(text))) == without_spaces(text)
