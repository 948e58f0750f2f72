"""Telegram's HTML, read as strictly as Telegram does: text and entities, or what cannot be parsed.

Source: https://core.telegram.org/bots/api#html-style; the wording of the errors is that of the real server.
"""

import re
from html import unescape
from typing import Any
from urllib.parse import urlsplit

_KINDS = {
    "b": "bold", "strong": "bold", "i": "italic", "em": "italic", "u": "underline", "ins": "underline",
    "s": "strikethrough", "strike": "strikethrough", "del": "strikethrough", "tg-spoiler": "spoiler",
    "a": "text_link", "code": "code", "pre": "pre", "blockquote": "blockquote",
}  # fmt: skip
_TOKEN = re.compile(r"<(?P<end>/)?(?P<tag>[a-zA-Z-]*)(?P<attributes>[^<>]*)>|<|(?P<text>[^<]+)")
_ATTRIBUTE = re.compile(r"""\s+(?P<name>[\w-]+)(?:=(?:"(?P<double>[^"]*)"|'(?P<single>[^']*)'))?""")
_ENTITY = re.compile(r"&(?:lt|gt|amp|quot|#\d{1,7}|#x[0-9a-fA-F]{1,6});")


class CannotParse(Exception):
    """The markup is broken; the message says where."""


def units(text: str) -> int:
    """Return the length of `text` in UTF-16 code units."""
    return len(text.encode("utf-16-le")) // 2


def read_html(html: str) -> tuple[str, list[dict[str, Any]]]:
    """Return the text and the entities of `html`, the text stripped of outer white space; raises `CannotParse`."""
    text = ""
    entities: list[dict[str, Any]] = []
    open_tags: list[tuple[str, int, dict[str, Any]]] = []
    for token in _TOKEN.finditer(html):
        offset = len(html[: token.start()].encode())
        if token["text"] is not None:
            text += _ENTITY.sub(lambda match: unescape(match[0]), token["text"])
            continue
        if token["tag"] is None:
            raise CannotParse(f"Unclosed start tag at byte offset {offset}")
        tag = token["tag"].lower()
        if token["end"]:
            if not open_tags:
                raise CannotParse(f"Unexpected end tag at byte offset {offset}")
            name, start, entity = open_tags.pop()
            if tag not in (name, ""):
                raise CannotParse(f'Unmatched end tag at byte offset {offset}, expected "</{name}>", found "</{tag}>"')
            if entity and units(text) > start:
                entities.append({**entity, "offset": start, "length": units(text) - start})
            continue
        if tag not in _KINDS:
            raise CannotParse(f'Unsupported start tag "{tag}" at byte offset {offset}')
        if tag == "blockquote" and any(name == "blockquote" for name, _, _ in open_tags):
            raise CannotParse(f"Nested blockquote at byte offset {offset}")
        open_tags.append((tag, units(text), _entity(tag, token["attributes"], offset)))
    if open_tags:
        raise CannotParse(f'Can\'t find end tag corresponding to start tag "{open_tags[-1][0]}"')
    return _stripped(text, sorted(entities, key=lambda entity: (entity["offset"], -entity["length"])))


def _entity(tag: str, attributes: str, offset: int) -> dict[str, Any]:
    read = {match["name"]: match["double"] or match["single"] or "" for match in _ATTRIBUTE.finditer(attributes)}
    if _ATTRIBUTE.sub("", attributes).strip():
        raise CannotParse(f"Unexpected attributes {attributes!r} at byte offset {offset}")
    if tag != "a":
        return {"type": _KINDS[tag]}
    url = unescape(read.get("href", ""))
    # The real server drops a link that leads nowhere and keeps its text.
    return {"type": "text_link", "url": url} if urlsplit(url).scheme in ("http", "https", "tg", "mailto") else {}


def _stripped(text: str, entities: list[dict[str, Any]]) -> tuple[str, list[dict[str, Any]]]:
    lead = units(text) - units(text.lstrip())
    stripped = text.strip()
    moved = []
    for entity in entities:
        start = max(entity["offset"] - lead, 0)
        end = min(entity["offset"] - lead + entity["length"], units(stripped))
        if end > start:
            moved.append({**entity, "offset": start, "length": end - start})
    return stripped, moved
