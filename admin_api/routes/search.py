"""What the desk would find, and the desk in numbers."""

from typing import Annotated

from fastapi import APIRouter, Depends, Query
from starlette.concurrency import run_in_threadpool

from admin_api.http.access import Access, Caller
from admin_api.http.deps import Deps
from admin_api.http.errors import SearchUnavailable, problems
from admin_api.schemas.entries import SearchOut
from admin_api.schemas.overview import Overview
from admin_api.views.entries import hits_out, overview
from index.model import Filters, SearchResult
from knowledge.errors import InvalidEntry, PunteError
from knowledge.languages import parse_tag
from knowledge.models import Kind, Role
from knowledge.programs.api_tokens import Scope


def desk_routes(deps: Deps, access: Access) -> APIRouter:
    """Return the routes of search and overview."""
    router = APIRouter(tags=["desk"])
    reads = access.may(Role.EXPERT, Scope.ENTRIES_READ)
    counts = access.may(Role.EXPERT, Scope.FIGURES_READ)

    @router.get("/search", summary="What would the desk find?", responses=problems(401, 422, 503))
    async def search(
        caller: Annotated[Caller, Depends(reads)],
        q: Annotated[str, Query(min_length=1, max_length=4000, description="A question, as an asker puts it.")],
        kind: Annotated[list[Kind], Query()] = [],  # noqa: B006
        country: Annotated[list[str], Query()] = [],  # noqa: B006
        language: Annotated[str, Query(max_length=20, description="Of the question; else it is detected.")] = "",
        limit: Annotated[int, Query(ge=1, le=50)] = 8,
    ) -> SearchOut:
        tag = parse_tag(language) if language else await run_in_threadpool(deps.detect, q)
        if tag is None:
            raise InvalidEntry(f"language: {language!r} is not one of the desk's languages")
        filters = Filters(kinds=tuple(kind), countries=tuple(country))
        try:
            result = await deps.search.search(q, filters, language=tag, today=deps.today(), limit=limit)
        except PunteError:
            raise
        except Exception as error:
            raise SearchUnavailable(type(error).__name__) from error
        return await run_in_threadpool(_found, deps, result, tag)

    @router.get("/overview", summary="The desk in numbers", responses=problems(401))
    def numbers(caller: Annotated[Caller, Depends(counts)]) -> Overview:
        with deps.database.reading() as session:
            return overview(session, caller.staff)

    return router


def _found(deps: Deps, result: SearchResult, tag: str) -> SearchOut:
    hits = hits_out(deps.database, result)
    return SearchOut(language=tag, probability=result.probability, candidates=result.candidates, hits=hits)
