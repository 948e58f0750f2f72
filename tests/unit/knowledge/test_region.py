"""The region's facts, checked against what others say: territories and languages of CLDR, zones of the system."""

from itertools import product
from zoneinfo import ZoneInfo

import pytest
from babel import Locale

from knowledge.languages import LANGUAGES, SCRIPTS, TAGS, base, script
from knowledge.region import (
    ALIASES,
    COUNTRIES,
    EU,
    HOMES,
    MIDDLE,
    NAMED,
    ZONES,
    country_of,
    read_alike,
    share_words,
    zone_of,
)

ALIKE = {"bs", "hr", "sr", "sr-Latn"}
SLAVIC = ALIKE | {"bg", "mk", "sl", "uk"}


@pytest.mark.parametrize("code", sorted({*COUNTRIES, *EU, *NAMED, *ZONES, *ALIASES.values(), *HOMES.values()}))
def test_every_country_is_one_of_iso(code: str) -> None:
    assert code in Locale("en").territories


def test_the_desk_s_countries_are_known_by_name_and_by_their_hours() -> None:
    assert list(COUNTRIES) == sorted(COUNTRIES)
    assert set(COUNTRIES) <= set(ZONES) & set(NAMED)
    assert set(HOMES.values()) <= set(COUNTRIES)
    assert len(EU) == 27
    assert not EU & {"AL", "BA", "GB", "MD", "ME", "MK", "RS", "TR", "UA", "XK"}
    assert not set(ALIASES) & set(NAMED)


@pytest.mark.parametrize("tag", TAGS)
def test_every_language_but_english_is_at_home_somewhere(tag: str) -> None:
    home = country_of(None, tag)
    if tag == "en":
        assert home is None
    else:
        assert Locale.parse(f"{base(tag)}_{home}").territory == home


def test_where_somebody_is_counts_before_where_their_language_is_at_home() -> None:
    assert country_of("RO", "bg") == "RO"
    assert country_of("", "sr-Latn") == country_of(None, "sr") == "RS"
    assert country_of(None, "xx") is None


def test_a_country_has_its_zone_and_every_other_the_middle_of_the_region() -> None:
    assert all(ZoneInfo(zone) for zone in ZONES.values())
    assert zone_of("BG") == "Europe/Sofia"
    assert zone_of("FR") == zone_of("") == zone_of(None) == MIDDLE


@pytest.mark.parametrize(("one", "other"), list(product((*TAGS, "xx"), repeat=2)))
def test_who_reads_whose_language(one: str, other: str) -> None:
    assert read_alike(one, other) == (one == other or {one, other} <= ALIKE)
    assert share_words(one, other) == (one == other or {one, other} <= SLAVIC)


@pytest.mark.parametrize("tag", LANGUAGES)
def test_scripts_are_those_in_which_a_language_writes_its_own_name(tag: str) -> None:
    assert script(Locale.parse(tag).get_display_name() or "") == SCRIPTS.get(tag, "Latn")
