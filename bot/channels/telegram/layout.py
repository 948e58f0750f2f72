"""Lays text out for Telegram: escaped HTML in parts of at most 4,096 units, cut between paragraphs where possible."""

import re
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from html import escape
from itertools import groupby

from knowledge.cleaning import clean_text

LIMIT = 4096
"""The longest message, in UTF-16 code units after the markup has been read."""

GAP = "\n\n"

_BREAKS = (re.compile(r"\n+"), re.compile(r"(?<=[.!?;…։])\s+"), re.compile(r"\s+"))
_JOINED = frozenset("\u200d\ufe0e\ufe0f") | {chr(code) for code in range(0x1F3FB, 0x1F400)}


@dataclass(frozen=True)
class Run:
    """A stretch of plain text in one look; `url` must be `safe_url`'s. In code Telegram shows no other look."""

    text: str
    bold: bool = False
    italic: bool = False
    code: bool = False
    url: str | None = None
    quoted: bool = False


Block = Sequence[Run]
"""A paragraph: runs that stay in one message where they fit."""


def units(text: str) -> int:
    """Return the length of `text` as Telegram counts it, in UTF-16 code units."""
    return len(text.encode("utf-16-le", "surrogatepass")) // 2


def parts(blocks: Iterable[Block], limit: int = LIMIT) -> list[str]:
    """Return `blocks` as the HTML of as few messages as their order and `limit` allow; empty blocks vanish."""
    laid: list[list[Block]] = []
    used = limit
    for block in blocks:
        for piece in _pieces(_trimmed(block), limit):
            length = _length(piece)
            if used + len(GAP) + length <= limit and laid:
                laid[-1].append(piece)
                used += len(GAP) + length
            else:
                laid.append([piece])
                used = length
    return [GAP.join(_html(block) for block in message) for message in laid]


def _length(block: Block) -> int:
    return sum(units(run.text) for run in block)


def _pieces(block: Block, limit: int) -> list[Block]:
    pieces: list[Block] = []
    while _length(block) > limit:
        at = _cut("".join(run.text for run in block), limit)
        pieces.append(_trimmed(_between(block, 0, at)))
        block = _trimmed(_between(block, at, None))
    pieces.append(block)
    return [piece for piece in pieces if piece]


def _between(block: Block, start: int, end: int | None) -> list[Run]:
    runs, position = [], 0
    for run in block:
        first = max(start - position, 0)
        last = None if end is None else max(end - position, 0)
        if text := run.text[first:last]:
            runs.append(replace(run, text=text))
        position += len(run.text)
    return runs


def _trimmed(block: Block) -> list[Run]:
    runs = [replace(run, text=clean_text(run.text)) for run in block]
    while runs and not runs[0].text.strip():
        del runs[0]
    while runs and not runs[-1].text.strip():
        del runs[-1]
    if runs:
        runs[0] = replace(runs[0], text=runs[0].text.lstrip())
        runs[-1] = replace(runs[-1], text=runs[-1].text.rstrip())
    return [run for run in runs if run.text]


def _cut(text: str, limit: int) -> int:
    """Return where to cut `text`, an index above 0: at a line's, a sentence's or a word's end, else inside a word."""
    end, used = 0, 0
    while end < len(text) and used + (width := units(text[end])) <= limit:
        end, used = end + 1, used + width
    for pattern in _BREAKS:
        ends = [match.end() for match in pattern.finditer(text, end // 2, end)]
        if ends:
            return ends[-1]
    at = end
    while at > end - 20 and at > 1 and (_belongs_to_previous(text[at]) or text[at - 1] == "\u200d"):
        at -= 1
    return at if at > end - 20 else end


def _belongs_to_previous(letter: str) -> bool:
    return letter in _JOINED or unicodedata.combining(letter) > 0


def _html(block: Block) -> str:
    quoted = groupby(block, key=lambda run: run.quoted)
    return "".join(
        f"<blockquote>{inner}</blockquote>" if is_quote else inner
        for is_quote, runs in quoted
        for inner in ["".join(map(_run_html, runs))]
    )


def _run_html(run: Run) -> str:
    html = escape(run.text, quote=False)
    if run.code and not run.url:
        return f"<code>{html}</code>"
    if run.italic:
        html = f"<i>{html}</i>"
    if run.bold:
        html = f"<b>{html}</b>"
    return f'<a href="{escape(run.url)}">{html}</a>' if run.url else html
