"""Messages that go on with what was said are known in every language, and questions are not taken for them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.dialogue.followups import asks_for_more, asks_to_stop, named_ordinal, only_refines
from nlu.understanding import Entity, EntityKind


def named(text: str, words: str, kind: EntityKind = EntityKind.COUNTRY) -> tuple[Entity, ...]:
    start = text.index(words)
    return (Entity(kind, "BG", words, start, start + len(words)),)


REFINING = [
    ("and for tourism?", "tourism"), ("what about Bulgaria?", "Bulgaria"), ("in Bulgaria instead", "Bulgaria"),
    ("only open ones", "open"), ("Bulgaria", "Bulgaria"), ("rather in Bulgaria, please", "Bulgaria"),
    ("po për turizmin?", "turizmin"), ("në Bullgari në vend të saj", "Bullgari"), ("vetëm të hapurat", "hapurat"),
    ("а за туризма?", "туризма"), ("вместо това в България", "България"), ("само отворените", "отворените"),
    ("a šta je sa turizmom", "turizmom"), ("umjesto toga u Bugarskoj", "Bugarskoj"), ("samo otvorene", "otvorene"),
    ("a što je s turizmom?", "turizmom"), ("και για τον τουρισμό;", "τουρισμό"), ("μόνο τις ανοιχτές", "ανοιχτές"),
    ("στη Βουλγαρία αντί για αυτό", "Βουλγαρία"), ("а за туризам?", "туризам"), ("само отворени", "отворени"),
    ("наместо тоа во Бугарија", "Бугарија"), ("dar pentru turism?", "turism"), ("în Bulgaria în schimb", "Bulgaria"),
    ("doar cele deschise", "deschise"), ("уместо тога у Бугарској", "Бугарској"), ("само отворене", "отворене"),
    ("umesto toga u Bugarskoj", "Bugarskoj"), ("kaj pa za turizem?", "turizem"), ("raje v Bolgariji", "Bolgariji"),
    ("samo odprte", "odprte"), ("peki turizm için?", "turizm"), ("Bulgaristan'da onun yerine", "Bulgaristan"),
    ("sadece açık olanlar", "açık"), ("а для туризму?", "туризму"), ("натомість у Болгарії", "Болгарії"),
    ("лише відкриті", "відкриті"),
]  # fmt: skip


@pytest.mark.parametrize(("text", "words"), REFINING)
def test_naming_a_filter_and_no_more_refines(text: str, words: str) -> None:
    assert only_refines(text, named(text, words))


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("how do I register a company in Bulgaria?", "Bulgaria"),
        ("who can build a web shop for tourism", "tourism"),
        ("как се регистрира фирма в България", "България"),
        ("taxes in Bulgaria", "Bulgaria"),
        ("in " * 9 + "Bulgaria", "Bulgaria"),
    ],
)
def test_a_question_of_its_own_does_not_refine(text: str, words: str) -> None:
    assert not only_refines(text, named(text, words))


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("better in Bulgaria", "Bulgaria"), ("në Bullgari më mirë", "Bullgari"), ("по-добре в България", "България"),
        ("radije u Bugarskoj", "Bugarskoj"), ("bolje u Bugarskoj", "Bugarskoj"), ("подобро во Бугарија", "Бугарија"),
        ("mai bine în Bulgaria", "Bulgaria"), ("радије у Бугарској", "Бугарској"),
        ("Bulgaristan'da olsun", "Bulgaristan"),
    ],
)  # fmt: skip
def test_a_preference_refines(text: str, words: str) -> None:
    assert only_refines(text, named(text, words))


@pytest.mark.parametrize(
    "text",
    [
        "unsubscribe", "stop the news", "stop", "ndalo njoftimet", "спри новините", "zaustavi novosti", "odjavi me",
        "prekini obavještenja", "σταμάτα τις ειδοποιήσεις", "запри ги вестите", "opriți noutățile", "dezaboneaza-ma",
        "престани", "ustavi novice", "bildirimleri durdur", "припини розсилку",
    ],
)  # fmt: skip
def test_news_are_refused_in_every_language(text: str) -> None:
    assert asks_to_stop(text, news_meant=False)


@pytest.mark.parametrize("text", ["не искам повече новини", "ne želim više novosti", "nu mai vreau noutăți"])
def test_a_refusal_counts_in_what_is_about_news(text: str) -> None:
    assert asks_to_stop(text, news_meant=True)


@pytest.mark.parametrize(
    "text", ["tell me of new calls", "obavesti me o novim pozivima", "anunță-mă despre apeluri noi", "нови покани", ""]
)
def test_a_wish_for_news_is_no_refusal(text: str) -> None:
    assert not asks_to_stop(text, news_meant=True)


@pytest.mark.parametrize("text", ["Kako odjaviti obrt?", "How may a customer cancel a subscription?", "stop losses"])
def test_a_question_is_no_refusal(text: str) -> None:
    assert not asks_to_stop(text, news_meant=False)


def test_nothing_named_refines_nothing() -> None:
    assert not only_refines("and for the others?", ())


@pytest.mark.parametrize("kind", [EntityKind.LANGUAGE, EntityKind.AMOUNT, EntityKind.DATE])
def test_what_does_not_filter_does_not_refine(kind: EntityKind) -> None:
    assert not only_refines("in Bulgarian please", named("in Bulgarian please", "Bulgarian", kind))


def test_entities_that_overlap_are_taken_away_whole() -> None:
    text = "and in Novi Sad?"
    city = Entity(EntityKind.CITY, "Novi Sad", "Novi Sad", 7, 15)
    part = Entity(EntityKind.CITY, "Sad", "Sad", 12, 15)
    assert only_refines(text, (city, part))
    assert only_refines(text, (part, city))


@pytest.mark.parametrize(
    ("number", "text"),
    [
        (1, "the first one"), (2, "the second one"), (3, "third"), (2, "2"), (2, "2."), (9, "number 9"), (2, "2nd"),
        (2, "tell me about the second"), (1, "trego të parën"), (2, "i dyti"), (2, "të dytën"), (3, "të tretën"),
        (1, "първата"), (2, "втората"), (2, "кажи ми за втората"), (3, "третото"), (1, "prvi"), (2, "drugu molim"),
        (3, "treća"), (1, "το πρώτο"), (2, "δεύτερο"), (3, "τρίτο"), (2, "вториот"), (1, "primul"), (2, "al doilea"),
        (2, "a doua"), (3, "cel de-al treilea"), (1, "прва"), (2, "другу"), (3, "трећи"), (2, "drugega"), (3, "tretji"),
        (1, "birincisi"), (2, "ikincisi"), (3, "üçüncü"), (1, "перший"), (2, "другий"), (3, "третя"),
    ],
)  # fmt: skip
def test_a_result_is_pointed_at_by_its_number(number: int, text: str) -> None:
    assert named_ordinal(text) == number


@pytest.mark.parametrize(
    "text",
    [
        "", "?", "0", "10", "2026", "the first and the second", "1 2", "first steps to export", "drugačije", "primer",
        "one", "a second opinion from a lawyer", "2 million for a factory", "٢", "9" * 5000,
        "tell me all that you know about how the second one works",
    ],
)  # fmt: skip
def test_other_numbers_point_at_nothing(text: str) -> None:
    assert named_ordinal(text) is None


@pytest.mark.parametrize(
    "text",
    [
        "more", "More!", "show me more", "more please", "më shumë", "më trego më shumë", "te tjera", "още",
        "покажи ми още", "još", "prikaži mi još", "περισσότερα", "ΠΕΡΙΣΣΟΤΕΡΑ", "δείξε μου περισσότερα", "κι άλλα",
        "повеќе", "уште", "mai multe", "arată-mi mai multe", "више", "јос", "više", "še", "pokaži več", "daha fazla",
        "daha fazla göster", "başka", "ще", "покажи ще", "більше",
    ],
)  # fmt: skip
def test_more_is_asked_for_in_every_language(text: str) -> None:
    assert asks_for_more(text)


@pytest.mark.parametrize(
    "text", ["", "!", "more money", "what is more important", "още пари", "mai mult timp", "one", "show me", "in"]
)
def test_a_question_that_holds_the_word_is_no_wish_for_more(text: str) -> None:
    assert not asks_for_more(text)


anything = st.lists(
    st.builds(
        Entity, st.sampled_from(EntityKind), st.text(max_size=3), st.text(max_size=3), st.integers(-9, 99),
        st.integers(-9, 99),
    ),
    max_size=4,
).map(tuple)  # fmt: skip


@given(st.text(max_size=80), anything)
def test_no_text_is_too_odd(text: str, entities: tuple[Entity, ...]) -> None:
    assert asks_for_more(text) in (True, False)
    assert named_ordinal(text) in (None, *range(1, 10))
    assert only_refines(text, entities) in (True, False)
