"""Entries from files: JSONL, CSV and YAML, of our own shape or by a mapping of columns."""

from knowledge.importing.importer import import_file
from knowledge.importing.mapping import Mapping, find_mapping, load_mapping, mapping_names
from knowledge.importing.report import ImportReport, RowOutcome, RowReport

__all__ = [
    "ImportReport",
    "Mapping",
    "RowOutcome",
    "RowReport",
    "find_mapping",
    "import_file",
    "load_mapping",
    "mapping_names",
]
