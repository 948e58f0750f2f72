"""Files: sent before the words they go with, and read by staff."""

from typing import Annotated
from urllib.parse import quote

from fastapi import APIRouter, File, Path, Response, UploadFile

from admin_api.http.access import TicketReader, TicketWriter
from admin_api.http.deps import Reading, Wiring
from admin_api.http.errors import problems
from admin_api.schemas.base import MAX_ID
from admin_api.schemas.files import FileOut
from knowledge.conversations.files import IMAGES, MAX_FILE, file_content, keep_file
from knowledge.staff.audit import record

router = APIRouter(prefix="/files", tags=["tickets"])


@router.post("", summary="Send a file", status_code=201, responses=problems(401, 403, 422))
def upload(
    caller: TicketWriter,
    deps: Wiring,
    file: Annotated[UploadFile, File(description="At most 10 MB; pictures, documents, tables, plain text.")],
) -> FileOut:
    """Keep a file; name its id in the `files` of an answer, a question or a note within a day."""
    content = file.file.read(MAX_FILE + 1)
    with deps.database.transaction() as session:
        kept = keep_file(session, file.filename or "file", content)
        record(session, caller.name, "keep file", f"file {kept.id}")
        return FileOut.model_validate(kept)


@router.get("/{file_id}", summary="Read a file", responses=problems(401, 404, 422), response_class=Response)
def read(file_id: Annotated[int, Path(ge=1, le=MAX_ID)], caller: TicketReader, session: Reading) -> Response:
    """Give a file's bytes; a browser shows pictures and saves everything else."""
    kept, content = file_content(session, file_id)
    shown = "inline" if kept.media_type in IMAGES else "attachment"
    headers = {
        "Content-Disposition": f"{shown}; filename*=UTF-8''{quote(kept.name, safe='')}",
        "Content-Security-Policy": "default-src 'none'; sandbox",
        "X-Content-Type-Options": "nosniff",
        "Cache-Control": "private, max-age=3600",
    }
    return Response(content, media_type=kept.media_type, headers=headers)
