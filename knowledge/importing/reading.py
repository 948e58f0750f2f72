"""Files to records: each with the line it begins on, or with why it could not be read."""

import csv
import gzip
import io
import json
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, BinaryIO

import yaml

from knowledge.errors import UnreadableFile
from knowledge.importing.decoding import decode

MAX_FILE_BYTES = 256 * 2**20
"""What is read of a file at most, unpacked."""

MAX_LINE_BYTES = 2 * 2**20
"""The longest line of JSONL and the longest field of CSV; a longer one is refused, the others are read."""

MAX_YAML_NODES = 1_000_000

_FORMATS = {
    "jsonl": "jsonl", "ndjson": "jsonl", "json": "jsonl", "csv": "csv", "tsv": "csv", "txt": "csv",
    "yaml": "yaml", "yml": "yaml",
}  # fmt: skip
_Loader: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


@dataclass(frozen=True)
class Row:
    """One record of a file, or the problem that kept it from being read."""

    line: int
    record: dict[str, Any] | None
    problem: str = ""


@dataclass(frozen=True)
class Table:
    """A file's rows and what it turned out to be: `jsonl`, `csv (;, cp1250)` or `yaml`."""

    format: str
    rows: list[Row]


def read_table(stream: BinaryIO, name: str) -> Table:
    """Read all rows of a file; raises `UnreadableFile` when it is no list of records at all."""
    data = _unpacked(stream)
    if not data.strip():
        raise UnreadableFile("it is empty")
    kind = _format(data, name)
    if kind == "jsonl":
        if data.startswith(b"PK\x03\x04") or b"\0" in data[:4096]:
            raise UnreadableFile("it is binary, not text")
        table = Table(kind, list(_json_rows(data)))
    elif kind == "yaml":
        table = Table(kind, list(_yaml_rows(decode(data)[0])))
    else:
        text, encoding = decode(data)
        delimiter = _delimiter(text)
        shown = "tab" if delimiter == "\t" else delimiter
        table = Table(f"csv ({shown} {encoding})", list(_csv_rows(text, delimiter)))
    if not table.rows:
        raise UnreadableFile("it holds no records")
    return table


def _unpacked(stream: BinaryIO) -> bytes:
    data = stream.read(MAX_FILE_BYTES + 1)
    if data.startswith(b"\x1f\x8b"):
        try:
            data = gzip.GzipFile(fileobj=io.BytesIO(data)).read(MAX_FILE_BYTES + 1)
        except (OSError, EOFError, zlib.error) as error:
            raise UnreadableFile(f"its gzip packing is damaged: {error}") from error
    if len(data) > MAX_FILE_BYTES:
        raise UnreadableFile(f"it is larger than {MAX_FILE_BYTES // 2**20} MB; split it")
    return data


def _format(data: bytes, name: str) -> str:
    parts = name.lower().removesuffix(".gz").rsplit(".", 1)
    kind = _FORMATS.get(parts[-1]) if len(parts) == 2 else None
    start = data.removeprefix(b"\xef\xbb\xbf").lstrip()[:2]
    if kind is None:
        kind = "jsonl" if start[:1] == b"{" else "yaml" if start == b"- " else "csv"
    if start[:1] == b"[" and kind == "jsonl":
        raise UnreadableFile("it is one JSON list; give one object a line (JSONL)")
    return kind


def _json_rows(data: bytes) -> Iterator[Row]:
    for number, line in enumerate(data.removeprefix(b"\xef\xbb\xbf").split(b"\n"), 1):
        if line.strip():
            yield _json_row(number, line)


def _json_row(number: int, line: bytes) -> Row:
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


def _yaml_rows(text: str) -> Iterator[Row]:
    try:
        loader = _Loader(text)
        node = loader.get_single_node()
        if not isinstance(node, yaml.SequenceNode):
            raise UnreadableFile("YAML must be a list of entries, each beginning with `- `")
        _count_nodes(node)
        for item in node.value:
            line = item.start_mark.line + 1
            record = loader.construct_object(item, deep=True)
            if isinstance(record, dict):
                yield Row(line, record)
            else:
                yield Row(line, None, f"not an entry with fields but a {type(record).__name__}")
    except (yaml.YAMLError, RecursionError, ValueError) as error:
        raise UnreadableFile(f"broken YAML: {' '.join(str(error).split())[:300]}") from error


def _count_nodes(node: yaml.Node) -> None:
    """Refuse YAML whose anchors unfold into more than memory holds."""
    waiting, count = [node], 0
    while waiting:
        count += 1
        if count > MAX_YAML_NODES:
            raise UnreadableFile("YAML: it unfolds into too many nodes; write its anchors out or split it")
        found = waiting.pop()
        if isinstance(found, yaml.SequenceNode):
            waiting.extend(found.value)
        elif isinstance(found, yaml.MappingNode):
            waiting.extend(part for pair in found.value for part in pair)


def _delimiter(text: str) -> str:
    """Return the delimiter that splits the first lines into the most columns, all lines alike."""
    sample = text[:60_000]
    best, best_score = ",", (0.0, 0)
    for delimiter in (",", ";", "\t", "|"):
        try:
            widths = [len(row) for row in csv.reader(io.StringIO(sample), delimiter=delimiter)][:30]
        except csv.Error:
            continue
        if widths and widths[0] > 1:
            score = (widths.count(widths[0]) / len(widths), widths[0])
            if score > best_score:
                best, best_score = delimiter, score
    return best


def _csv_rows(text: str, delimiter: str) -> Iterator[Row]:
    csv.field_size_limit(MAX_LINE_BYTES)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
    heading: list[str] | None = None
    before = 0
    while True:
        try:
            cells = next(reader)
        except StopIteration:
            return
        except csv.Error as error:
            yield Row(before + 1, None, f"broken CSV: {error}")
            before = reader.line_num
            continue
        line, before = before + 1, reader.line_num
        if not any(cell.strip() for cell in cells):
            continue
        if heading is None:
            heading = _heading(cells)
        elif len(cells) != len(heading):
            yield Row(line, None, f"{len(cells)} columns, where the heading has {len(heading)}")
        else:
            yield Row(line, dict(zip(heading, cells, strict=True)))


def _heading(cells: list[str]) -> list[str]:
    names = [cell.strip() or f"column {number}" for number, cell in enumerate(cells, 1)]
    doubled = {name for name in names if names.count(name) > 1}
    if doubled:
        raise UnreadableFile(f"line 1: the heading names {', '.join(sorted(doubled))} twice")
    if len(names) < 2:
        raise UnreadableFile("line 1: the heading names one column only; is it a CSV file with commas or semicolons?")
    return names
