"""Cuts an entry into passages at heading and sentence borders, each under its title and heading."""

import hashlib
import re
from collections.abc import Iterator
from dataclasses import dataclass

from knowledge.entries.draft import EntryDraft
from knowledge.entries.sentences import with_breaks

TARGET_CHARS = 700
"""A passage ends at the sentence end that passes this length: about 150 tokens, which small encoders read whole."""

_HEADING = re.compile(r"^#{1,6}\s+(.+?)\s*#*$")


@dataclass(frozen=True)
class Cut:
    """A passage before it is stored."""

    heading: str
    text: str

    @property
    def content_hash(self) -> str:
        """Return the hash of what is encoded, hexadecimal."""
        return hashlib.sha256(f"{self.heading}\n{self.text}".encode()).hexdigest()


def cut(draft: EntryDraft) -> list[Cut]:
    """Return the passages of an entry; an entry without text gives one, of its title and facts alone."""
    facts = [
        text
        for text in (
            draft.problem, draft.solution, draft.result, draft.lesson, draft.offers, draft.seeks,
            draft.call_identifier, draft.organisation, draft.city, draft.place, draft.operator,
        )
        if text
    ]  # fmt: skip
    cuts = [
        Cut(f"{draft.title} — {heading}" if heading else draft.title, piece)
        for heading, body in _sections(draft.text)
        for piece in _pieces(body)
    ]
    if facts:
        cuts.extend(Cut(draft.title, piece) for piece in _pieces("\n".join(facts)))
    return cuts or [Cut(draft.title, "")]


def _sections(text: str) -> Iterator[tuple[str, str]]:
    heading, lines = "", list[str]()
    for line in text.splitlines():
        if match := _HEADING.match(line):
            yield heading, "\n".join(lines)
            heading, lines = match[1][:190], []
        else:
            lines.append(line)
    yield heading, "\n".join(lines)


def _pieces(body: str) -> Iterator[str]:
    """Yield the sentences of `body` in pieces, its lines kept: a list stays a list."""
    piece, size, between = list[str](), 0, ""
    for sentence, line_ends in with_breaks(body):
        for start in range(0, len(sentence), 2 * TARGET_CHARS):
            part = sentence[start : start + 2 * TARGET_CHARS]
            piece += [between, part] if piece else [part]
            between = " "
            size += len(part)
            if size >= TARGET_CHARS:
                yield "".join(piece)
                piece, size = [], 0
        between = "\n" if line_ends else " "
    if piece:
        yield "".join(piece)
