"""Tokens by which other programs come in; only sessions may make them, so that no token makes another one."""

from typing import Annotated

from fastapi import APIRouter, Path

from admin_api.http.access import Member
from admin_api.http.deps import Reading, Wiring
from admin_api.http.errors import problems
from admin_api.schemas.base import MAX_ID, Done
from admin_api.schemas.programs import TokenIn, TokenMade, TokenOut
from knowledge.programs.api_tokens import make_token, revoke_token, tokens_of
from knowledge.staff.audit import record

TokenId = Annotated[int, Path(ge=1, le=MAX_ID)]


router = APIRouter(prefix="/tokens", tags=["programs"])


@router.get("", summary="List my tokens", responses=problems(401, 403))
def tokens(caller: Member, session: Reading) -> list[TokenOut]:
    return [TokenOut.model_validate(token) for token in tokens_of(session, caller.staff.id)]


@router.post("", summary="Make a token", status_code=201, responses=problems(401, 403, 422))
def make(body: TokenIn, caller: Member, deps: Wiring) -> TokenMade:
    """Make a token for a program; it may do what its scopes say, within what your role may."""
    with deps.database.transaction() as session:
        token, plain = make_token(session, caller.staff, body.name, body.scopes, body.expires_at)
        record(session, caller.name, "make token", f"token {token.id}", {"scopes": token.scopes})
        return TokenMade(token=plain, about=TokenOut.model_validate(token))


@router.delete("/{token_id}", summary="End a token", responses=problems(401, 403, 404, 422))
def revoke(token_id: TokenId, caller: Member, deps: Wiring) -> Done:
    with deps.database.transaction() as session:
        revoke_token(session, caller.staff, token_id)
        record(session, caller.name, "end token", f"token {token_id}")
    return Done()
