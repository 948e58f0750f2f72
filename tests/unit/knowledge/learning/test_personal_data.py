"""Personal data is found in the region's languages, and what only looks like it is left."""

import socket

import pytest

from knowledge.learning.personal_data import find_personal, without_personal


@pytest.fixture(autouse=True)
def no_network(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object) -> None:
        raise AssertionError("personal data is looked for without the network")

    monkeypatch.setattr(socket.socket, "connect", refuse)
    monkeypatch.setattr(socket, "getaddrinfo", refuse)


@pytest.mark.parametrize(
    ("text", "language", "found"),
    [
        ("Пишете ми на ivan.petrov@firma.bg!", "bg", {("email", "ivan.petrov@firma.bg")}),
        ("Zovite 064/123-4567 ili +381 11 3061 234.", "sr-Latn",
         {("phone", "064/123-4567"), ("phone", "+381 11 3061 234")}),
        ("Казвам се Иван Петров, ЕГН 7523169263.", "bg", {("name", "Иван Петров"), ("national_id", "7523169263")}),
        ("JMBG 0101006500006, račun HR1210010051863000160", "hr",
         {("national_id", "0101006500006"), ("iban", "HR1210010051863000160")}),
        ("Με λένε Μαρία και η κάρτα είναι 4111 1111 1111 1111", "el",
         {("name", "Μαρία"), ("card", "4111 1111 1111 1111")}),
        ("TC kimlik no 10000000146", "tr", {("national_id", "10000000146")}),
        ("CNP 1630615123457", "ro", {("national_id", "1630615123457")}),
    ],
)  # fmt: skip
def test_each_kind_is_found(text: str, language: str, found: set[tuple[str, str]]) -> None:
    assert {(each.kind, each.text) for each in find_personal(text, language)} == found


@pytest.mark.parametrize(
    "text",
    [
        "Budžet je 150.000 evra, rok je 31.12.2026, Zakon br. 12/2024.",
        "Член 123 от закона, 2 000 000 лв., до 15.03.2027 г.",
        "HORIZON-CL5-2026-11-D3-05 and Regulation (EU) 2021/1060",
        "",
    ],
)
def test_sums_days_and_laws_are_not_personal(text: str) -> None:
    assert find_personal(text, "en") == []


def test_what_is_known_of_a_person_is_found_in_any_spelling() -> None:
    text = "Poštovani Marko, Petrović d.o.o. može; Марко нека пише."
    found = find_personal(text, "sr-Latn", known=["Marko Petrović", "me@firma.rs"])
    assert [each.text for each in found] == ["Marko", "Petrović", "Марко"]
    assert without_personal(text, found) == "Poštovani [name], [name] d.o.o. može; [name] нека пише."


def test_a_whole_name_is_taken_out_though_a_part_is_known() -> None:
    text = "Zovem se Marko Petrović i imam firmu."
    assert without_personal(text, find_personal(text, "sr-Latn", known=["Marko"])) == "Zovem se [name] i imam firmu."
