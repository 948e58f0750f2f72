"""Acts: what an unsafe call does, in one transaction, and once only however often it is sent."""

import hashlib
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Annotated, Any, TypeVar

from fastapi import Depends, Header, Request
from pydantic import BaseModel
from sqlalchemy.orm import Session

from admin_api.http.access import Caller, may
from admin_api.http.deps import Wiring
from admin_api.schemas.base import Done
from knowledge.database import Database
from knowledge.models import Role, Staff
from knowledge.programs.api_tokens import Scope
from knowledge.programs.idempotency import keep, take
from knowledge.staff.audit import record

ONCE = "A call sent again with the same key within a day, after a lost reply, does nothing more and says the same."

Shape = TypeVar("Shape", bound=BaseModel)


@dataclass(frozen=True)
class Act:
    """One unsafe call: who makes it, with which idempotency key (empty: none), and what it asks for."""

    database: Database
    caller: Caller
    key: str
    request_hash: str

    @property
    def staff(self) -> Staff:
        """Who acts."""
        return self.caller.staff

    def once(self, shape: type[Shape], work: Callable[[Session], Shape], *, ticket_id: int | None = None) -> Shape:
        """Do `work` in a transaction and return what it says; for a key that was used, what was said then.

        `ticket_id` is the ticket that the reply tells of, with which it is forgotten.
        """
        with self.database.transaction() as session:
            known = take(session, self.staff.id, self.key, self.request_hash) if self.key else None
            if known is not None:
                return shape.model_validate(known[1])
            said = work(session)
            if self.key:
                body = said.model_dump(mode="json")
                keep(session, self.staff.id, self.key, self.request_hash, 200, body, ticket_id=ticket_id)
        return said

    def audited(
        self,
        shape: type[Shape],
        action: str,
        subject: str,
        work: Callable[[Session], object],
        *,
        ticket_id: int | None = None,
    ) -> Shape:
        """Do `work` once and write it into the audit trail; it returns a `shape`, or the record of one."""

        def done(session: Session) -> Shape:
            said = shape.model_validate(work(session))
            self.trail(session, action, subject)
            return said

        return self.once(shape, done, ticket_id=ticket_id)

    def done(self, action: str, subject: str, work: Callable[[Session], object]) -> Done:
        """Do `work` once and write it into the audit trail, where there is no more to say."""

        def done(session: Session) -> Done:
            work(session)
            return Done()

        return self.audited(Done, action, subject, done)

    def trail(self, session: Session, action: str, subject: str, data: dict[str, Any] | None = None) -> None:
        """Write into the audit trail what was done."""
        record(session, self.caller.name, action, subject, data)


def acting(role: Role, scope: Scope) -> Callable[..., Awaitable[Act]]:
    """Return the dependency of an unsafe route for `role` and above, and for tokens with `scope`."""

    async def act(
        request: Request,
        deps: Wiring,
        caller: Annotated[Caller, Depends(may(role, scope))],
        idempotency_key: Annotated[str, Header(max_length=200, description=ONCE)] = "",
    ) -> Act:
        asked = b" ".join(
            [request.method.encode(), request.url.path.encode(), request.url.query.encode(), await request.body()]
        )
        return Act(deps.database, caller, idempotency_key, hashlib.sha256(asked).hexdigest())

    return act


TicketAct = Annotated[Act, Depends(acting(Role.EXPERT, Scope.TICKETS_WRITE))]
EntryAct = Annotated[Act, Depends(acting(Role.CURATOR, Scope.ENTRIES_WRITE))]
ProfileAct = Annotated[Act, Depends(acting(Role.EXPERT, Scope.STAFF_WRITE))]
StaffAct = Annotated[Act, Depends(acting(Role.ADMIN, Scope.STAFF_WRITE))]
WebhookAct = Annotated[Act, Depends(acting(Role.ADMIN, Scope.WEBHOOKS_WRITE))]
