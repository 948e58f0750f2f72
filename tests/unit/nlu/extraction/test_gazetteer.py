from datetime import date

import pytest

from nlu.extraction import gazetteer
from nlu.extraction.folding import fold_with_offsets
from nlu.understanding import Entity, EntityKind, Intent


def entities(text: str, intent: Intent = Intent.ASK, language: str = "") -> tuple[Entity, ...]:
    folded = fold_with_offsets(text)
    return gazetteer.settle(folded, gazetteer.find(folded), intent, lambda: date(2026, 11, 22), language=language)


def pairs(text: str, intent: Intent = Intent.ASK) -> list[tuple[str, str]]:
    return [(str(entity.kind), entity.value) for entity in entities(text, intent)]


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("финансиране в България", "BG"),
        ("фирме у Србији", "RS"),
        ("firme u srbiji", "RS"),
        ("potpore u Hrvatskoj", "HR"),
        ("granturi pentru României", "RO"),
        ("στη Βουλγαρία", "BG"),
        ("Türkiye'de hibe", "TR"),
        ("turkiyede hibe", "TR"),
        ("гранти в Україні", "UA"),
        ("biznese në Shqipëri", "AL"),
        ("podjetja na Hrvaškem", "HR"),
        ("u Crnoj Gori", "ME"),
        ("u Bosni i Hercegovini", "BA"),
        ("во Северна Македонија", "MK"),
        ("bulgarian companies", "BG"),
    ],
)
def test_countries_are_found_in_every_language_and_case(text: str, code: str) -> None:
    assert ("country", code) in pairs(text)


@pytest.mark.parametrize(
    ("text", "pair"),
    [
        ("за туризъм", ("sector", "tourism")),
        ("για τη γεωργία", ("sector", "agriculture")),
        ("Obzor Europa", ("programme", "horizon_europe")),
        ("у Новом Саду", ("city", "Novi Sad")),
        ("İzmir'de", ("city", "Izmir")),
        ("otvoreni natječaji", ("status", "open")),
        ("τα επιμελητήρια", ("organisation_type", "chamber")),
        ("до 50 хил. лева", ("amount", "25565")),
        ("do 100.000,00 €", ("amount", "100000")),
        ("up to €1.5 million", ("amount", "1500000")),
        ("do 200.000 evrov", ("amount", "200000")),
        ("до 31 март", ("date", "2027-03-31")),
        ("31.12.2026", ("date", "2026-12-31")),
        ("15 Ocak 2027 tarihine kadar", ("date", "2027-01-15")),
        ("next month", ("date", "2026-12-31")),
        ("do 15. septembra", ("date", "2027-09-15")),
        ("до 1. децембра", ("date", "2026-12-01")),
        ("до края на годината", ("date", "2026-12-31")),
    ],
)
def test_other_kinds(text: str, pair: tuple[str, str]) -> None:
    assert pair in pairs(text)


def test_offsets_are_of_the_message_as_typed() -> None:
    text = "Партнери у Србији до 31. марта"

    for entity in entities(text):
        assert text[entity.start : entity.end] == entity.text


def test_short_names_count_only_in_capitals() -> None:
    assert pairs("I need it in my life") == []
    assert pairs("IT and LIFE") == [("sector", "ict"), ("programme", "life")]


def test_the_name_of_a_language_is_a_language_only_where_it_is_spoken() -> None:
    assert pairs("switch to Bulgarian", Intent.LANGUAGE) == [("language", "bg")]
    assert ("language", "sr") in pairs("консултант који говори српски")
    assert ("country", "RS") in pairs("srpske firme za nameštaj")


def test_the_longer_finding_wins() -> None:
    assert pairs("Interreg Black Sea") == [("programme", "interreg_black_sea")]


@pytest.mark.parametrize("text", ["32.13.2026", "", "()[]*", "1" * 3000, "31 фебруари 2027", "0000-00-00"])
def test_nonsense_names_nothing(text: str) -> None:
    assert all(entity.kind is not EntityKind.DATE for entity in entities(text))


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("looking for someone who knows gdpr", "legal"),
        ("I need help with exporting", "export"),
        ("tražim stručnjaka za knjigovodstvo", "accounting_tax"),
        ("кој се разбира во извоз", "export"),
        ("търся счетоводител", "accounting_tax"),
        ("me duhet një avokat", "legal"),
        ("ψάχνω δικηγόρο", "legal"),
        ("caut un traducător", "translation"),
        ("iščem računovodjo", "accounting_tax"),
        ("tko zna za blagovne znamke i patente", "intellectual_property"),
        ("ihracat danışmanı", "export"),
        ("фахівець з кібербезпеки", "cybersecurity"),
    ],
)
def test_competences_are_found_in_every_language_and_case(text: str, code: str) -> None:
    assert ("competence", code) in pairs(text)


def test_the_same_words_may_name_a_sector_and_a_competence() -> None:
    assert pairs("expert in software") == [("sector", "ict"), ("competence", "software_development")]
    assert pairs("energy efficiency") == [("competence", "energy_efficiency"), ("sector", "energy")]


@pytest.mark.parametrize(
    ("text", "language", "codes"),
    [
        ("хочу спитати про податки", "uk", ["accounting_tax"]),
        ("obrišite moje podatke", "sr-Latn", []),
        ("izbriši vse moje podatke", "sl", []),
        ("ειδικός στα λογιστικά", "el", ["accounting_tax"]),
        ("softver za logistiku", "sr-Latn", ["software_development"]),
    ],
)
def test_a_word_that_is_another_among_neighbours_counts_at_home(text: str, language: str, codes: list[str]) -> None:
    found = [entity.value for entity in entities(text, language=language) if entity.kind is EntityKind.COMPETENCE]
    assert found == codes
