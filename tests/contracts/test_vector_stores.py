"""What every vector store promises; one of clusters promises it as near as bytes come."""

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.arrays import Mask
from index.model import Ids, Vectors, VectorStore
from index.stores import joining as stores
from index.stores.clusters import ClusterStore, clusters_for, probes_for
from index.stores.flat import FaissStore
from tests.support.numpy_store import NumpyStore

DIMENSION = 8
NEAR = 0.02
"""What bytes may be off by, in inner products."""


@pytest.fixture(params=[FaissStore, ClusterStore, NumpyStore])
def store(request: pytest.FixtureRequest) -> VectorStore:
    made: VectorStore = request.param(DIMENSION)
    return made


def vectors(count: int, seed: int = 1) -> Vectors:
    rows = np.random.default_rng(seed).standard_normal((count, DIMENSION)).astype(np.float32)
    return np.asarray(rows / np.linalg.norm(rows, axis=1, keepdims=True), np.float32)


def ids(*numbers: int) -> Ids:
    return np.array(numbers, np.int64)


def only(*numbers: int, size: int = 0) -> Mask:
    """The selection of these ids."""
    mask = np.zeros(max([size, *(number + 1 for number in numbers)]), bool)
    mask[list(numbers)] = True
    return mask


def test_the_nearest_come_first_with_their_inner_products(store: VectorStore) -> None:
    rows = vectors(20)
    store.add(np.arange(100, 120), rows)
    found, scores = store.search(rows[7], 3)
    assert found[0] == 107
    assert scores[0] == pytest.approx(1, abs=NEAR)
    assert np.allclose(scores, np.sort(rows @ rows[7])[::-1][:3], atol=NEAR)
    assert len(store) == 20


def test_an_empty_store_finds_nothing(store: VectorStore) -> None:
    found, scores = store.search(vectors(1)[0], 5)
    assert (len(found), len(scores), len(store)) == (0, 0, 0)


def test_a_limit_may_exceed_what_there_is(store: VectorStore) -> None:
    store.add(ids(1, 2), vectors(2))
    assert sorted(store.search(vectors(1)[0], 50)[0].tolist()) == [1, 2]
    assert store.search(vectors(1)[0], 0)[0].tolist() == []


def test_a_selection_limits_and_unknown_ids_in_it_do_no_harm(store: VectorStore) -> None:
    rows = vectors(10)
    store.add(np.arange(10), rows)
    found, _ = store.search(rows[3], 10, only(1, 5, 77))
    assert sorted(found.tolist()) == [1, 5]
    assert store.search(rows[3], 10, only())[0].tolist() == []
    assert store.search(rows[3], 10, only(size=10))[0].tolist() == []
    assert store.search(rows[3], 10, only(99))[0].tolist() == []


def test_what_was_removed_is_not_found(store: VectorStore) -> None:
    rows = vectors(5)
    store.add(np.arange(5), rows)
    store.remove(ids(2, 99))
    store.remove(ids())
    assert len(store) == 4
    assert 2 not in store.search(rows[2], 5)[0]
    with pytest.raises(RuntimeError):
        store.vectors(ids(2))


def test_rows_come_back_as_they_went_in(store: VectorStore) -> None:
    rows = vectors(5)
    store.add(ids(10, 20, 30, 40, 50), rows)
    assert np.allclose(store.vectors(ids(40, 10)), rows[[3, 0]], atol=NEAR)
    assert store.vectors(ids()).shape == (0, DIMENSION)


@given(
    count=st.integers(0, 60),
    removed=st.sets(st.integers(0, 70)),
    within=st.none() | st.sets(st.integers(0, 70)),
    limit=st.integers(0, 80),
    seed=st.integers(0, 1000),
)
def test_faiss_agrees_with_the_matrix_product(
    count: int, removed: set[int], within: set[int] | None, limit: int, seed: int
) -> None:
    selection = None if within is None else only(*within)
    answers = []
    for store in (FaissStore(DIMENSION), NumpyStore(DIMENSION)):
        store.add(np.arange(count), vectors(count, seed))
        store.remove(ids(*sorted(removed)))
        answers.append(store.search(vectors(1, seed + 1)[0], limit, selection))
    (faiss_ids, faiss_scores), (numpy_ids, numpy_scores) = answers
    assert np.allclose(faiss_scores, numpy_scores, atol=1e-5)
    # Equal scores may come in either order.
    assert len(faiss_ids) == len(numpy_ids)
    apart = np.flatnonzero(faiss_ids != numpy_ids)
    assert set(faiss_ids[apart].tolist()) == set(numpy_ids[apart].tolist())


def crowd(count: int, seed: int = 1) -> Vectors:
    """Rows in clusters, as meanings are: white noise has no neighbours to find."""
    chance = np.random.default_rng(seed)
    rows = vectors(40, 7)[chance.integers(40, size=count)] + 0.3 * vectors(count, seed)
    return np.asarray(rows / np.linalg.norm(rows, axis=1, keepdims=True), np.float32)


@pytest.fixture(scope="module")
def clusters() -> tuple[ClusterStore, Vectors]:
    rows = crowd(8000)
    store = ClusterStore(DIMENSION)
    store.train(rows[::8], len(rows))
    for start in range(0, len(rows), 3000):
        part = rows[start : start + 3000]
        store.add(np.arange(start, start + len(part)), part)
    return store, rows


def recall(store: VectorStore, rows: Vectors, within: Mask | None = None) -> float:
    exact = NumpyStore(DIMENSION)
    exact.add(np.arange(len(rows)), rows)
    shares = [
        len(np.intersect1d(store.search(each, 10, within)[0], exact.search(each, 10, within)[0])) / 10
        for each in crowd(100, 2)
    ]
    return float(np.mean(shares))


@pytest.mark.parametrize("share", [1.0, 0.3, 0.01, 0.002])
def test_clusters_find_nearly_all_that_is_near(clusters: tuple[ClusterStore, Vectors], share: float) -> None:
    store, rows = clusters
    within = None if share == 1 else np.random.default_rng(3).random(len(rows)) < share
    assert store.clusters == clusters_for(len(rows)) > probes_for(store.clusters)
    assert recall(store, rows, within) >= 0.95


def test_a_selection_in_one_far_corner_is_found_whole(clusters: tuple[ClusterStore, Vectors]) -> None:
    store, rows = clusters
    corner = np.argsort(rows[:, 0])[:50]
    found, _ = store.search(np.eye(DIMENSION, dtype=np.float32)[0], 50, only(*corner))
    assert sorted(found.tolist()) == sorted(corner.tolist())


def test_clusters_that_are_cut_keep_the_bytes_of_the_rest(clusters: tuple[ClusterStore, Vectors]) -> None:
    store, rows = clusters
    mask = np.random.default_rng(4).random(len(rows)) < 0.5
    kept = store.kept(mask)
    assert len(kept) == mask.sum()
    assert np.array_equal(kept.vectors(np.arange(len(kept))), store.vectors(np.flatnonzero(mask)))
    kept.add(np.arange(len(kept), len(kept) + 10), rows[:10])
    assert np.allclose(kept.vectors(np.arange(len(kept) - 10, len(kept))), rows[:10], atol=NEAR)


def test_a_store_is_chosen_by_size() -> None:
    rows = crowd(400)
    small = stores.store_for(100, DIMENSION, lambda _: rows, exact=100)
    assert isinstance(small, FaissStore)
    small.add(np.arange(100), rows[:100])
    large = stores.store_for(300, DIMENSION, lambda wanted: rows[:wanted], exact=100)
    assert isinstance(large, ClusterStore)
    large.add(np.arange(300), rows[100:])
    every = [np.ones(100, bool), np.ones(300, bool)]
    for parts in ([(small, every[0]), (large, every[1])], [(large, every[1]), (small, every[0])]):
        both = stores.joined(parts, exact=100)
        assert isinstance(both, ClusterStore)
        assert np.allclose(
            both.vectors(np.arange(400)), np.concatenate([s.vectors(np.arange(len(s))) for s, _ in parts]), atol=NEAR
        )
    few = stores.joined([(small, every[0]), (large, np.arange(300) < 0)], exact=100)
    assert isinstance(few, FaissStore)
    assert len(few) == 100


@pytest.mark.parametrize("kind", [FaissStore, ClusterStore])
@pytest.mark.parametrize("count", [0, 50])
def test_a_store_comes_back_from_its_file(kind: type[FaissStore | ClusterStore], count: int, tmp_path: Path) -> None:
    store = kind(DIMENSION)
    store.add(np.arange(count), vectors(count))
    stores.write(store, tmp_path / "store")
    back = stores.read(tmp_path / "store")
    assert type(back) is kind
    assert np.array_equal(back.vectors(np.arange(count)), store.vectors(np.arange(count)))
    assert np.array_equal(back.search(vectors(1)[0], 5)[0], store.search(vectors(1)[0], 5)[0])
