"""Entries, their files and what the desk would find, for programs."""

from collections.abc import Collection, Iterator, Mapping
from typing import Any, TypedDict, Unpack
from urllib.parse import quote

from admin_api.client.calls import Calls, read
from admin_api.schemas.entries import EntryOut, EntryPage, EntrySummary
from admin_api.schemas.files import FileOut
from admin_api.schemas.imports import ImportOut
from admin_api.schemas.search import SearchOut


class EntryFilter(TypedDict, total=False):
    """Which entries to list: any value of each list, all fields at once; `q` are words of the title or reference."""

    q: str
    kind: Collection[str]
    state: Collection[str]
    language: Collection[str]
    country: Collection[str]
    sector: Collection[str]


class Entries:
    """The desk's knowledge. What changes an entry returns it as it is then; `key` is the act's idempotency key."""

    def __init__(self, calls: Calls) -> None:
        self._calls = calls

    def search(
        self,
        question: str,
        *,
        kind: Collection[str] = (),
        country: Collection[str] = (),
        language: str | None = None,
        limit: int = 8,
    ) -> SearchOut:
        """Return what the desk would find for a question."""
        query = {"q": question, "kind": [*kind], "country": [*country], "language": language, "limit": limit}
        return self._calls.get("/api/search", SearchOut, query)

    def all(self, **query: Unpack[EntryFilter]) -> Iterator[EntrySummary]:
        """Yield all entries of a query, last changed first, a page at a time.

        What is changed meanwhile may come twice or be missed.
        """
        offset = 0
        while True:
            page = self.page(offset, limit=200, **query)
            yield from page.entries
            offset += len(page.entries)
            if not page.entries or offset >= page.total:
                return

    def page(self, offset: int = 0, *, limit: int = 50, **query: Unpack[EntryFilter]) -> EntryPage:
        """Return one page, with how many entries there are in all."""
        return self._calls.get("/api/entries", EntryPage, {**query, "offset": offset, "limit": limit})

    def get(self, reference: str) -> EntryOut:
        """Return an entry."""
        return self._calls.get(_path(reference), EntryOut)

    def add(self, fields: Mapping[str, Any], *, state: str = "draft", key: str | None = None) -> EntryOut:
        """Make an entry of fields as in `knowledge/starter/FORMAT.md`."""
        return self._calls.act("POST", "/api/entries", EntryOut, {**fields, "state": state}, key=key)

    def save(
        self, reference: str, fields: Mapping[str, Any], *, revision: int | None = None, key: str | None = None
    ) -> EntryOut:
        """Put these fields in the place of all of an entry's; with `revision` only if it was not changed since."""
        return self._calls.act("PUT", _path(reference), EntryOut, {**fields, "revision": revision}, key=key)

    def publish(self, reference: str, *, revision: int | None = None, key: str | None = None) -> EntryOut:
        """Let askers find an entry; with `revision` only if it was not changed since."""
        query = {"revision": revision}
        return self._calls.act("POST", f"{_path(reference)}/publish", EntryOut, key=key, query=query)

    def withdraw(self, reference: str, *, key: str | None = None) -> EntryOut:
        """Let askers find an entry no more."""
        return self._calls.act("POST", f"{_path(reference)}/withdraw", EntryOut, key=key)

    def to_draft(self, reference: str, *, key: str | None = None) -> EntryOut:
        """Put an entry back to draft."""
        return self._calls.act("POST", f"{_path(reference)}/draft", EntryOut, key=key)

    def give_back(self, reference: str, text: str, *, key: str | None = None) -> EntryOut:
        """Send a draft that was made of a ticket back to its expert, with a word."""
        return self._calls.act("POST", f"{_path(reference)}/return", EntryOut, {"text": text}, key=key)

    def mappings(self) -> list[str]:
        """Return the names of the built-in column mappings."""
        return self._calls.get("/api/import/mappings", list[str])

    def import_file(
        self,
        name: str,
        content: bytes,
        *,
        source: str = "",
        mapping: str = "",
        all_or_nothing: bool = True,
        state: str = "published",
    ) -> ImportOut:
        """Bring a file's entries in, and return what became of every row; sent again it changes nothing."""
        form = {"source": source, "mapping": mapping, "all_or_nothing": str(all_or_nothing).lower(), "state": state}
        return read(self._calls.send("POST", "/api/import", data=form, files={"file": (name, content)}), ImportOut)


class Files:
    """Files that go with words."""

    def __init__(self, calls: Calls) -> None:
        self._calls = calls

    def send(self, name: str, content: bytes) -> FileOut:
        """Send a file; name its id with an answer, a question or a note within a day."""
        # Sent twice, one of the two is never named and is dropped after a day.
        return read(self._calls.send("POST", "/api/files", files={"file": (name, content)}), FileOut)

    def read(self, file_id: int) -> bytes:
        """Return a file's bytes."""
        return self._calls.send("GET", f"/api/files/{file_id}").content


def _path(reference: str) -> str:
    return f"/api/entries/{quote(reference, safe='/')}"
