"""Folding makes usual spellings equal and keeps different words apart; tags and scripts are recognised."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from knowledge.languages import LANGUAGES, TAGS, base, fold, parse_tag, readings, script

SAME = [
    ("finanțare", "finantare"),
    ("finanţare", "finanțare"),  # the cedilla that old keyboards write for the comma
    ("Iași", "iasi"),
    ("întreprinderi", "INTREPRINDERI"),
    ("Пројекат", "projekat"),
    ("Ђорђе", "Đorđe"),
    ("Đorđe", "Djordje"),
    ("Љубљана", "Ljubljana"),
    ("Њивице", "Njivice"),
    ("џез", "džez"),
    ("чекић", "čekić"),
    ("žena", "zena"),
    ("žena", "жена"),
    ("Загреб", "Zagreb"),
    ("Щастие", "Shtastie"),
    ("жилище", "zhilishte"),
    ("България", "Balgariya"),
    ("Бургас", "Burgas"),
    ("кожух", "kozhuh"),
    ("цена", "cena"),
    ("цена", "tsena"),
    ("хотел", "hotel"),
    ("хотел", "khotel"),
    ("ёлка", "елка"),
    ("Київ", "Киів"),
    ("край", "краи"),
    ("Ѕвезда", "dzvezda"),
    ("Kuptohet që", "kuptohet qe"),
    ("Shqipëri", "shqiperi"),
    ("çmim", "cmim"),
    ("İstanbul", "istanbul"),
    ("ISPARTA", "ısparta"),
    ("Işık", "isik"),
    ("şirket", "sirket"),
    ("göç", "goc"),
    ("ευρώ", "ευρω"),
    ("τουρισμού", "τουρισμου"),
    ("Εύβοια", "Ευβοια"),
    ("αύριο", "avrio"),
    ("Αθήνα", "Athina"),
    ("επιχείρηση", "ΕΠΙΧΕΙΡΗΣΗ"),
    ("κόσμος", "ΚΟΣΜΟΣ"),
    ("μπίρα", "bira"),
    ("Ντίνος", "Dinos"),
    ("Straße", "strasse"),
    ("ﬁnance", "finance"),
    ("e\u0301t\u0065\u0301", "été"),
    ("so\u00adft", "soft"),
    ("zero\u200bwidth", "zerowidth"),
    ("  two\t\n spaces ", "two spaces"),
    *((f"I3{hyphen}2026{hyphen}INV1", "i3-2026-inv1") for hyphen in "‐‑‒–—―−﹘﹣－"),
    *((f"п{apostrophe}ять", "п'ять") for apostrophe in "’‘ʼ‛′`´＇ʹ"),
    *((f"Türkiye{apostrophe}de", "turkiye'de") for apostrophe in "’ʼ′`´"),
]
APART = [("банка", "бања"), ("kuća", "kula"), ("ναι", "και"), ("ro", "rs"), ("1", "l")]


@pytest.mark.parametrize(("one", "other"), SAME)
def test_usual_spellings_fold_to_the_same(one: str, other: str) -> None:
    assert fold(one) == fold(other)


@pytest.mark.parametrize(("one", "other"), APART)
def test_different_words_stay_apart(one: str, other: str) -> None:
    assert fold(one) != fold(other)


@pytest.mark.parametrize(
    ("typed", "tag", "meant"),
    [
        ("xrhmatodothsh", "el", "χρηματοδότηση"),
        ("chrimatodotisi", "el", "χρηματοδότηση"),
        ("xrimatodotisi", "el", "χρηματοδότηση"),
        ("8essalonikh", "el", "Θεσσαλονίκη"),
        ("Thessaloniki", "el", "Θεσσαλονίκη"),
        ("3enodoxeio", "el", "ξενοδοχείο"),
        ("ksenodoxeio", "el", "ξενοδοχείο"),
        ("epixeirhsewn", "el", "επιχειρήσεων"),
        ("eykairia", "el", "ευκαιρία"),
        ("efkairia", "el", "ευκαιρία"),
        ("aytokinhto", "el", "αυτοκίνητο"),
        ("aftokinito", "el", "αυτοκίνητο"),
        ("toyrismoy", "el", "τουρισμού"),
        ("biomhxania", "el", "βιομηχανία"),
        ("emporio", "el", "εμπόριο"),
        ("phoreas", "el", "φορέας"),
        ("apaithseis", "el", "απαιτήσεις"),
        ("kente", "el", "κεντέ"),
        ("ka6ta", "bg", "къща"),
        ("ky6ta", "bg", "къща"),
        ("ku6ta", "bg", "къща"),
        ("obu4enie", "bg", "обучение"),
        ("qnuari", "bg", "януари"),
        ("dyrzhava", "bg", "държава"),
        ("bezplaten", "bg", "безплатен"),
        ("prodajba", "bg", "продажба"),
        ("xora", "bg", "хора"),
        ("hospodarstvo", "uk", "господарство"),
        ("zakhyshchaiut", "uk", "захищають"),
        ("ukrayinskykh", "uk", "українських"),
        ("vil’nyy", "uk", "вільний"),
        ("xochu", "uk", "хочу"),
    ],
)
def test_a_reading_of_latin_letters_is_what_was_meant(typed: str, tag: str, meant: str) -> None:
    assert fold(meant) in readings(typed, tag)


@pytest.mark.parametrize("tag", TAGS)
@pytest.mark.parametrize("text", ["χρηματοδότηση", "обучение", "", "2026-10: 8"])
def test_only_latin_letters_have_readings(text: str, tag: str) -> None:
    assert readings(text, tag) == []


@pytest.mark.parametrize("tag", ["bg", "el"])
def test_numbers_stay_in_readings(tag: str) -> None:
    assert set(readings("8 xronia 2026-3 64%", tag)) == {"8 hronia 2026-3 64%"}


@given(st.text(), st.sampled_from(TAGS))
def test_readings_are_folded(text: str, tag: str) -> None:
    assert all(fold(reading) == reading for reading in readings(text, tag))


@pytest.mark.parametrize("text", ["Ελληνικά", "Српски језик", "Українська", "Български", "Türkçe", "Română", "ŠČŽĆĐ"])
def test_words_of_the_region_fold_to_plain_latin_letters(text: str) -> None:
    assert fold(text).replace(" ", "").isascii()
    assert fold(text).replace(" ", "").islower()


@given(st.text())
def test_folding_takes_any_text_and_leaves_neither_capitals_nor_double_spaces(text: str) -> None:
    folded = fold(text)
    assert folded == folded.lower()
    assert folded == " ".join(folded.split())


@given(
    st.text(alphabet="abčćdđeëfghiîjklmnoprsșştţuüvzžабвгдђежзиїјкљмњопрстћуфхцчџшщъюяαβγδεζηθικλμνξπρσςτυφχψωάέήίόύώ ")
)
def test_folding_does_not_look_at_capitals(text: str) -> None:
    assert fold(text) == fold(text.upper().replace("I", "ı").replace("İ", "i")) or fold(text) == fold(text.upper())


@pytest.mark.parametrize(
    ("written", "tag"),
    [
        ("en", "en"),
        ("EN-gb", "en"),
        ("sr", "sr"),
        ("sr-RS", "sr"),
        ("sr-Latn", "sr-Latn"),
        ("sr_Latn_RS", "sr-Latn"),
        ("sr-latn-me", "sr-Latn"),
        ("sr-Cyrl", "sr"),
        ("sr-Cyrl-RS", "sr"),
        ("cnr", "sr-Latn"),
        ("sr-ME", "sr-Latn"),
        ("sh", "sr-Latn"),
        (" el ", "el"),
        ("gr", "el"),
        ("uk-UA", "uk"),
        ("ua", "uk"),
        ("de", None),
        ("", None),
        ("-", None),
        ("english", None),
        ("zh-Latn", None),
    ],
)
def test_tags_of_apps_and_files_become_the_desks_own(written: str, tag: str | None) -> None:
    assert parse_tag(written) == tag


@given(st.text())
def test_any_text_gives_a_tag_of_ours_or_none(text: str) -> None:
    assert parse_tag(text) in (*TAGS, None)


@pytest.mark.parametrize("tag", TAGS)
def test_every_tag_is_its_own(tag: str) -> None:
    assert parse_tag(tag) == tag
    assert base(tag) in LANGUAGES


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("Како да добијем грант?", "Cyrl"),
        ("Kako da dobijem grant?", "Latn"),
        ("Πώς παίρνω επιδότηση;", "Grek"),
        ("EU грантови за мале фирме", "Cyrl"),
        ("2026: 500 000 €", "Zyyy"),
        ("", "Zyyy"),
        ("日本", "Zyyy"),
    ],
)
def test_the_script_is_that_of_most_letters(text: str, code: str) -> None:
    assert script(text) == code
