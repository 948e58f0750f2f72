"""What the conversation needs from the rest of the house."""

from collections.abc import Sequence
from typing import Protocol

from index.model import Finder, Vectors


class LiveFinder(Finder, Protocol):
    """A finder that encodes questions itself, and says how far it follows the knowledge base."""

    @property
    def revision(self) -> int:
        """The revision of the knowledge base that is searched; below 0 while changes are taken in."""

    async def encode(self, text: str) -> Vectors: ...


class Detector(Protocol):
    """Tells the language of a message."""

    def detect(self, text: str, history: Sequence[str] = (), chosen: str | None = None) -> str: ...
