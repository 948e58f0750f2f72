"""A client of the desk's API for other programs; beside httpx it needs the API's shapes and little more of the desk.

>>> from admin_api.client import Desk, Refused
>>> with Desk(url, token) as desk:
...     for ticket in desk.tickets.all(state=["open"], country=["RS"]):
...         held = desk.tickets.claim(ticket.id)
...         form = desk.files.send("form.txt", b"Annex 2")
...         answered = desk.tickets.answer(ticket.id, "Apply at the Chamber with this form.", files=[form.id])
...         print(held.state, answered.number, answered.state, answered.timeline[-1].delivery.state)
...     try:
...         desk.tickets.claim(4711)
...     except Refused as error:
...         print(error.status, error.problem.error)
claimed P-1 answered pending
404 not_found
"""

from admin_api.client.desk import Desk
from admin_api.client.errors import (
    BadSignature,
    Conflicting,
    DeskError,
    Forbidden,
    Garbled,
    Invalid,
    Missing,
    Refused,
    Throttled,
    Troubled,
    Unauthorised,
    Unreachable,
)
from admin_api.client.signatures import verify_webhook

__all__ = [
    "BadSignature",
    "Conflicting",
    "Desk",
    "DeskError",
    "Forbidden",
    "Garbled",
    "Invalid",
    "Missing",
    "Refused",
    "Throttled",
    "Troubled",
    "Unauthorised",
    "Unreachable",
    "verify_webhook",
]
