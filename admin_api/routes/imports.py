"""Files of entries, for curators."""

from typing import Annotated

from fastapi import APIRouter, File, Form, UploadFile

from admin_api.http.access import EntryWriter
from admin_api.http.deps import Wiring
from admin_api.http.errors import problems
from admin_api.schemas.base import Typed
from admin_api.schemas.imports import ImportOut, RowOut
from knowledge.cleaning import clean_line
from knowledge.errors import UnreadableFile
from knowledge.importing import ImportReport, Mapping, find_mapping, import_file, mapping_names
from knowledge.importing.reading import MAX_FILE_BYTES
from knowledge.models import EntryState
from knowledge.staff.audit import record

LONGEST_BODY = 2 * MAX_FILE_BYTES
"""Bytes that are read of an upload; a file that is a little too large is told so in words."""

router = APIRouter(prefix="/import", tags=["import"])


@router.get("/mappings", summary="List the column mappings", responses=problems(401, 403))
def mappings(caller: EntryWriter) -> list[str]:
    return mapping_names()


@router.post("", summary="Import a file of entries", responses=problems(401, 403, 422), max_body_size=LONGEST_BODY)
def upload(
    caller: EntryWriter,
    deps: Wiring,
    file: Annotated[UploadFile, File(description="JSONL, CSV or YAML, plain or gzipped.")],
    source: Annotated[str, Typed, Form(max_length=200, description="Where it is from; else its name.")] = "",
    mapping: Annotated[str, Form(max_length=100, description="A built-in column mapping; else it is found.")] = "",
    all_or_nothing: Annotated[bool, Form(description="Refuse the whole file for one bad row.")] = True,
    state: Annotated[EntryState, Form(description="Of new entries; stored ones keep theirs.")] = (EntryState.PUBLISHED),
) -> ImportOut:
    """Bring a file's entries in and report what became of every row. Sending it again changes nothing."""
    name = clean_line(file.filename or "upload")[-200:]
    report = import_file(
        deps.database,
        file.file,
        name=name,
        source=source.strip() or name,
        mapping=_built_in(mapping) if mapping else None,
        detect=deps.detect,
        all_or_nothing=all_or_nothing,
        state=state,
    )
    with deps.database.transaction() as session:
        counts = {str(outcome): count for outcome, count in report.counts().items()}
        record(session, caller.name, "import", name, {"written": report.written} | counts)
    return _report(report)


def _report(report: ImportReport) -> ImportOut:
    return ImportOut(
        file=report.file,
        format=report.format,
        mapping=report.mapping,
        written=report.written,
        seconds=report.seconds,
        counts=report.counts(),
        unknown_fields=report.unknown_fields,
        rows=[RowOut.model_validate(row) for row in report.rows],
    )


def _built_in(name: str) -> Mapping:
    """Return a mapping by name; a path is none here, as it would be one on the server."""
    if name not in mapping_names():
        raise UnreadableFile(f"no mapping is called {name}; there are {', '.join(mapping_names())}")
    return find_mapping(name)
