"""Errors of the knowledge room: each docstring is the message a person reads, and says what to do next.

PunteError
├── DatabaseUnavailable
├── DatabaseOutdated
├── InvalidEntry
├── UnreadableFile
├── NotFound
├── Conflict
├── Taken
└── LoginRefused
"""

from collections.abc import Mapping


class PunteError(Exception):
    """Something went wrong; look in the desk's log for the details."""

    def __init__(self, detail: str = "") -> None:
        self.detail = detail
        message = (type(self).__doc__ or "").partition("\n\n")[0].strip()
        super().__init__(f"{message} ({detail})" if detail else message)


class DatabaseUnavailable(PunteError):
    """The database cannot be reached; check PUNTE_DATABASE_URL and that the server runs."""


class DatabaseOutdated(PunteError):
    """The database was made by another version of Punte; run `punte db upgrade`."""


class InvalidEntry(PunteError):
    """This was refused; correct the named field and send it again.

    `fields` says of each field what is wrong with it, as far as that is known.
    """

    def __init__(self, detail: str = "", fields: Mapping[str, str] | None = None) -> None:
        self.fields = dict(fields or {})
        super().__init__(detail)


class UnreadableFile(PunteError):
    """The file cannot be read as entries, so nothing was imported; correct what is named and import it again."""


class NotFound(PunteError):
    """There is no such record; it may have been removed, so list again."""


class Conflict(PunteError):
    """Somebody else was faster; load the record again and repeat what is still needed."""


class Taken(PunteError):
    """This name or address is taken already; choose another one."""


class LoginRefused(PunteError):
    """The e-mail address or the password is wrong."""
