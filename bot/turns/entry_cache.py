"""Entries at hand: what was read from SQL is kept until the index has taken in a change."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from knowledge.database import Database
from knowledge.entries.store import get_entries, get_passages, leading_passages
from knowledge.models import Entry, EntryState, Passage

AT_MOST = 2_000


class EntryCache:
    """Reads published entries and their passages; safe to use from many threads.

    `revision` tells the revision of the knowledge base that is searched now; what was kept of another is dropped, so
    that an entry is shown as it was found. Below 0 the index is taking in changes, and nothing is kept.
    """

    def __init__(self, database: Database, revision: Callable[[], int]) -> None:
        self._database = database
        self._revision = revision
        self._kept = _Kept(-1)

    def entries(self, ids: Sequence[int]) -> list[Entry]:
        """Return the published entries of `ids` in their order, with facets and cut-offs."""
        kept = self._tidy().entries
        missing = [each for each in ids if each not in kept]
        if missing:
            with self._database.reading() as session:
                kept.update(get_entries(session, missing))
        found = [kept.get(each) for each in ids]
        return [entry for entry in found if entry is not None and entry.state is EntryState.PUBLISHED]

    def passage(self, passage_id: int) -> Passage | None:
        """Return a passage, or None when its entry has been cut anew."""
        kept = self._tidy().passages
        if passage_id not in kept:
            with self._database.reading() as session:
                kept.update(get_passages(session, [passage_id]))
        return kept.get(passage_id)

    def leading(self, entry_id: int) -> Passage | None:
        """Return an entry's first passage, or None when it has none."""
        kept = self._tidy().leading
        if entry_id not in kept:
            with self._database.reading() as session:
                kept.update(leading_passages(session, [entry_id]))
        return kept.get(entry_id)

    def _tidy(self) -> "_Kept":
        """Return what is kept of the present revision: a new place for it when that changed or grew too full."""
        revision, kept = self._revision(), self._kept
        if revision < 0 or revision != kept.revision or len(kept.entries) + len(kept.passages) > AT_MOST:
            # One assignment: a thread that still reads the old place finds it whole.
            kept = self._kept = _Kept(revision)
        return kept


@dataclass(frozen=True)
class _Kept:
    revision: int
    entries: dict[int, Entry] = field(default_factory=dict)
    passages: dict[int, Passage] = field(default_factory=dict)
    leading: dict[int, Passage] = field(default_factory=dict)
