"""Tokens and webhooks, for programs that look after programs."""

from admin_api.client.calls import Calls
from admin_api.schemas.base import Done
from admin_api.schemas.programs import CallOut, TokenIn, TokenMade, TokenOut, WebhookIn, WebhookMade, WebhookOut


class Tokens:
    """The caller's tokens; they need a session (`Desk.log_in`), so that no token makes another one."""

    def __init__(self, calls: Calls) -> None:
        self._calls = calls

    def all(self) -> list[TokenOut]:
        """Return the caller's tokens, without their words."""
        return self._calls.get("/api/tokens", list[TokenOut])

    def make(self, token: TokenIn) -> TokenMade:
        """Make a token; its words are in the reply and nowhere else."""
        return self._calls.tell("POST", "/api/tokens", TokenMade, token)

    def revoke(self, token_id: int) -> None:
        """End a token."""
        self._calls.again("DELETE", f"/api/tokens/{token_id}", Done)


class Webhooks:
    """The programs that the desk calls, for admins; `admin_api.client.verify_webhook` checks its calls."""

    def __init__(self, calls: Calls) -> None:
        self._calls = calls

    def all(self) -> list[WebhookOut]:
        """Return the webhooks."""
        return self._calls.get("/api/webhooks", list[WebhookOut])

    def make(self, webhook: WebhookIn) -> WebhookMade:
        """Have a program called; the secret that signs the calls is in the reply and nowhere else."""
        return self._calls.tell("POST", "/api/webhooks", WebhookMade, webhook)

    def save(self, webhook_id: int, webhook: WebhookIn, *, key: str | None = None) -> WebhookOut:
        """Change a webhook."""
        return self._calls.act("PUT", f"/api/webhooks/{webhook_id}", WebhookOut, webhook, key=key)

    def delete(self, webhook_id: int, *, key: str | None = None) -> None:
        """Delete a webhook."""
        self._calls.act("DELETE", f"/api/webhooks/{webhook_id}", Done, key=key)

    def attempt(self, webhook_id: int, *, key: str | None = None) -> CallOut:
        """Call the program with the event `webhook.test`, which tells of no ticket."""
        return self._calls.act("POST", f"/api/webhooks/{webhook_id}/test", CallOut, key=key)

    def calls(self, webhook_id: int, limit: int = 50) -> list[CallOut]:
        """Return a webhook's last calls and what became of them."""
        return self._calls.get(f"/api/webhooks/{webhook_id}/calls", list[CallOut], {"limit": limit})

    def repeat(self, call_id: int, *, key: str | None = None) -> CallOut:
        """Make a call once more."""
        return self._calls.act("POST", f"/api/webhooks/calls/{call_id}/repeat", CallOut, key=key)
