"""The index on disk: what comes back is what was kept, and what is not quite that never comes back."""

import json
import os
from collections.abc import Callable
from datetime import date
from pathlib import Path

import numpy as np
import pytest

from index.encoding.encoder import HashingEncoder
from index.model import Filters
from index.ranking.search import Snapshot, whole
from index.segments import files
from index.segments.files import MANIFEST, IndexFiles
from index.segments.segment import Segment
from index.segments.source import Record
from knowledge.entries.call_status import CallStatus
from knowledge.models import Kind

MakeRecord = Callable[..., Record]
MakeSnapshot = Callable[[list[Record]], Snapshot]

TODAY = date(2026, 5, 1)


class OtherEncoder(HashingEncoder):
    @property
    def name(self) -> str:
        return "other"


@pytest.fixture
def segment(make_record: MakeRecord, make_snapshot: MakeSnapshot) -> Segment:
    call = {"kind": Kind.FUNDING_CALL, "opens": date(2026, 1, 2), "deadlines": (date(2026, 6, 1), date(2026, 9, 1))}
    records = [
        make_record(7, "Grants for bakeries", "Ovens and mills", countries=("RO",), city="Niš", **call),
        make_record(3, "Пројекат за мала предузећа", sectors=("food",), programmes=("Eureka",)),
        make_record(5, "A fair that is over", kind=Kind.EVENT, ends=date(2026, 4, 1)),
    ]
    return make_snapshot(records).layers[0].segment


@pytest.fixture
def kept(tmp_path: Path, segment: Segment) -> IndexFiles:
    made = IndexFiles(tmp_path / "index", HashingEncoder())
    made.save(segment, 12)
    return made


@pytest.fixture
def folder(kept: IndexFiles, tmp_path: Path) -> Path:
    return tmp_path / "index"


def part(folder: Path, pattern: str) -> Path:
    (path,) = folder.glob(pattern)
    return path


def answers(segment: Segment, profile: Snapshot) -> list[object]:
    snapshot = Snapshot((whole(segment),), profile.profile)
    asked = [
        ("bakery grants", Filters()),
        ("projekat", Filters(sectors=("food",))),
        ("grants", Filters(statuses=(CallStatus.OPEN,), countries=("RO",), cities=("nis",))),
        ("fair", Filters(programmes=("eureka",))),
    ]
    encoder = HashingEncoder()
    return [
        snapshot.search(question, encoder.encode([question])[0], filters, language="en", today=TODAY, limit=5)
        for question, filters in asked
    ]


def test_what_is_kept_answers_as_what_was_built(
    kept: IndexFiles, folder: Path, segment: Segment, make_snapshot: MakeSnapshot
) -> None:
    back = kept.load()
    assert back is not None
    assert answers(back, make_snapshot([])) == answers(segment, make_snapshot([]))
    assert [listed.reference for listed in back.records] == ["entry-7", "entry-3", "entry-5"]
    manifest = json.loads((folder / MANIFEST).read_text())
    assert (manifest["revision"], manifest["encoder"], manifest["format"]) == (12, "hashing-256", files.FORMAT)


def test_an_empty_segment_comes_back_too(tmp_path: Path, make_snapshot: MakeSnapshot) -> None:
    made = IndexFiles(tmp_path, HashingEncoder())
    made.save(make_snapshot([]).layers[0].segment, 0)
    back = made.load()
    assert back is not None
    assert len(back) == len(back.records) == 0


def test_where_nothing_is_kept_nothing_is_said(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    assert IndexFiles(tmp_path / "nowhere", HashingEncoder()).load() is None
    assert not caplog.records


def cut_short(path: Path) -> None:
    os.truncate(path, path.stat().st_size - 7)


def emptied(path: Path) -> None:
    os.truncate(path, 0)


def flipped(path: Path) -> None:
    content = bytearray(path.read_bytes())
    content[len(content) // 2] ^= 1
    path.write_bytes(content)


def replaced(path: Path) -> None:
    path.write_bytes(b"something else altogether")


@pytest.mark.parametrize("pattern", ["vectors-*.faiss", "rest-*.npz"])
@pytest.mark.parametrize("harm", [cut_short, emptied, flipped, replaced, Path.unlink])
def test_a_damaged_part_is_noticed(
    kept: IndexFiles, folder: Path, pattern: str, harm: Callable[[Path], None], caplog: pytest.LogCaptureFixture
) -> None:
    harm(part(folder, pattern))
    assert kept.load() is None
    (line,) = caplog.messages
    assert "built anew" in line
    assert "\n" not in line


@pytest.mark.parametrize(
    "content", ["", "{", "[]", "null", "{}", '{"format": 1}', "\x00" * 50, '{"format": 1, "parts": 5}']
)
def test_an_unreadable_manifest_is_noticed(
    kept: IndexFiles, folder: Path, content: str, caplog: pytest.LogCaptureFixture
) -> None:
    (folder / MANIFEST).write_text(content)
    assert kept.load() is None
    assert len(caplog.messages) == 1


@pytest.mark.parametrize(
    ("change", "why"),
    [
        ({"format": files.FORMAT + 1}, "format"),
        ({"encoder": "another"}, "encoder"),
        ({"dimension": 384}, "dimension"),
        ({"parts": {}}, ""),
    ],
)
def test_a_foreign_manifest_is_noticed(
    kept: IndexFiles, folder: Path, change: dict[str, object], why: str, caplog: pytest.LogCaptureFixture
) -> None:
    manifest = json.loads((folder / MANIFEST).read_text())
    (folder / MANIFEST).write_text(json.dumps(manifest | change))
    assert kept.load() is None
    assert why in caplog.messages[0]


@pytest.mark.parametrize("encoder", [OtherEncoder(), HashingEncoder(64)])
def test_another_encoder_does_not_search_it(kept: IndexFiles, folder: Path, encoder: HashingEncoder) -> None:
    assert IndexFiles(folder, encoder).load() is None


def test_parts_of_two_indexes_are_not_mixed(
    kept: IndexFiles, folder: Path, make_record: MakeRecord, make_snapshot: MakeSnapshot, tmp_path: Path
) -> None:
    other = IndexFiles(tmp_path / "other", HashingEncoder())
    other.save(make_snapshot([make_record(1, "one passage")]).layers[0].segment, 1)
    stranger = part(tmp_path / "other", "vectors-*.faiss")
    mine = part(folder, "vectors-*.faiss")
    manifest = json.loads((folder / MANIFEST).read_text())
    manifest["parts"]["vectors"] = {
        "file": mine.name,
        "sha256": json.loads((tmp_path / "other" / MANIFEST).read_text())["parts"]["vectors"]["sha256"],
    }
    stranger.replace(mine)
    (folder / MANIFEST).write_text(json.dumps(manifest))
    assert kept.load() is None


def test_a_crash_before_the_rename_leaves_the_old_index(
    kept: IndexFiles,
    folder: Path,
    make_record: MakeRecord,
    make_snapshot: MakeSnapshot,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    fresh = make_snapshot([make_record(1, "something new")]).layers[0].segment

    def crash(*_: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(Path, "replace", crash)
        with pytest.raises(KeyboardInterrupt):
            kept.save(fresh, 13)
    back = kept.load()
    assert back is not None
    assert len(back.records) == 3
    for path in folder.iterdir():
        os.utime(path, (1, 1))
    kept.save(fresh, 13)
    assert sorted(path.name.partition("-")[0] for path in folder.iterdir()) == [MANIFEST, "rest", "vectors"]
    again = kept.load()
    assert again is not None
    assert np.array_equal(again.records.ids, [1])


def test_a_folder_that_cannot_be_written_is_no_harm(
    tmp_path: Path, segment: Segment, caplog: pytest.LogCaptureFixture
) -> None:
    (tmp_path / "index").write_text("a file in the way")
    IndexFiles(tmp_path / "index", HashingEncoder()).save(segment, 1)
    (line,) = caplog.messages
    assert "cannot be kept" in line
