"""Text with looks in no channel's form: blocks of spans, which each channel shows in its own way."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import groupby


@dataclass(frozen=True)
class Span:
    """A stretch of text in one look; `url` is an address (http, https, mailto) to which a link may lead."""

    text: str
    bold: bool = False
    italic: bool = False
    code: bool = False
    url: str | None = None


@dataclass(frozen=True)
class Block:
    """A paragraph, or an item of a list: `marker` is its `-` or its number as `2.`, `depth` in how many lists it is.

    What else belongs to an item has its depth and no marker.
    """

    spans: tuple[Span, ...]
    marker: str = ""
    depth: int = 0

    @property
    def line(self) -> str:
        """The words without looks, an item's marker before them."""
        text = "".join(span.text for span in self.spans)
        return f"{self.marker} {text}" if self.marker else text


def lines(blocks: Iterable[Block]) -> str:
    """Return the words alone, every block on lines of its own."""
    return "\n".join(block.line for block in blocks)


def leads(blocks: Sequence[Block], bullet: str = "-") -> Iterator[tuple[str, Block]]:
    """Yield each block with what stands before it as plain text: line breaks, an item's indent and marker."""
    before = None
    for block in blocks:
        gap = "" if before is None else "\n" if before.depth and block.depth else "\n\n"
        marker = bullet if block.marker == "-" else block.marker
        yield gap + "  " * (block.depth - 1) + (f"{marker} " if marker else ""), block
        before = block


def with_addresses(spans: Iterable[Span], linkable: Callable[[str], bool] = lambda url: False) -> Iterator[Span]:
    """Yield `spans` with the address behind every link that is not `linkable`, and is a link no more."""
    for url, linked in groupby(spans, key=lambda span: span.url):
        if url is None or linkable(url):
            yield from linked
            continue
        words = [replace(span, url=None) for span in linked]
        yield from words
        address = url.removeprefix("mailto:")
        if address not in "".join(span.text for span in words):
            yield Span(f" ({address})")


def plain(blocks: Sequence[Block]) -> str:
    """Return `blocks` as plain text: links with their addresses, items with their markers."""
    return "".join(lead + "".join(span.text for span in with_addresses(block.spans)) for lead, block in leads(blocks))


def has_looks(blocks: Iterable[Block]) -> bool:
    """Say whether plain text would lose something: a look, a link or a list."""
    return any(block.depth or any(span != Span(span.text) for span in block.spans) for block in blocks)


def shortened(blocks: Sequence[Block], limit: int) -> tuple[Block, ...]:
    """Return `blocks`, cut at a word's end with an ellipsis where `lines` has more than `limit` characters."""
    text = lines(blocks)
    if len(text) <= limit:
        return tuple(blocks)
    end = len(text[:limit].rsplit(" ", 1)[0])
    *kept, last = _between(blocks, 0, end) or [Block(())]
    return *kept, replace(last, spans=(*last.spans, Span(" …")))


def excerpt(blocks: Sequence[Block], wanted: Iterable[str]) -> tuple[Block, ...]:
    """Return stretches of `lines(blocks)` with their looks: sentences in a row as one paragraph, items as a list.

    A stretch that is not there is a sentence without looks.
    """
    text, found = lines(blocks), list[Block]()
    for stretch in wanted:
        start = text.find(stretch)
        pieces = _between(blocks, start, start + len(stretch)) if start >= 0 else [Block((Span(stretch),))]
        for piece in pieces:
            if found and not (found[-1].marker or piece.marker):
                found[-1] = Block((*found[-1].spans, Span(" "), *piece.spans))
            else:
                found.append(replace(piece, depth=1 if piece.marker else 0))
    return tuple(found)


def _between(blocks: Iterable[Block], start: int, end: int) -> list[Block]:
    """Return what stands between two places of `lines(blocks)`; an item begun before `start` is none any more."""
    found, position = list[Block](), 0
    for block in blocks:
        whole = len(block.line)
        begins = whole - sum(len(span.text) for span in block.spans)
        first, last = start - position, end - position
        if first < whole and last > 0 and (spans := _cut(block.spans, first - begins, last - begins)):
            found.append(replace(block, spans=spans) if first <= 0 else Block(spans))
        position += whole + 1
    return found


def _cut(spans: Iterable[Span], start: int, end: int) -> tuple[Span, ...]:
    found, position = list[Span](), 0
    for span in spans:
        if text := span.text[max(start - position, 0) : max(end - position, 0)]:
            found.append(replace(span, text=text))
        position += len(span.text)
    return tuple(found)
