"""Segments of many entries are made chunk by chunk, and keep nothing that only making them needed."""

from resource import RLIMIT_FSIZE, getrlimit, setrlimit

import numpy as np
import pytest

from index.encoding.encoder import HashingEncoder
from index.model import Vectors
from index.segments.bm25 import score
from index.segments.postings import Postings
from index.segments.segment import Builder, Segment, stacked
from index.stores.clusters import ClusterStore
from index.stores.flat import FaissStore
from index.stores.joining import settled, store_for
from tests.unit.index.conftest import MakeRecord


@pytest.fixture
def rows() -> Vectors:
    chance = np.random.default_rng(1)
    found = chance.standard_normal((500, 16)).astype(np.float32)
    return np.asarray(found / np.linalg.norm(found, axis=1, keepdims=True), np.float32)


@pytest.mark.parametrize("largest", [1, 3, 7, 65_536])
def test_chunks_make_the_segment_that_all_at_once_make(
    make_record: MakeRecord, encoder: HashingEncoder, largest: int
) -> None:
    records = [make_record(n, *(f"Grant {n}, part {p} of {n % 3 + 1}" for p in range(n % 3 + 1))) for n in range(10)]
    vectors = {piece.content_hash: encoder.encode([piece.text])[0] for each in records for piece in each.pieces}
    whole = Segment.build(records, vectors, encoder.dimension)
    store = store_for(0, encoder.dimension, lambda _: np.zeros((0, encoder.dimension), np.float32))
    builder = Builder(store, block=largest)
    for start in range(0, len(records), 2):
        chunk = records[start : start + 2]
        builder.add(chunk, stacked(chunk, vectors, encoder.dimension))
    built = builder.segment()
    assert built.passages.tolist() == whole.passages.tolist()
    assert built.owners.tolist() == whole.owners.tolist()
    assert list(built.records) == list(whole.records)
    assert np.array_equal(built.vectors.vectors(np.arange(len(built))), whole.vectors.vectors(np.arange(len(whole))))
    every = np.arange(len(whole))
    (mine,), (all_at_once,) = (score([each.postings], "part 2 of grant 5", "en")[0] for each in (built, whole))
    assert np.allclose(mine.at(every), all_at_once.at(every), atol=1e-5)


def test_blocks_are_as_large_as_they_may_be(make_record: MakeRecord, encoder: HashingEncoder) -> None:
    builder = Builder(FaissStore(encoder.dimension), block=4)
    for number in range(10):
        builder.add([make_record(number, f"Grant {number}")], encoder.encode([f"Grant {number}"]))
    postings: Postings = builder.segment().postings
    assert [len(block) for block in postings.blocks] == [4, 4, 2]


def test_settled_clusters_answer_as_before(rows: Vectors) -> None:
    store, same = ClusterStore(16), ClusterStore(16)
    for each in (store, same):
        for start in range(0, 500, 50):
            each.add(np.arange(start, start + 50), rows[start : start + 50])
    kept = settled(store)
    assert isinstance(kept, ClusterStore)
    assert len(kept) == 500
    ids, scores = kept.search(rows[7], 10)
    expected, expected_scores = same.search(rows[7], 10)
    assert ids.tolist() == expected.tolist()
    assert np.allclose(scores, expected_scores)
    assert np.array_equal(kept.vectors(np.arange(500)), same.vectors(np.arange(500)))
    kept.add(np.array([500]), rows[:1])
    kept.remove(np.array([3]))
    assert len(kept) == 500


def test_a_full_disk_leaves_clusters_as_they_grew(rows: Vectors) -> None:
    store = ClusterStore(16)
    store.add(np.arange(500), rows)
    soft, hard = getrlimit(RLIMIT_FSIZE)
    setrlimit(RLIMIT_FSIZE, (4096, hard))  # no file may grow beyond that, as on a full disk
    try:
        assert settled(store) is store
    finally:
        setrlimit(RLIMIT_FSIZE, (soft, hard))
    assert store.search(rows[7], 1)[0].tolist() == [7]
