"""Files of entries, for curators."""

from typing import Annotated

from fastapi import APIRouter, Depends, File, Form, UploadFile

from admin_api.http.access import Access, Caller
from admin_api.http.deps import Deps
from admin_api.http.errors import problems
from admin_api.schemas.base import Typed
from admin_api.schemas.entries import ImportOut, RowOut
from knowledge.errors import UnreadableFile
from knowledge.importing import Mapping, find_mapping, import_file, mapping_names
from knowledge.importing.reading import MAX_FILE_BYTES
from knowledge.models import EntryState, Role
from knowledge.programs.api_tokens import Scope
from knowledge.staff.audit import record


def import_routes(deps: Deps, access: Access) -> APIRouter:
    """Return the routes of importing."""
    router = APIRouter(prefix="/import", tags=["import"])
    writes = access.may(Role.CURATOR, Scope.ENTRIES_WRITE)

    @router.get("/mappings", summary="List the column mappings", responses=problems(401, 403))
    def mappings(caller: Annotated[Caller, Depends(writes)]) -> list[str]:
        return mapping_names()

    @router.post(
        "", summary="Import a file of entries", responses=problems(401, 403, 422), max_body_size=2 * MAX_FILE_BYTES
    )
    def upload(
        caller: Annotated[Caller, Depends(writes)],
        file: Annotated[UploadFile, File(description="JSONL, CSV or YAML, plain or gzipped.")],
        source: Annotated[str, Typed, Form(max_length=200, description="Where it is from; else its name.")] = "",
        mapping: Annotated[str, Form(max_length=100, description="A built-in column mapping; else it is found.")] = "",
        all_or_nothing: Annotated[bool, Form(description="Refuse the whole file for one bad row.")] = True,
        state: Annotated[EntryState, Form(description="Of new entries; stored ones keep theirs.")] = (
            EntryState.PUBLISHED
        ),
    ) -> ImportOut:
        """Bring a file's entries in and report what became of every row. Sending it again changes nothing."""
        name = (file.filename or "upload").replace("\0", "")[-200:]
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
        counts = report.counts()
        with deps.database.transaction() as session:
            record(
                session,
                caller.name,
                "import",
                name,
                {"written": report.written} | {str(key): count for key, count in counts.items()},
            )
        return ImportOut(
            file=report.file,
            format=report.format,
            mapping=report.mapping,
            written=report.written,
            seconds=report.seconds,
            counts=counts,
            unknown_fields=report.unknown_fields,
            rows=[RowOut.model_validate(row) for row in report.rows],
        )

    return router


def _built_in(name: str) -> Mapping:
    """Return a mapping by name; a path is none here, as it would be one on the server."""
    if name not in mapping_names():
        raise UnreadableFile(f"no mapping is called {name}; there are {', '.join(mapping_names())}")
    return find_mapping(name)
