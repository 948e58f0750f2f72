"""JSONL: one object a line, UTF-8."""

import json
from collections.abc import Collection, Iterator

from knowledge.errors import UnreadableFile
from knowledge.importing.readers.table import MAX_LINE_BYTES, Row, Table

SUFFIXES: Collection[str] = ("jsonl", "ndjson", "json")
_BOM = b"\xef\xbb\xbf"


def begins(start: bytes) -> bool:
    """Say whether a file begins as an object."""
    return start[:1] == b"{"


def read(data: bytes) -> Table:
    """Return the objects of a file, a broken line as its problem; raises `UnreadableFile` for a list and for bytes."""
    if data.removeprefix(_BOM).lstrip()[:1] == b"[":
        raise UnreadableFile("it is one JSON list; give one object a line (JSONL)")
    if data.startswith(b"PK\x03\x04") or b"\0" in data[:4096]:
        raise UnreadableFile("it is binary, not text")
    return Table("jsonl", list(_rows(data)))


def _rows(data: bytes) -> Iterator[Row]:
    for number, line in enumerate(data.removeprefix(_BOM).split(b"\n"), 1):
        if line.strip():
            yield _row(number, line)


def _row(number: int, line: bytes) -> Row:
    if len(line) > MAX_LINE_BYTES:
        return Row(number, None, f"the line is {len(line) / 2**20:.1f} MB long; at most {MAX_LINE_BYTES // 2**20} MB")
    try:
        record = json.loads(line.decode("utf-8"), parse_constant=_no_constant)
    except UnicodeDecodeError as error:
        return Row(number, None, f"not UTF-8 at byte {error.start + 1} of the line")
    except json.JSONDecodeError as error:
        return Row(number, None, f"broken JSON at character {error.pos + 1}: {error.msg}")
    except (ValueError, RecursionError) as error:
        return Row(number, None, f"broken JSON: {error}")
    if not isinstance(record, dict):
        return Row(number, None, f"not an object in braces but a {type(record).__name__}")
    return Row(number, record)


def _no_constant(name: str) -> None:
    raise ValueError(f"{name} is no JSON number")
