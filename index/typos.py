"""What people do to words when they type: slips, missing letters, and Latin letters for Greek and Cyrillic."""

import random
import unicodedata

from knowledge.languages import SCRIPTS

_CYRILLIC = {
    "а": "a", "б": "b", "в": "v", "г": "g", "ґ": "g", "д": "d", "е": "e", "є": "ye", "ж": "zh", "з": "z", "и": "i",
    "і": "i", "ї": "yi", "й": "y", "к": "k", "л": "l", "м": "m", "н": "n", "о": "o", "п": "p", "р": "r", "с": "s",
    "т": "t", "у": "u", "ф": "f", "х": "h", "ц": "ts", "ч": "ch", "ш": "sh", "щ": "sht", "ъ": "a", "ь": "y",
    "ю": "yu", "я": "ya", "ѓ": "gj", "ќ": "kj", "љ": "lj", "њ": "nj", "џ": "dzh", "ѕ": "dz", "ј": "j",
    "ђ": "dj", "ћ": "c",
}  # fmt: skip
_UKRAINIAN = _CYRILLIC | {"г": "h", "и": "y", "х": "kh", "щ": "shch", "ь": ""}
_BULGARIAN_WAYS: tuple[dict[str, str], ...] = (
    {"ъ": "y"}, {"ъ": "u", "ц": "c"}, {"ц": "c", "щ": "6t", "ш": "6", "ч": "4"}, {"я": "q", "в": "w"}, {},
)  # fmt: skip
_GREEK = {
    "α": "a", "β": "v", "γ": "g", "δ": "d", "ε": "e", "ζ": "z", "η": "i", "θ": "th", "ι": "i", "κ": "k", "λ": "l",
    "μ": "m", "ν": "n", "ξ": "ks", "ο": "o", "π": "p", "ρ": "r", "σ": "s", "ς": "s", "τ": "t", "υ": "i", "φ": "f",
    "χ": "x", "ψ": "ps", "ω": "o", "ά": "a", "έ": "e", "ή": "i", "ί": "i", "ό": "o", "ύ": "i", "ώ": "o",
}  # fmt: skip
_GREEK_WAYS: tuple[dict[str, str], ...] = (
    {"η": "h", "ή": "h", "ω": "w", "ώ": "w", "υ": "y", "ύ": "y", "θ": "8"},
    {"χ": "ch", "φ": "ph", "υ": "y", "ύ": "y", "ξ": "x"},
    {"χ": "h", "ξ": "x", "υ": "u", "ύ": "u"},
    {"β": "b", "η": "h", "ή": "h", "ω": "w", "ώ": "w", "χ": "x", "υ": "u", "ύ": "u"},
    {},
)
_KEYS = "abcdefghijklmnopqrstuvwxyz"


def typed(text: str, language: str, chance: random.Random) -> str:
    """Return `text` as somebody might have typed it: in Latin letters, with slips, or both."""
    if language in SCRIPTS and chance.random() < 0.5:
        text = latin(text, language, chance)
        if chance.random() < 0.7:
            return text
    return slipped(text, chance)


def latin(text: str, language: str, chance: random.Random) -> str:
    """Return Greek or Cyrillic `text` in Latin letters, in one of the ways in which people write it."""
    if language == "el":
        letters = _GREEK | chance.choice(_GREEK_WAYS)
    elif language == "uk":
        letters = _UKRAINIAN
    elif language == "bg":
        letters = _CYRILLIC | chance.choice(_BULGARIAN_WAYS)
    else:
        letters = _CYRILLIC
    return "".join(letters.get(letter, letter) for letter in text.lower())


def unmarked(text: str, chance: random.Random) -> str:
    """Return Latin `text` without the marks on its letters: `finantare`, `ucuncu`, and `dj` or `d` for `đ`."""
    crossed = {"đ": chance.choice(("dj", "d")), "ı": "i", "ł": "l"}
    spelt = unicodedata.normalize("NFD", "".join(crossed.get(letter, letter) for letter in text))
    return "".join(letter for letter in spelt if not unicodedata.combining(letter))


def slipped(text: str, chance: random.Random) -> str:
    """Return `text` with a slip in about one word of six: a letter lost, doubled, swapped or mistaken."""
    words = text.split(" ")
    for place, word in enumerate(words):
        if len(word) < 4 or chance.random() > 1 / 6:
            continue
        words[place] = _mistyped(word, chance)
    return " ".join(words)


def slip(text: str, chance: random.Random) -> str:
    """Return `text` with one slip in its longest word; a text of shorter words than four letters stays as it is."""
    words = text.split(" ")
    place = max(range(len(words)), key=lambda at: len(words[at]))
    if len(words[place]) >= 4:
        words[place] = _mistyped(words[place], chance)
    return " ".join(words)


def _mistyped(word: str, chance: random.Random) -> str:
    at = chance.randrange(1, len(word) - 1)
    match chance.randrange(4):
        case 0:
            return word[:at] + word[at + 1 :]
        case 1:
            return word[: at + 1] + word[at:]
        case 2:
            return word[:at] + word[at + 1] + word[at] + word[at + 2 :]
        case _:
            return word[:at] + chance.choice(_KEYS) + word[at + 1 :]
