"""Webhooks' calls: whether the desk signed one, and what it tells.

Source: https://github.com/standard-webhooks/standard-webhooks/blob/main/spec/standard-webhooks.md
"""

import base64
import binascii
import hashlib
import hmac
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta

from pydantic import ValidationError

from admin_api.client.errors import BadSignature, Garbled
from admin_api.schemas.programs import WebhookCallBody


def verify_webhook(
    secret: str,
    headers: Mapping[str, str],
    body: bytes,
    *,
    within: timedelta = timedelta(minutes=5),
    moment: datetime | None = None,
) -> WebhookCallBody:
    """Return what a call tells when it is signed with `secret` (`whsec_...`) and its time is `within` of `moment`, now.

    `body` is the request's, byte for byte. A call may come twice: its header `webhook-id` is the same then. Raises
    `BadSignature`, `ValueError` for a secret that is none.
    """
    key = _key(secret)
    known = {name.lower(): value for name, value in headers.items()}
    call_id, said, signatures = (known.get(f"webhook-{name}", "") for name in ("id", "timestamp", "signature"))
    if not (call_id and said and signatures):
        raise BadSignature("a header webhook-id, webhook-timestamp or webhook-signature is missing")
    if not (said.isascii() and said.isdecimal() and len(said) <= 12):
        raise BadSignature("webhook-timestamp is not a time")
    signed = b".".join([call_id.encode("utf-8", "replace"), said.encode(), body])
    right = base64.b64encode(hmac.new(key, signed, hashlib.sha256).digest())
    given = (each.removeprefix("v1,").encode("utf-8", "replace") for each in signatures.split() if each[:3] == "v1,")
    if not any(hmac.compare_digest(each, right) for each in given):
        raise BadSignature("no signature is right")
    if abs((moment or datetime.now(UTC)).timestamp() - int(said)) > within.total_seconds():
        raise BadSignature(f"signed at {said}, which is too far from now")
    try:
        return WebhookCallBody.model_validate_json(body)
    except ValidationError as error:
        raise Garbled("a webhook's call of another shape") from error


def _key(secret: str) -> bytes:
    try:
        return base64.b64decode(secret.removeprefix("whsec_"), validate=True)
    except (binascii.Error, ValueError) as error:
        raise ValueError("The webhook's secret is whsec_ and base64, as the desk showed it once.") from error
