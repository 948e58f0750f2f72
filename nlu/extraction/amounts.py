"""Sums of money in folded text, brought to whole euros."""

import re

_RATES = {
    # Units of each currency for one euro: the two pegs and the retired kuna are exact, the others are rough, enough
    # for "calls of up to so much".
    r"€|eur[aoiue]*|evr[aoiue]*|evro[a-z]|evrov|avro[a-z]{0,3}|iev?ro": 1.0,
    r"bgn|leva?|lv": 1.95583,
    r"km|bam|konvertibiln[a-z]{1,3} mar[a-z]{1,3}|mark[aei]|maraka": 1.95583,
    r"hrk|kun[aei]?|kn": 7.5345,
    r"ron|lei|leu[a-z]{0,3}": 5.0,
    r"rsd|din|dinar[a-z]{0,3}": 117.2,
    r"mkd|den|denar[a-z]{0,3}": 61.5,
    r"all|lek[eu]?": 98.0,
    r"tri|tl|lira[a-z]{0,3}|₺": 48.0,
    r"uah|grn|griven[a-z]{0,2}|grivn[a-z]{0,3}|hriv[a-z]{1,4}|₴": 48.0,
    r"mdl": 19.8,
    r"usd|\$|dolar[a-z]{0,3}|dollar[a-z]{0,3}": 1.1,
}
_SCALES = {
    r"k|hil|hiliad[a-z]{0,3}|tis|tisuc[a-z]{0,2}|tisic[a-z]{0,2}|tisiac[a-z]{0,2}|bin|mii|mie|miie|thousand": 1_000,
    r"mln|mil|mio|million[a-z]?|milion[a-z]{0,3}|miliun[a-z]{0,3}|ekatommiri[a-z]{0,3}": 1_000_000,
}
_NUMBER = r"\d{1,3}(?:[ .,']\d{3})+(?:[.,]\d{1,2})?(?!\d)|\d{1,9}(?:[.,]\d{1,2})?(?!\d)"
_CURRENCY = "|".join(_RATES)
_SCALE = "|".join(_SCALES)

PATTERN = (
    rf"(?<![\w.,])(?:(?:{_NUMBER}) ?(?:(?:{_SCALE})\b\.?)? ?(?:{_CURRENCY})(?!\w)"
    rf"|(?:[€$]|eur) ?(?:{_NUMBER})(?: ?(?:{_SCALE})\b)?(?!\w)"
    rf"|(?:{_NUMBER}) ?(?:{_SCALE})\b)"
)
"""Where a sum stands in folded text; a scale without a currency (`50 hil`) counts as euros."""

_FIND_NUMBER = re.compile(_NUMBER)


def parse_amount(folded: str) -> int | None:
    """Return the whole euros of a match of `PATTERN`, or None when it is no number."""
    found = _FIND_NUMBER.search(folded)
    if not found:
        return None
    value = _number(found.group())
    words = f"{folded[: found.start()]} {folded[found.end() :]}".replace(".", " ").strip()
    for pattern, factor in _SCALES.items():
        scale = re.search(rf"(?<!\w)(?:{pattern})(?!\w)", words)
        if scale:
            value *= factor
            words = f"{words[: scale.start()]}{words[scale.end() :]}".strip()
            break
    rate = next((rate for pattern, rate in _RATES.items() if re.fullmatch(pattern, words)), 1.0)
    return round(value / rate)


def _number(text: str) -> float:
    """Read a number written with points, commas or spaces; the last mark is decimal unless three digits follow it."""
    text = text.replace(" ", "").replace("'", "")
    whole, mark, rest = text, "", ""
    for position in range(len(text) - 1, -1, -1):
        if text[position] in ".,":
            whole, mark, rest = text[:position], text[position], text[position + 1 :]
            break
    whole = whole.replace(".", "").replace(",", "")
    if mark and len(rest) == 3:
        return float(whole + rest)
    return float(f"{whole}.{rest}") if rest else float(whole)
