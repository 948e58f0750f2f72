"""The shape of a file."""

from pydantic import Field

from admin_api.schemas.base import Out


class FileOut(Out):
    """A file; its bytes are at `GET /api/files/{id}`."""

    id: int
    name: str = Field(examples=["annex-2.pdf"])
    media_type: str = Field(examples=["application/pdf"])
    size: int = Field(description="Bytes.", examples=[48213])
