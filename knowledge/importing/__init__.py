"""Entries from files: JSONL, CSV and YAML, of our own shape or by a mapping of columns."""

from knowledge.importing.importer import import_file
from knowledge.importing.mapping import Mapping, find_mapping, mapping_names
from knowledge.importing.report import ImportReport, RowOutcome

__all__ = [
    "ImportReport",
    "Mapping",
    "RowOutcome",
    "find_mapping",
    "import_file",
    "mapping_names",
]
