"""Reads the Markdown of entries: what is bold, italic, code, a link, a list or a heading; all else is words.

Markup of HTML, pictures, tables and quotations stay as they were written, and so do signs that prices, sums and names
are made of. Entries only: what people write in chats is never read as Markdown.
"""

import re
from collections.abc import Sequence
from dataclasses import replace
from itertools import groupby

from markdown_it import MarkdownIt
from markdown_it.rules_inline import StateInline
from markdown_it.rules_inline.state_inline import Delimiter
from markdown_it.token import Token

from knowledge.cleaning import safe_url
from knowledge.entries.rich_text import Block, Span, plain

_READ = ["list", "heading", "fence", "hr", "newline", "escape", "backticks", "emphasis", "link", "autolink"]

_MARKER = re.compile(r"-|\d{1,2}[.)]")
"""What begins an item; after a plus stands a figure, and a longer number is a year."""

_MARKS = re.compile(r"[*_`\[\]\\<]")
_MAIL = re.compile(r"mailto:[^\s@]+@[^\s@]+")
_TIMES = re.compile(r"\*\d")
_ADDRESS = re.compile(r"://[^\s<>*\[\]()\"“”«»]+")


class _Reader(MarkdownIt):
    """Reads all addresses, so that of a link to nowhere good the words are left."""

    def __init__(self) -> None:
        super().__init__("zero")
        self.enable(_READ)
        self.inline.ruler.before("emphasis", "literal", _literal)
        self.inline.ruler2.after("emphasis", "halves", _drop_halves)

    def validateLink(self, url: str) -> bool:
        return True

    def normalizeLink(self, url: str) -> str:
        return url


def parse(text: str) -> tuple[Block, ...]:
    """Return what a text of an entry says and how it looks."""
    found, markers = list[Block](), list[str]()
    heading = False
    for token in _READER.parse(text):
        spans: tuple[Span, ...] = ()
        match token.type:
            case "list_item_open":
                markers.append(token.info + token.markup.replace("*", "-"))
            case "list_item_close":
                markers.pop()
            case "heading_open" | "heading_close":
                heading = token.nesting > 0
            case "fence":
                spans = (Span(token.content.rstrip("\n"), code=True),)
            case "inline":
                spans = _spans(token.children or (), bold=heading)
        if spans:
            found.append(_block(spans, markers))
            markers = ["" for _ in markers]
    return tuple(found)


def plain_text(text: str) -> str:
    """Return a text of an entry without its marks, links with their addresses."""
    return plain(parse(text))


def plain_line(text: str) -> str:
    """Return a title without its marks; it is neither a list nor a heading, whatever it begins with."""
    if not _MARKS.search(text):
        return text
    return "".join(span.text for token in _READER.parseInline(text) for span in _spans(token.children or ()))


def _block(spans: tuple[Span, ...], markers: Sequence[str]) -> Block:
    marker = markers[-1] if markers else ""
    if marker and not _MARKER.fullmatch(marker):
        return Block((Span(f"{marker} "), *spans), depth=len(markers))
    return Block(spans, marker, len(markers))


def _spans(tokens: Sequence[Token], *, bold: bool = False) -> tuple[Span, ...]:
    found, look = list[Span](), Span("", bold=bold)
    for token in tokens:
        match token.type:
            case "strong_open" | "strong_close":
                look = replace(look, bold=bold or token.nesting > 0)
            case "em_open" | "em_close":
                look = replace(look, italic=token.nesting > 0)
            case "link_open" | "link_close":
                look = replace(look, url=_address(str(token.attrGet("href") or "")))
            case "softbreak" | "hardbreak":
                found.append(replace(look, text="\n"))
            case "code_inline":
                found.append(replace(look, text=token.content, code=True))
            case _:
                found.append(replace(look, text=token.content))
    looks = groupby(found, key=lambda span: replace(span, text=""))
    joined = (replace(shared, text="".join(span.text for span in alike)) for shared, alike in looks)
    return tuple(span for span in joined if span.text)


def _address(href: str) -> str | None:
    return href if _MAIL.fullmatch(href) else safe_url(href)


def _literal(state: StateInline, silent: bool) -> bool:
    """Read a sum (`5*3`) and the rest of a bare address as they stand."""
    before = state.src[max(state.pos - 5, 0) : state.pos]
    if before[-1:].isdigit() and _TIMES.match(state.src, state.pos):
        length = 1
    elif before.lower().endswith(("http", "https")) and (match := _ADDRESS.match(state.src, state.pos)):
        length = len(match[0].rstrip("_`"))
    else:
        return False
    if not silent:
        state.append_pending(state.src[state.pos : state.pos + length])
    state.pos += length
    return True


def _drop_halves(state: StateInline) -> None:
    """Drop a `**` or `__` whose other half is missing, as where a passage was cut."""
    for delimiters in (state.delimiters, *(meta["delimiters"] for meta in state.tokens_meta if meta)):
        _drop_unmatched(state, delimiters)


def _drop_unmatched(state: StateInline, delimiters: Sequence[Delimiter]) -> None:
    matched = {place for begin, each in enumerate(delimiters) if each.end >= 0 for place in (begin, each.end)}
    for place, each in enumerate(delimiters):
        if place not in matched and each.length == 2 and (each.open or each.close):
            state.tokens[each.token].content = ""


_READER = _Reader()
