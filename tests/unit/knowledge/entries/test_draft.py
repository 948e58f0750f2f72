"""Drafts take what files and forms really hold, and refuse the rest by the field's name."""

from datetime import UTC, date, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from knowledge.choices import OperatingStatus
from knowledge.entries.draft import EntryDraft, parse_draft
from knowledge.entries.store import save_entry
from knowledge.errors import InvalidEntry
from knowledge.models import EntryState, FacetName, Kind

NEEDED = {"id": "call-1", "title": "A call", "language": "en"}


def parsed(**fields: Any) -> EntryDraft:
    return parse_draft(NEEDED | fields)[0]


def refusal(**fields: Any) -> str:
    with pytest.raises(InvalidEntry) as caught:
        parse_draft(NEEDED | fields)
    return caught.value.detail


def test_three_fields_are_enough() -> None:
    draft = parsed()
    assert (draft.id, draft.title, draft.language) == ("call-1", "A call", "en")
    assert draft.kind is Kind.GUIDE
    assert (draft.text, draft.countries, draft.deadlines, draft.extra) == ("", [], [], {})


def test_a_whole_call_is_taken() -> None:
    draft = parsed(
        kind="funding_call", language="sr-Latn-RS", url="https://example.org/call?x=1", countries=["rs", "EL", "XK"],
        sectors="Tourism; ИКТ", programme="Interreg IPA", opens="2026-03-01", deadlines=["2026-07-01", "2026-05-01"],
        call_identifier="X-2026-01", budget=2_000_000, cofinancing_rate="85.5", eligible_countries="UK;RO",
    )  # fmt: skip
    assert draft.language == "sr-Latn"
    assert draft.countries == ["RS", "GR", "XK"]
    assert draft.eligible_countries == ["GB", "RO"]
    assert draft.sectors[0] == "tourism"
    assert draft.deadlines == [date(2026, 5, 1), date(2026, 7, 1)]
    assert draft.cofinancing_rate == 85.5
    assert {(FacetName.COUNTRY, "GR"), (FacetName.ELIGIBLE_COUNTRY, "RO")} <= draft.facets()


@pytest.mark.parametrize(
    ("value", "day"),
    [
        ("2026-05-01", date(2026, 5, 1)),
        (" 2026-05-01 ", date(2026, 5, 1)),
        ("2026-05-01T17:00:00+02:00", date(2026, 5, 1)),
        ("2026-05-01 17:00", date(2026, 5, 1)),
        (date(2026, 5, 1), date(2026, 5, 1)),
        (datetime(2026, 5, 1, 17, tzinfo=UTC), date(2026, 5, 1)),
        ("", None),
        ("   ", None),
        (None, None),
    ],
)
def test_dates_are_read_leniently(value: object, day: date | None) -> None:
    assert parsed(published=value).published == day
    assert parsed(deadlines=[value]).deadlines == ([day] if day else [])


@pytest.mark.parametrize(
    "value", ["tomorrow", "31.12.2026", "2026-02-30", "2026", 2026, 0, "0", 86400, True, "20260501", {}]
)
def test_what_is_no_date_is_refused_and_never_taken_for_seconds(value: object) -> None:
    for field in ("published", "verified", "opens", "starts", "ends"):
        assert refusal(**{field: value}).startswith(f"{field}: ")
    assert refusal(deadlines=["2026-01-01", value]).startswith("deadlines: ")


@pytest.mark.parametrize(
    ("starts", "moment"),
    [
        ("2026-05-01", datetime.fromisoformat("2026-05-01")),
        ("2026-05-01T09:30+03:00", datetime.fromisoformat("2026-05-01T09:30+03:00")),
        (" ", None),
    ],
)
def test_events_start_on_a_day_or_at_a_moment(starts: str, moment: object) -> None:
    assert parsed(kind="event", starts=starts).starts == moment


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("id", ""), ("id", 5), ("id", "x" * 501), ("title", "  "), ("title", "x" * 501), ("language", "de"),
        ("language", ["en", "ro"]), ("kind", "nope"), ("text", 5), ("text", "x" * 200_001), ("url", "ftp://example.org"),
        ("url", "javascript:alert(1)"), ("url", "https://example.org/<script>"), ("url", "https://a b"),
        ("countries", ["ZZ"]), ("countries", "Serbia"), ("countries", [["RO"]]), ("countries", [{"code": "RO"}]),
        ("countries", 5), ("sectors", [["tourism"]]), ("competences", [{}]), ("programme", {"code": "x"}),
        ("budget", -1), ("budget", "much"), ("budget", 2**60), ("budget", float("nan")), ("budget", float("inf")),
        ("cofinancing_rate", 101), ("cofinancing_rate", -0.1), ("cofinancing_rate", float("nan")),
        ("cofinancing_rate", "50 %"), ("speaks", ["xx"]), ("city", "x" * 201), ("call_identifier", "x" * 201),
        ("extra", [1]), ("extra", "words"),
    ],
)  # fmt: skip
def test_each_error_names_its_field(field: str, value: object) -> None:
    assert refusal(**{field: value}).startswith(f"{field}: ")


def test_every_wrong_field_is_named_at_once() -> None:
    detail = refusal(language="de", url="nowhere", budget=-5, countries=["Q"])
    assert [part.partition(":")[0] for part in detail.split("; ")] == ["language", "url", "countries", "budget"]


def test_missing_fields_are_named() -> None:
    with pytest.raises(InvalidEntry, match=r"id: .*; title: .*; language: "):
        parse_draft({})


def test_a_call_that_closes_before_it_opens_is_refused() -> None:
    assert refusal(opens="2026-05-02", deadlines=["2026-05-01"]).startswith("deadlines: ")
    assert parsed(opens="2026-05-01", deadlines=["2026-05-01"]).deadlines == [date(2026, 5, 1)]


def test_unknown_fields_are_kept_and_named() -> None:
    draft, unknown = parse_draft(NEEDED | {"colour": "blue", "Contact": {"mail": "a@b.c"}, "extra": {"own": 1}})
    assert unknown == ["Contact", "colour"]
    assert draft.extra == {"colour": "blue", "Contact": {"mail": "a@b.c"}, "own": 1}


def test_what_is_kept_is_what_json_can_hold() -> None:
    draft, _ = parse_draft(NEEDED | {"seen": date(2026, 1, 1), "rate": float("nan"), "both": (1, None), 5: {7: True}})
    assert draft.extra == {"seen": "2026-01-01", "rate": "nan", "both": [1, None], "5": {"7": True}}


def test_a_status_is_believed_of_infrastructure_only() -> None:
    call, unknown = parse_draft(NEEDED | {"kind": "funding_call", "status": "open"})
    assert (call.status, call.extra, unknown) == (None, {"status": "open"}, ["status"])
    assert parsed(kind="infrastructure", status="running").status is OperatingStatus.RUNNING
    assert refusal(kind="infrastructure", status="open").startswith("status: ")


def test_a_list_may_be_one_value_a_text_or_nothing() -> None:
    assert parsed(countries="RO").countries == ["RO"]
    assert parsed(countries="RO; BG;;RO").countries == ["RO", "BG"]
    assert parsed(countries=["RO", " RO ", "", None]).countries == ["RO"]
    assert parsed(countries=None).countries == []
    assert parsed(deadlines=date(2026, 1, 1)).deadlines == [date(2026, 1, 1)]


def test_words_of_vocabularies_become_codes_and_others_stay() -> None:
    draft = parsed(sectors=["ТУРИЗАМ", "Alchemy"], organisation_type="стопанска комора")
    assert draft.sectors == ["tourism", "Alchemy"]
    assert parsed(organisation_type="cluster").organisation_type == "cluster"
    assert parsed(organisation_type="a guild of candle makers").organisation_type == "a guild of candle makers"


def test_several_programmes_are_kept_beside_the_first() -> None:
    draft, unknown = parse_draft(NEEDED | {"programme": ["Horizon Europe", "Interreg"]})
    assert draft.programme == parsed(programme="Horizon Europe").programme
    assert draft.extra == {"programmes": ["Horizon Europe", "Interreg"]}
    assert unknown == ["programmes"]
    assert parsed(programme=[]).programme is None
    assert parsed(programme="  ").programme is None


def test_lang_is_read_as_language() -> None:
    draft, unknown = parse_draft({"id": "a", "title": "b", "lang": "mk"})
    assert (draft.language, unknown) == ("mk", [])


def test_nul_and_halves_of_characters_are_taken_out() -> None:
    draft, _ = parse_draft(
        NEEDED | {"title": "A\0 call", "text": "half \ud83d of a face", "note\0s": ["\0deep", {"k\0": "v\0"}]}
    )
    assert draft.title == "A call"
    assert draft.text == "half  of a face"
    assert draft.extra == {"notes": ["deep", {"k": "v"}]}


def test_all_scripts_and_emoji_are_kept() -> None:
    title = "Грантови · επιδότηση · finanțare · İşletme · 🌉"
    assert parsed(title=title, text=title * 10).title == title


def test_spaces_around_are_taken_off() -> None:
    draft = parsed(id=" a ", title="  Title ", text="\n words \n", city=" Niš ")
    assert (draft.id, draft.title, draft.text, draft.city) == ("a", "Title", "words", "Niš")


def test_drafts_are_stored_on_both_databases_however_odd_they_are(database: Any) -> None:
    odd = parsed(
        title="x" * 500, id="r" * 500, organisation_type="o" * 300, city="c" * 200, call_identifier="i" * 200,
        programme="p" * 300, sectors=["s" * 300], starts="2199-12-31T23:59-12:00", budget=2**53,
        text="A\0B \ud800 🌉", more={"a\0": "\0"},
    )  # fmt: skip
    with database.transaction() as session:
        entry, _ = save_entry(session, odd, source="test", state=EntryState.DRAFT)
        assert (len(entry.title), len(entry.reference), len(entry.organisation_type or "")) == (500, 500, 200)
        assert entry.text == "AB  🌉"


scalars = st.none() | st.booleans() | st.integers() | st.floats() | st.text() | st.dates()
values = st.recursive(
    scalars,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=5,
)
names = st.sampled_from([*EntryDraft.model_fields, "lang", "programmes", "else"])


@given(st.dictionaries(names, values))
def test_whatever_comes_in_is_taken_or_refused(record: dict[str, Any]) -> None:
    try:
        draft, _ = parse_draft(NEEDED | record)
    except InvalidEntry:
        return
    assert EntryDraft.model_validate(draft.model_dump()) == draft
