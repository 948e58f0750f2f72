"""Errors of the knowledge room: each docstring is the message a person reads, and says what to do next.

Each has a `code` by which programs know it, and which stays when the class gets another name.

PunteError
├── DatabaseUnavailable
├── DatabaseOutdated
├── InvalidInput
│   └── InvalidEntry
├── UnreadableFile
├── NotFound
├── Conflict
├── Taken
└── LoginRefused
"""

from collections.abc import Mapping
from typing import ClassVar


class PunteError(Exception):
    """Something went wrong; look in the desk's log for the details."""

    code: ClassVar[str] = "punte_error"

    def __init__(self, detail: str = "") -> None:
        self.detail = detail
        message = (type(self).__doc__ or "").partition("\n\n")[0].strip()
        super().__init__(f"{message} ({detail})" if detail else message)


class DatabaseUnavailable(PunteError):
    """The database cannot be reached; check PUNTE_DATABASE_URL and that the server runs."""

    code = "database_unavailable"


class DatabaseOutdated(PunteError):
    """The database was made by another version of Punte; run `punte db upgrade`."""

    code = "database_outdated"


class InvalidInput(PunteError):
    """This was refused; correct the named field and send it again.

    `fields` says of each field what is wrong with it, as far as that is known.
    """

    code = "invalid_request"

    def __init__(self, detail: str = "", fields: Mapping[str, str] | None = None) -> None:
        self.fields = dict(fields or {})
        super().__init__(detail)


class InvalidEntry(InvalidInput):
    """The entry was refused; correct the named fields and send it again."""

    code = "invalid_entry"


class UnreadableFile(PunteError):
    """The file cannot be read as entries, so nothing was imported; correct what is named and import it again."""

    code = "unreadable_file"


class NotFound(PunteError):
    """There is no such record; it may have been removed, so list again."""

    code = "not_found"


class Conflict(PunteError):
    """Somebody else was faster; load the record again and repeat what is still needed."""

    code = "conflict"


class Taken(PunteError):
    """This name or address is taken already; choose another one."""

    code = "taken"


class LoginRefused(PunteError):
    """The e-mail address or the password is wrong."""

    code = "login_refused"
