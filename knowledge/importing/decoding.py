"""Bytes to text: UTF-8, UTF-16 with its mark, and the Windows code pages of the region."""

import re
from collections import Counter

from knowledge.errors import UnreadableFile

_LETTERS = {
    "cp1250": "ăâîșțşţčćđšžëçöüßáéíóúýěřůľĺŕňťďłńśźżąęőű",
    "cp1251": "абвгдежзийклмнопрстуфхцчшщъыьэюяіїєґјљњћђџѓќѕ",
    "cp1253": "αβγδεζηθικλμνξοπρστυφχψωςάέήίόύώϊϋΐΰ",
    "cp1254": "ğışçöüâîû",
}
"""The letters that the region's languages use beyond ASCII, by the code page that holds them."""

_WORD_INSIDE = re.compile(r"[^\W\d_](?=[^\W\d_])")
_PUNCTUATION = set("“”„’‘–—…«»•€§°©®™\u00a0№")


def decode(data: bytes) -> tuple[str, str]:
    """Return the text of `data` and the name of its encoding; raises `UnreadableFile` for what is no text."""
    if data.startswith(b"PK\x03\x04"):
        raise UnreadableFile("it is a ZIP or Excel file; save the sheet as CSV")
    for mark, name in ((b"\xff\xfe", "utf-16"), (b"\xfe\xff", "utf-16"), (b"\xef\xbb\xbf", "utf-8-sig")):
        if data.startswith(mark):
            return _strictly(data, name), name
    if b"\0" in data[:4096]:
        raise UnreadableFile("it is binary, not text")
    try:
        return data.decode("utf-8"), "utf-8"
    except UnicodeDecodeError as error:
        fault = error
    scored = sorted((_score(data, name), name) for name in _LETTERS)
    if scored[-1][0] <= 0:
        line = data.count(b"\n", 0, fault.start) + 1
        raise UnreadableFile(f"line {line} is neither UTF-8 nor a Windows code page of the region")
    return data.decode(scored[-1][1], "replace"), scored[-1][1]


def _strictly(data: bytes, name: str) -> str:
    try:
        return data.decode(name)
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise UnreadableFile(f"line {line} is not {name}") from error


def _score(data: bytes, name: str) -> float:
    """Say how much `data` read by a code page looks like words of the region, from -1 to 1."""
    text = data[:400_000].decode(name, "replace")
    foreign = Counter(letter for letter in text if not letter.isascii() and letter not in _PUNCTUATION)
    total = sum(foreign.values())
    if not total:
        return 0
    wanted = _LETTERS[name]
    good = sum(count for letter, count in foreign.items() if letter.lower() in wanted)
    # Inside a word, a small letter is followed by a capital only where the code page is the wrong one.
    inside = sum(
        text[match.start()].islower() and text[match.end()].isupper()
        for match in _WORD_INSIDE.finditer(text)
        if not (text[match.start()].isascii() and text[match.end()].isascii())
    )
    return (good - 2 * (total - good) - inside) / total
