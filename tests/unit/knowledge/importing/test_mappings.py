"""Column mappings: the language they are written in, and each built-in one on a record of its dataset."""

# ruff: noqa: E501

from pathlib import Path
from typing import Any

import pytest

from knowledge.entries.draft import parse_draft
from knowledge.errors import UnreadableFile
from knowledge.importing import find_mapping, mapping_names
from knowledge.importing.mapping import Rule, load_mapping, recognise

RECORDS: list[tuple[str, dict[str, Any], dict[str, Any]]] = [
    (
        "companies_region",
        {"id": "ro:1", "name": "Agricloud", "description": "Monitors crops.", "category": "AgriTech, IoT", "country": "RO",
         "url": "agricloud.ro", "lang": "en", "source": "x", "cities": ["Cluj", "Iași"], "work_policy": None},
        {"kind": "organisation", "countries": ["RO"], "sectors": ["agriculture"], "competences": ["iot"], "url": None,
         "city": "Cluj, Iași", "text": "Monitors crops.\n\nField: AgriTech, IoT.\n\nCities: Cluj, Iași."},
    ),
    (
        "cordis_h2020_projects",
        {"id": "c:1", "acronym": "NDC", "title": "Climate", "total_cost": 5, "ec_contribution": 4, "start": "2021-05-01",
         "end": "2024-09-30", "topic": "LC-1", "lang": "en", "countries": ["EL"], "organizations": [{"name": "A"}, {"name": "B"}]},
        {"title": "NDC: Climate", "countries": ["GR"], "programme": "horizon_europe", "published": "2021-05-01"},
    ),
    (
        "cordis_organisations",
        {"id": "o:1", "name": '"NCSR ""DEMOKRITOS"""', "country": "GR", "city": "Athens", "projects": ["IoRL"]},
        {"kind": "organisation", "title": 'NCSR ""DEMOKRITOS', "city": "Athens"},
    ),
    (
        "horizon_topics",
        {"id": "t:1", "topic": "ERC-2021-ADG", "title": "ERC", "funded_projects": 255, "lang": "en"},
        {"kind": "funding_call", "call_identifier": "ERC-2021-ADG", "deadlines": []},
    ),
    (
        "funded_projects_ro",
        {"id": "r:1", "title": "Reabilitare", "beneficiary": "Alba", "region": "Centru", "county": "Alba", "locality": "Aiud",
         "erdf": "1", "total": "2", "priority_axis": "Axa 9", "intervention": "1.1", "country": "RO", "lang": "ro"},
        {"kind": "best_practice", "language": "ro", "directions": ["administration"], "city": "Aiud"},
    ),
    (
        "funded_projects_hr",
        {"id": "h:1", "title": "Projekt", "description": "Opis.", "beneficiary": "Grad", "beneficiary_oib": "1",
         "fund": "Europski socijani fond", "programme": "Razvoj", "nuts2": "A", "county": "Z", "contract_date": "18.06.2015",
         "end_date": "17.06.2016", "grant": "1 kn", "total": "2 kn", "country": "HR", "lang": "hr"},
        {"programme": "esf", "published": "2015-06-18", "language": "hr"},
    ),
    (
        "funded_operations_el",
        {"id": "e:1", "title": "5000306-Μελέτη", "description": "Α.", "beneficiary": "Β", "programme": "3-Γ", "priority": "1",
         "fund": "1-ΕΤΠΑ", "start_date": "01/02/2016", "end_date": "31/12/2023", "total": "1.912,96", "location": "EL24",
         "category": "122", "country": "GR", "lang": "el"},
        {"title": "Μελέτη", "programme": "erdf", "published": "2016-02-01"},
    ),
    (
        "eu_calls",
        {"id": "ft:1", "identifier": "DIGITAL-1", "title": "T" * 600, "opening_date": "2025-06-30", "deadline": "2025-09-02",
         "all_deadlines": ["2025-09-02", "2026-01-03"], "status_at_snapshot": "open", "call_title": "Call", "lang": "en",
         "kind": "Grant", "programme": ["Digital Europe Programme (DIGITAL)"], "budget": {"totalBudgetEur": 12.6},
         "url": "https://e.eu/x", "last_seen": "2026-08-22"},
        {"kind": "funding_call", "deadlines": ["2025-09-02", "2026-01-03"], "programme": "digital_europe", "budget": 13,
         "opens": "2025-06-30", "verified": "2026-08-22", "call_identifier": "DIGITAL-1", "status": None},
    ),
    (
        "business_link_guides",
        {"id": "b:1", "type": "case_study", "title": "Here's how", "guide": "G", "section": "international-trade",
         "path": "p", "text": "## A\n\nB.", "chars": 9, "lang": "en", "country": "GB"},
        {"kind": "best_practice", "competences": ["export"], "countries": ["GB"], "text": "## A\n\nB."},
    ),
    (
        "beneficiaries_bg",
        {"id": "u:1", "name": "MEDIKOM", "projects": "1", "contracted_bgn": "100.5", "paid_bgn": "91.2"},
        {"kind": "organisation", "countries": ["BG"], "language": "en"},
    ),
    (
        "govtech_ips_cases",
        {"id": "i:1", "title": "AMS", "description": "D.", "url": "x", "countries": ["AT"], "lead_organisation": "PES",
         "org_category": "C", "start": "2020", "status": "Not in use anymore", "sector": "Health", "sub_sector": "U.",
         "technology": "Blockchain", "extent": "National", "lang": "en"},
        {"kind": "infrastructure", "status": "ended", "operator": "PES", "sectors": ["health", "public_administration"]},
    ),
    (
        "startup_stackexchange",
        {"id": "s:1", "title": "Q?", "body": "Long Q.", "tags": ["llc"], "date": "2014-07-30", "score": 2, "n_answers": 2,
         "answers": [{"text": "One."}, {"text": "Two."}], "lang": "en", "url": "https://x.org"},
        {"kind": "faq", "text": "One.\n\nTwo.\n\n## The question in full\n\nLong Q.", "published": "2014-07-30"},
    ),
]  # fmt: skip


@pytest.mark.parametrize(("name", "record", "wanted"), RECORDS, ids=[name for name, _, _ in RECORDS])
def test_each_dataset_is_recognised_and_mapped(name: str, record: dict[str, Any], wanted: dict[str, Any]) -> None:
    found = recognise([record])
    assert found is not None
    assert found.name == name
    draft, _ = parse_draft(found.apply(record))
    plain = draft.model_dump(mode="json")
    assert {field: plain[field] for field in wanted} == wanted
    assert draft.id == record["id"]


def test_every_built_in_mapping_is_tried_here() -> None:
    assert sorted(mapping_names()) == sorted(name for name, _, _ in RECORDS)


def test_our_own_fields_need_no_mapping() -> None:
    assert recognise([{"id": "x", "title": "y", "kind": "faq", "language": "en", "text": ""}]) is None


@pytest.mark.parametrize(
    ("rule", "record", "value"),
    [
        ("a", {"a": 1}, 1),
        ({"value": ["x"]}, {}, ["x"]),
        ({"from": ["a", "b"]}, {"a": "", "b": "2"}, "2"),
        ({"from": "a.b"}, {"a": {"b": 3}}, 3),
        ({"from": "a[].b"}, {"a": [{"b": 1}, {"b": 2}]}, [1, 2]),
        ({"from": "a.b"}, {"a": "text"}, None),
        ({"template": ["{a} and {b}", "only {c}"]}, {"a": "x", "b": ["y", "z"]}, "x and y, z"),
        ({"from": "a", "pattern": r"^\d+-(.+)$"}, {"a": "12-word"}, "word"),
        ({"from": "a", "longest": 5}, {"a": "abcdefgh"}, "abcd…"),
        ({"from": "a", "number": "1.234,56"}, {"a": "5.172.338,50 kn"}, 5172338.5),
        ({"from": "a", "number": "1,234.56"}, {"a": "EUR 1,000.00"}, 1000),
        ({"from": "a", "split": "[,;]"}, {"a": "x, y;z"}, ["x", "y", "z"]),
        ({"from": "a", "values": {"1": "one"}, "otherwise": "many"}, {"a": 7}, "many"),
        ({"from": "a", "vocabulary": "sectors", "split": ","}, {"a": "Tourism,Nonsense"}, ["tourism"]),
        ({"from": "a", "link": True}, {"a": "www.example.org"}, None),
    ],
)
def test_rules(rule: Any, record: dict[str, Any], value: object) -> None:
    assert Rule.model_validate(rule).apply(record) == value


def test_a_date_of_another_form_is_named() -> None:
    rule = Rule.model_validate({"from": "a", "date": "%d.%m.%Y"})
    assert str(rule.apply({"a": "31.12.2027"})) == "2027-12-31"
    with pytest.raises(ValueError, match="'2027' is not a date of the form"):
        rule.apply({"a": "2027"})


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("name: x", "recognise"),
        ("name: x\nrecognise: [a]\nfields: {id: a}", "`id` and `title`"),
        ("name: x\nrecognise: [a]\nfields: {id: a, title: b, colour: c}", "colour"),
        ("name: x\nrecognise: [a]\nfields: {id: a, title: {form: b}}", "form"),
        ("[", "mapping"),
    ],
)
def test_a_broken_mapping_says_what_is_wrong(tmp_path: Path, text: str, problem: str) -> None:
    path = tmp_path / "m.yaml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(UnreadableFile, match=problem):
        load_mapping(path)


def test_a_mapping_is_found_by_name_or_path(tmp_path: Path) -> None:
    path = tmp_path / "mine.yaml"
    path.write_text("name: mine\nrecognise: [a]\nfields: {id: a, title: b}", encoding="utf-8")
    assert find_mapping(str(path)).name == "mine"
    assert find_mapping("eu_calls").name == "eu_calls"
    with pytest.raises(UnreadableFile, match="there are beneficiaries_bg"):
        find_mapping("eu_cals")


@pytest.mark.parametrize(
    ("form", "text", "value"),
    [
        ("1.234,56", "1.234.567,5", 1234567.5),
        ("1.234,56", "1\u00a0234\u202f567,50 лв.", 1234567.5),
        ("1.234,56", "-12,5 %", -12.5),
        ("1.234,56", "- € 500", -500),
        ("1,234.56", "5,000,000 EUR", 5_000_000),
        ("1,234.56", "5 000 000", 5_000_000),
        ("1,234.56", "0.10", 0.1),
    ],
)
def test_numbers_are_read_in_the_form_that_the_mapping_names(form: str, text: str, value: float) -> None:
    assert Rule.model_validate({"from": "a", "number": form}).apply({"a": text}) == value


@pytest.mark.parametrize(
    ("form", "text"),
    [
        ("1,234.56", "1.234,56"),
        ("1.234,56", "1,234.56"),
        ("1,234.56", "12,5"),
        ("1.234,56", "1.5"),
        ("1,234.56", "10% of 200"),
        ("1,234.56", "1,000 - 2,000"),
        ("1,234.56", "none"),
    ],
)
def test_a_number_of_another_form_is_refused_and_not_guessed(form: str, text: str) -> None:
    with pytest.raises(ValueError, match="is not a number like"):
        Rule.model_validate({"from": "a", "number": form}).apply({"a": text})
