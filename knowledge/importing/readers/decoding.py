"""Bytes to text: UTF-8, UTF-16 with its mark, and the Windows code pages of the region."""

from collections import Counter

from knowledge.errors import UnreadableFile

_LETTERS = {
    "cp1250": "ăâîșțşţčćđšžëçöü",
    "cp1251": "абвгдежзийклмнопрстуфхцчшщъыьэюяіїєґјљњћђџѓќѕ",
    "cp1253": "αβγδεζηθικλμνξοπρστυφχψωςάέήίόύώ",
    "cp1254": "ğışçöüâîûë",
}
"""The letters that the region's languages use beyond ASCII, by the code page that holds them."""

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
    text = data[:200_000].decode(name, "replace")
    foreign = Counter(letter for letter in text if not letter.isascii() and letter not in _PUNCTUATION)
    total = sum(foreign.values())
    if not total:
        return 0
    wanted = _LETTERS[name]
    good = sum(count for letter, count in foreign.items() if letter.lower() in wanted)
    wrong = sum(
        _odd(first, second, third, name) for first, second, third in zip(text, text[1:], text[2:], strict=False)
    )
    return (good - 2 * (total - good) - wrong) / total


def _odd(first: str, second: str, third: str, name: str) -> bool:
    """Say whether neighbours betray the wrong code page: a capital inside a word, or two scripts in one."""
    if not (first.isalpha() and second.isalpha()) or (first.isascii() and second.isascii()):
        return False
    if first.islower() and second.isupper():
        return True
    if name in ("cp1250", "cp1254"):
        return third.isalpha() and not (first.isascii() or second.isascii() or third.isascii())
    return first.isascii() != second.isascii()
