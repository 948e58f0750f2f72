"""What the conversation needs from the rest of the house."""

from collections.abc import Sequence
from datetime import date
from typing import Protocol

from index.model import Filters, SearchResult, Vectors


class Finder(Protocol):
    """Finds entries by meaning and words."""

    @property
    def revision(self) -> int:
        """The revision of the knowledge base that is searched; below 0 while changes are taken in."""

    async def encode(self, text: str) -> Vectors: ...

    async def search(
        self,
        question: str,
        filters: Filters,
        *,
        language: str | None,
        today: date,
        limit: int = 10,
        vector: Vectors | None = None,
    ) -> SearchResult: ...


class Detector(Protocol):
    """Tells the language of a message."""

    def detect(self, text: str, history: Sequence[str] = (), chosen: str | None = None) -> str: ...
