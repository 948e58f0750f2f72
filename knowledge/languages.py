"""The desk's languages, their tags and the folding that makes spellings of one word equal.

Pure: no database, no model, nothing of ours.
"""

import re
import unicodedata

TAGS = ("en", "sq", "bg", "bs", "hr", "el", "mk", "ro", "sr", "sr-Latn", "sl", "tr", "uk")
"""Every language that the desk speaks; Serbian counts twice, once a script."""

LANGUAGES = tuple(tag for tag in TAGS if "-" not in tag)

SCRIPTS = {"bg": "Cyrl", "el": "Grek", "mk": "Cyrl", "sr": "Cyrl", "uk": "Cyrl"}
"""The script of each tag that is not written in Latin letters."""

_ALIASES = {
    "cnr": "sr-Latn",
    "sr-me": "sr-Latn",
    "sr-cyrl": "sr",
    "sh": "sr-Latn",
    "gr": "el",
    "al": "sq",
    "ua": "uk",
    "si": "sl",
    "me": "sr-Latn",
    "rs": "sr",
}

_LETTERS = str.maketrans(
    {
        "а": "a", "б": "b", "в": "v", "г": "g", "ґ": "g", "д": "d", "ђ": "di", "е": "e", "ё": "e",
        "є": "ie", "ж": "z", "з": "z", "ѕ": "dz", "и": "i", "і": "i", "ї": "i", "й": "i", "ј": "i",
        "к": "k", "л": "l", "љ": "li", "м": "m", "н": "n", "њ": "ni", "о": "o", "п": "p", "р": "r",
        "с": "s", "т": "t", "ћ": "c", "ќ": "k", "ѓ": "g", "у": "u", "ў": "u", "ф": "f", "х": "h",
        "ц": "c", "ч": "c", "џ": "dz", "ш": "s", "щ": "st", "ъ": "a", "ы": "i", "ь": "", "э": "e",
        "ю": "iu", "я": "ia",
        "α": "a", "β": "v", "γ": "g", "δ": "d", "ε": "e", "ζ": "z", "η": "i", "θ": "th", "ι": "i",
        "κ": "k", "λ": "l", "μ": "m", "ν": "n", "ξ": "x", "ο": "o", "π": "p", "ρ": "r", "σ": "s",
        "ς": "s", "τ": "t", "υ": "i", "φ": "f", "χ": "h", "ψ": "ps", "ω": "o",
        "đ": "di", "ð": "d", "ł": "l", "ø": "o", "æ": "ae", "œ": "oe", "ß": "ss", "ı": "i",
        "j": "i", "y": "i", "w": "v",
    }
)  # fmt: skip

_GREEK_PAIRS = (("ου", "u"), ("μπ", "b"), ("ντ", "d"), ("γκ", "g"), ("αυ", "av"), ("ευ", "ev"))
_LATIN_PAIRS = (("sh", "s"), ("ch", "c"), ("zh", "z"), ("ts", "c"), ("kh", "h"))
_GREEKLISH = (
    ("(?<=[a-z])8|8(?=[a-z])", "th"), ("(?<=[a-z])3|3(?=[a-z])", "X"), ("ks", "X"), ("ph", "f"), ("mp", "b"),
    ("nt", "d"), ("gk", "g"), ("o[uy]", "U"), ("([ae])(?:[uy]|f(?=[tkpsxh]))", r"\1v"), ("[uy]", "i"), ("w", "o"),
    ("ch", "H"),
)  # fmt: skip
_SHLYOKAVITSA = (
    ("6t", "st"), ("(?<=[a-z])4|4(?=[a-z])", "c"), ("(?<=[a-z])6|6(?=[a-z])", "s"), ("q", "ia"),
    (r"(?<![aeiou\W])y(?![aeiou]|\b)", "a"), ("j(?![aou])", "z"), ("x", "h"),
)  # fmt: skip
_WAYS = {
    "el": (
        (*_GREEKLISH, ("th", "TH"), ("x", "H"), ("h", "i"), ("b", "v")),
        (*_GREEKLISH, ("x", "H"), ("h", "i")),
    ),
    "bg": (_SHLYOKAVITSA, (*_SHLYOKAVITSA, ("(?<![iy])u", "a"))),
    "uk": ((("shch|sch", "st"), ("[yj]i", "i"), ("x", "kh"), ("(?<=[a-z])'", ""), ("(?<![kcsz])h", "g")),),
}
"""How a language is typed in Latin letters, way by way, where folding alone leaves spellings apart: what is typed and
what it stands for, in order. A capital is settled, and no later pair changes it.
"""

_HYPHENS = re.compile("[\u2010-\u2015\u2043\u207b\u2212\u2e17\u2e3a\u2e3b\ufe58\ufe63\uff0d]")
_APOSTROPHES = re.compile("[\u0060\u00b4\u02b9\u02bb-\u02bd\u02c8\u055a\u2018-\u201b\u2032\u2035\ua78c\uff07]")
"""What keyboards, word processors and web pages write for the one on the keyboard; for matching all are that."""
_INVISIBLE = re.compile("[\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff]")
_SPACES = re.compile(r"\s+")


def parse_tag(text: str) -> str | None:
    """Return the desk's tag for a BCP 47 language tag (`sr-Latn-RS` -> `sr-Latn`), or None."""
    wanted = text.strip().replace("_", "-").lower()
    if wanted in _ALIASES:
        return _ALIASES[wanted]
    primary, _, rest = wanted.partition("-")
    if primary == "sr" and "latn" in rest.split("-"):
        return "sr-Latn"
    primary = _ALIASES.get(primary, primary)
    return primary if primary in TAGS else None


def base(tag: str) -> str:
    """Return the language of a tag without its script (`sr-Latn` -> `sr`)."""
    return tag.partition("-")[0]


def fold(text: str) -> str:
    """Return `text` so that its usual spellings are equal: `Пројекат` = `projekat`, `finanțare` = `finantare`.

    Lower case, no diacritics, one hyphen and one apostrophe, Cyrillic and Greek in Latin letters, and the digraphs by
    which people type them (`sh`, `zh`, `ya`) brought to one form. The result is for matching, never for showing.
    """
    # Apostrophes first: some are a space and a mark to Unicode.
    text = unicodedata.normalize("NFKD", _APOSTROPHES.sub("'", _INVISIBLE.sub("", text)))
    text = _HYPHENS.sub("-", text)
    # Marks go first: people write the Greek pairs with an accent and without (τουρισμού, τουρισμου).
    text = "".join(letter for letter in text if not unicodedata.combining(letter)).lower()
    for pair, letters in _GREEK_PAIRS:
        text = text.replace(pair, letters)
    text = text.translate(_LETTERS)
    for pair, letters in _LATIN_PAIRS:
        text = text.replace(pair, letters)
    return _SPACES.sub(" ", text).strip()


def readings(text: str, tag: str) -> list[str]:
    """Return, folded, what a `text` in Latin letters may say in a language of another script.

    A reading for every way of typing it: `xrhmatodothsh` and `xrimatodotisi` of a Greek asker are both
    `hrimatodotisi`. There is none where folding alone makes spellings equal.
    """
    ways = _WAYS.get(tag, ()) if script(text) == "Latn" else ()
    return [_read(text, way) for way in ways]


def _read(text: str, way: tuple[tuple[str, str], ...]) -> str:
    text = _APOSTROPHES.sub("'", text.lower())
    for typed, meant in way:
        text = re.sub(typed, meant, text)
    return fold(text)


def script(text: str) -> str:
    """Return the script of most letters of `text`: `Latn`, `Cyrl`, `Grek`, or `Zyyy` when it has none."""
    counts = {"Latn": 0, "Cyrl": 0, "Grek": 0}
    for letter in text:
        if not letter.isalpha():
            continue
        name = unicodedata.name(letter, "")
        for prefix, code in (("LATIN", "Latn"), ("CYRILLIC", "Cyrl"), ("GREEK", "Grek")):
            if name.startswith(prefix):
                counts[code] += 1
    best = max(counts, key=lambda code: counts[code])
    return best if counts[best] else "Zyyy"
