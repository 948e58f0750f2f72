"""An index that follows its database: built or loaded once, then kept up with every change."""

import logging
from collections.abc import Sequence
from dataclasses import replace
from random import Random
from typing import Self

import numpy as np

from index.live import vector_cache
from index.live.sizes import SIZES, Sizes
from index.model import Encoder, Progress, Vectors
from index.ranking.calibration import EncoderProfile
from index.ranking.search import Layer, Snapshot, whole
from index.segments import source
from index.segments.files import IndexFiles
from index.segments.segment import Builder, Segment, stacked
from index.segments.source import Change, Record
from index.stores.joining import store_for
from index.stores.memory import give_back
from knowledge.database import Database
from knowledge.entries.store import current_revision

log = logging.getLogger(__name__)

_STEP = 25
"""Changed entries taken in at once; each step becomes searchable before the next is read."""

_LARGEST_STEP = 2000
"""What a step grows to while very much waits: a twentieth of it."""

_RATIO = 4
"""A layer joins the one before it once it is larger than this part of it."""

_CHUNK = 2000
"""Entries read from SQL at once while everything is indexed."""

_TIDY = 10
"""Chunks after which memory is given back."""


class LayeredIndex:
    """The published entries of a database in a few layers, each a fraction of the one before.

    A change therefore costs as much as the change is large. One thread at a time may change an index; `snapshot` may
    be searched by any.
    """

    def __init__(
        self,
        database: Database,
        encoder: Encoder,
        snapshot: Snapshot,
        seen: int,
        pending: dict[int, int],
        sizes: Sizes = SIZES,
    ) -> None:
        self._sizes = sizes
        self._database = database
        self.encoder = encoder
        self._seen = seen
        self._pending = pending
        self.snapshot = snapshot

    @property
    def revision(self) -> int:
        """The revision of the knowledge base that is searchable as a whole; -1 while changes are being taken in."""
        return -1 if self._pending else self._seen

    @property
    def large(self) -> Segment:
        """The largest segment, the one worth keeping."""
        return self.snapshot.layers[0].segment

    @classmethod
    def build(
        cls,
        database: Database,
        encoder: Encoder,
        profile: EncoderProfile,
        progress: Progress | None = None,
        *,
        sizes: Sizes = SIZES,
    ) -> Self:
        """Index everything that is published; `progress` hears of passages that had no vector yet."""
        with database.reading() as session:
            seen = current_revision(session)
            ids = source.stamps(session)[:, 0].tolist()
            passages = source.count(session)
        vector_cache.fill(database, encoder, progress, batch=sizes.batch)

        def sample(wanted: int) -> Vectors:
            chosen = Random(1).sample(ids, min(len(ids), wanted * len(ids) // passages + 1))
            return np.concatenate([_read(database, encoder, chunk)[1] for chunk in source.chunks(chosen, _CHUNK)])

        builder = Builder(store_for(passages, encoder.dimension, sample, exact=sizes.exact))
        for number, chunk in enumerate([*source.chunks(ids, _CHUNK)] or [[]]):
            builder.add(*_read(database, encoder, chunk))
            if number % _TIDY == 0:
                give_back()
        return cls(database, encoder, Snapshot((whole(builder.segment()),), profile), seen, {}, sizes)

    @classmethod
    def load(
        cls, database: Database, encoder: Encoder, profile: EncoderProfile, files: IndexFiles, *, sizes: Sizes = SIZES
    ) -> Self | None:
        """Return the index that is kept in files, with what changed since to be taken in; None if it is of no use.

        An entry stands if SQL still has it as it was indexed. A database in which few do is another one.
        """
        if (segment := files.load()) is None:
            return None
        with database.reading() as session:
            seen = current_revision(session)
            ids, revisions, stamps = source.stamps(session).T
        ours = segment.records
        places = np.searchsorted(ids, ours.ids)
        alive = places < len(ids)
        alive[alive] = (ids[places[alive]] == ours.ids[alive]) & (stamps[places[alive]] == ours.stamps[alive])
        fresh = np.ones(len(ids), bool)
        fresh[places[alive]] = False
        changed = int(fresh.sum()) + int((~alive).sum())
        if changed > max(sizes.small, len(ids) // _RATIO):
            log.warning("The kept index is not used, and built anew: %d of %d entries differ.", changed, len(ids))
            return None
        pending = dict(zip(ids[fresh].tolist(), revisions[fresh].tolist(), strict=True))
        return cls(database, encoder, Snapshot((Layer(segment, alive),), profile), seen, pending, sizes)

    def refresh(self) -> bool:
        """Take in some of what changed, newest first; return whether more waits. What was withdrawn goes at once."""
        with self._database.reading() as session:
            revision = current_revision(session)
            changes = source.changes(session, self._seen) if revision != self._seen else []
        if changes:
            self._note(changes)
        self._seen = max(self._seen, revision)
        if self._pending:
            step = min(max(_STEP, len(self._pending) // 20), _LARGEST_STEP)
            self._take_in(sorted(self._pending, key=lambda entry_id: -self._pending[entry_id])[:step])
        return bool(self._pending)

    def save(self, files: IndexFiles) -> None:
        """Keep the largest segment."""
        files.save(self.large, self._seen)

    def _note(self, changes: Sequence[Change]) -> None:
        """Remember what to take in, and drop at once what askers may no longer find."""
        gone = {change.entry_id for change in changes if not change.published}
        for change in changes:
            if change.published:
                self._pending[change.entry_id] = change.revision
            else:
                self._pending.pop(change.entry_id, None)
        if gone:
            self._replace([layer.without(gone) for layer in self.snapshot.layers])
        self._seen = max(change.revision for change in changes)

    def _take_in(self, ids: list[int]) -> None:
        records, vectors = _read(self._database, self.encoder, ids)
        exact = self._sizes.exact
        builder = Builder(store_for(len(vectors), self.encoder.dimension, lambda _: vectors, exact=exact))
        builder.add(records, vectors)
        layers = [*(layer.without(set(ids)) for layer in self.snapshot.layers), whole(builder.segment())]
        while len(layers) > 1 and self._near(layers):
            *layers, before, last = layers
            layers.append(before.merged(last, exact=exact))
        self._replace(layers)
        for entry_id in ids:
            del self._pending[entry_id]

    def _replace(self, layers: Sequence[Layer]) -> None:
        self.snapshot = replace(self.snapshot, layers=tuple(layers))

    def _near(self, layers: Sequence[Layer]) -> bool:
        """Return whether the last two layers are too like in size to stay apart."""
        before, last = (len(layer.segment) for layer in layers[-2:])
        small = len(layers) > 2 and before + last <= self._sizes.small
        return small or last > max(before // _RATIO, self._sizes.small if len(layers) == 2 else 0)


def _read(database: Database, encoder: Encoder, ids: Sequence[int]) -> tuple[list[Record], Vectors]:
    """Return the published entries among `ids` and the vectors of their passages, n x d."""
    with database.reading() as session:
        records = source.records(session, ids)
    texts = {piece.content_hash: piece.text for record in records for piece in record.pieces}
    return records, stacked(records, vector_cache.embed(database, encoder, texts), encoder.dimension)
