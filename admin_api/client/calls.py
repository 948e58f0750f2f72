"""One call of the desk's API: sent, sent again while that is safe and may help, and read."""

import time
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from functools import cache
from typing import Any, TypeVar
from uuid import uuid4

import httpx
from pydantic import BaseModel, TypeAdapter, ValidationError

from admin_api.client.errors import Garbled, Refused, Unreachable, refusal
from admin_api.schemas.base import Problem
from knowledge.retrying import Backoff

_NEVER_SENT = (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout)
_PASSING = frozenset({502, 503, 504})

Shape = TypeVar("Shape")
Query = Mapping[str, Any]


class Calls:
    """Sends calls to a desk with a token.

    A call that may be carried out twice without harm, because it only reads or has an idempotency key, is sent again
    when the connection fails and after 502, 503 and 504; others only when they were surely not carried out. All are
    sent again after 429, when the desk says. This goes on for `patience_s`, with growing pauses of uneven length.
    """

    def __init__(self, http: httpx.Client, token: str, patience_s: float, backoff: Backoff) -> None:
        self.http = http
        self.token = token
        self.patience_s = patience_s
        self.backoff = backoff

    def get(self, path: str, shape: type[Shape], query: Query | None = None) -> Shape:
        """Read something."""
        return read(self.send("GET", path, query=query), shape)

    def act(
        self,
        method: str,
        path: str,
        shape: type[Shape],
        body: object = None,
        *,
        key: str | None = None,
        query: Query | None = None,
    ) -> Shape:
        """Do something once, however often it has to be sent: under `key`, else one made for it."""
        return read(self.send(method, path, query=query, body=body, key=key or uuid4().hex), shape)

    def again(self, method: str, path: str, shape: type[Shape], body: object = None) -> Shape:
        """Do something that needs no key, as it comes to the same when it is done twice."""
        return read(self.send(method, path, body=body), shape)

    def tell(self, method: str, path: str, shape: type[Shape], body: object = None) -> Shape:
        """Do something for which the desk takes no key: it is not sent again once it may have been carried out."""
        return read(self.send(method, path, body=body, safe=False), shape)

    def send(
        self,
        method: str,
        path: str,
        *,
        query: Query | None = None,
        body: object = None,
        key: str = "",
        safe: bool = True,
        **more: Any,
    ) -> httpx.Response:
        """Send a call, again while that is safe, and return the reply; raises `DeskError`."""
        headers = self.headers() | ({"Idempotency-Key": key} if key else {})
        if body is not None:
            more["json"] = plain(body)
        until, tries = time.monotonic() + self.patience_s, 0
        while True:
            tries += 1
            wait = self.backoff.pause(tries)
            error: Refused | Unreachable
            try:
                reply = self.http.request(method, path, params=given(query or {}), headers=headers, **more)
            except httpx.TransportError as problem:
                error, again = unreachable(problem), safe or isinstance(problem, _NEVER_SENT)
            else:
                if reply.is_success:
                    return reply
                error = refused(reply)
                again = reply.status_code == 429 or (safe and reply.status_code in _PASSING)
                wait = max(wait, error.retry_after or 0)
            if not again or time.monotonic() + wait > until:
                raise error
            time.sleep(wait)

    def headers(self) -> dict[str, str]:
        """Return the headers by which the desk knows the caller."""
        return {"Authorization": f"Bearer {self.token}"} if self.token else {}


def read(reply: httpx.Response, shape: type[Shape]) -> Shape:
    """Return what a reply says; raises `Garbled`."""
    known: Any = shape
    try:
        said: Shape = _adapter(known).validate_json(reply.content)
    except ValidationError as error:
        raise Garbled(_shown(reply)) from error
    return said


def given(query: Query) -> httpx.QueryParams:
    """Return a query without what was not given; lists are repeated."""
    pairs: list[tuple[str, str | int | float | bool | None]] = []
    for name, value in query.items():
        for each in value if isinstance(value, Sequence) and not isinstance(value, str) else (value,):
            if each is not None and each is not False:
                pairs.append((name, "true" if each is True else str(each)))
    return httpx.QueryParams(pairs)


def plain(body: object) -> object:
    """Return a body as JSON has it; of a shape only what was said."""
    if isinstance(body, BaseModel):
        return body.model_dump(mode="json", exclude_unset=True)
    return TypeAdapter(Any).dump_python(body, mode="json")


def refused(reply: httpx.Response) -> Refused:
    """Return the exception for a reply that is no success; what is not the desk's is told in its words."""
    try:
        problem = Problem.model_validate_json(reply.content)
    except ValidationError:
        problem = Problem(error="not_the_desk", message="Something else than the desk replied.", detail=_shown(reply))
    return refusal(reply.status_code, problem, _retry_after(reply))


def unreachable(error: httpx.TransportError) -> Unreachable:
    """Return the exception for a call without a reply."""
    return Unreachable(f"{type(error).__name__}: {error}".rstrip(": "))


def _retry_after(reply: httpx.Response) -> float | None:
    said = reply.headers.get("retry-after", "").strip()
    if said.isdecimal():
        return float(said)
    try:
        moment = parsedate_to_datetime(said)
    except (TypeError, ValueError):
        return None
    return max(0.0, (moment.replace(tzinfo=moment.tzinfo or UTC) - datetime.now(UTC)).total_seconds())


def _shown(reply: httpx.Response) -> str:
    kind = reply.headers.get("content-type", "no content type")
    return f"{reply.status_code}, {kind}: {' '.join(reply.text.split())[:200]}"


@cache
def _adapter(shape: Any) -> TypeAdapter[Any]:
    return TypeAdapter(shape)
