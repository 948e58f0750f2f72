"""Cleans what people and files bring: what is left can be stored, sent on and shown to others.

Pure: no database, no model, nothing of ours.
"""

import re
from urllib.parse import urlsplit

_LINE_BREAKS = re.compile("\r\n|[\r\x0b\x0c\x85\u2028\u2029]")
_UNWANTED = re.compile("[\x00-\x08\x0e-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ud800-\udfff\ufffe\uffff]")


def clean_text(text: str, limit: int | None = None) -> str:
    """Return `text` with `\\n` for every line break, and without what nobody types and what disguises what follows it.

    Control characters but tabs, embeddings and overrides of the direction, halves of characters and noncharacters go;
    marks that letters and emoji are joined with stay, and so do spaces at the ends. At most `limit` characters are
    returned, of at most twice as many that are read.
    """
    if limit is not None:
        text = text[: 2 * limit]
    return _UNWANTED.sub("", _LINE_BREAKS.sub("\n", text))[:limit]


def clean_line(text: str, limit: int | None = None) -> str:
    """Return `clean_text` of one line: a space for every break and tab, none at the ends."""
    return re.sub(r"[\n\t]+", " ", clean_text(text)).strip()[:limit].rstrip()


def safe_url(url: str | None) -> str | None:
    """Return `url` if it is a web address that a link may lead to."""
    if not url or re.search(r"[\s\x00-\x1f]", url):
        return None
    try:
        parts = urlsplit(url)
    except ValueError:
        return None
    return url if parts.scheme in ("http", "https") and parts.hostname else None
