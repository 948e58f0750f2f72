"""The region that the desk serves: its countries, their zones, the languages at home there and who reads whose.

Pure: no database, no model, and of ours only `knowledge.languages`.
"""

from knowledge.languages import base

COUNTRIES = ("AL", "BA", "BG", "GR", "HR", "MD", "ME", "MK", "RO", "RS", "SI", "TR", "UA", "XK")
"""The desk's countries, by ISO code."""

EU = frozenset("AT BE BG CY CZ DE DK EE ES FI FR GR HR HU IE IT LT LU LV MT NL PL PT RO SE SI SK".split())
"""The members of the European Union."""

NAMED = tuple(sorted({*COUNTRIES, *EU, "AM", "AZ", "CH", "GB", "GE", "NO"}))
"""The countries that people of the region speak of: their own, the Union's, and others of its programmes."""

ALIASES = {"EL": "GR", "UK": "GB", "XKX": "XK", "KS": "XK"}
"""What files of the Union and others write for an ISO code."""

HOMES = {
    "sq": "AL", "bg": "BG", "bs": "BA", "hr": "HR", "el": "GR", "mk": "MK", "ro": "RO", "sr": "RS", "sl": "SI",
    "tr": "TR", "uk": "UA",
}  # fmt: skip
"""The country that a language points to when nothing else is known."""

MIDDLE = "Europe/Belgrade"
"""The zone where no country is known: the middle of the region."""

ZONES = {
    "AL": "Europe/Tirane", "AT": "Europe/Vienna", "BA": "Europe/Sarajevo", "BG": "Europe/Sofia",
    "CY": "Asia/Nicosia", "CZ": "Europe/Prague", "DE": "Europe/Berlin", "GE": "Asia/Tbilisi", "GR": "Europe/Athens",
    "HR": "Europe/Zagreb", "HU": "Europe/Budapest", "IT": "Europe/Rome", "MD": "Europe/Chisinau",
    "ME": "Europe/Podgorica", "MK": "Europe/Skopje", "RO": "Europe/Bucharest", "RS": "Europe/Belgrade",
    "SI": "Europe/Ljubljana", "SK": "Europe/Bratislava", "TR": "Europe/Istanbul", "UA": "Europe/Kyiv",
    "XK": "Europe/Belgrade",
}  # fmt: skip
"""The zone of each country whose working hours the desk knows; one zone a country is enough in this region."""

READ_ALIKE = frozenset({"bs", "hr", "sr"})
"""Languages whose speakers read one another without effort."""

SLAVIC = frozenset({"bg", "bs", "hr", "mk", "sl", "sr", "uk"})
"""Languages that share most of their words once they are folded."""


def country_of(country: str | None, language: str) -> str | None:
    """Return the country that counts for somebody: their own, else the one that the tag of their language points to."""
    return country or HOMES.get(base(language))


def zone_of(country: str | None) -> str:
    """Return the zone of a country by its ISO code, the region's middle for one that is not known."""
    return ZONES.get(country or "", MIDDLE)


def read_alike(one: str, other: str) -> bool:
    """Say whether who reads one language reads the other too, given their tags."""
    return base(one) == base(other) or {base(one), base(other)} <= READ_ALIKE


def share_words(one: str, other: str) -> bool:
    """Say whether most words of two languages are one once they are folded, given their tags."""
    return read_alike(one, other) or {base(one), base(other)} <= SLAVIC
