"""CSV and its kin: a heading and rows of as many columns, split by whichever delimiter fits, in whichever encoding."""

import csv
import io
from collections.abc import Collection, Iterator

from knowledge.errors import UnreadableFile
from knowledge.importing.readers.decoding import decode
from knowledge.importing.readers.table import MAX_LINE_BYTES, Row, Table

SUFFIXES: Collection[str] = ("csv", "tsv", "txt")


def begins(start: bytes) -> bool:
    """Say that any text may be a table: this form is tried last."""
    return True


def read(data: bytes) -> Table:
    """Return the rows of a file by its heading; raises `UnreadableFile` for a heading that names no columns."""
    text, encoding = decode(data)
    delimiter = _delimiter(text)
    shown = "tab" if delimiter == "\t" else delimiter
    return Table(f"csv ({shown} {encoding})", list(_rows(text, delimiter)))


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


def _rows(text: str, delimiter: str) -> Iterator[Row]:
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
