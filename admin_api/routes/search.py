"""What the desk would find for a question."""

from typing import Annotated

from fastapi import APIRouter, Query
from starlette.concurrency import run_in_threadpool

from admin_api.http.access import EntryReader
from admin_api.http.deps import Deps, Wiring
from admin_api.http.errors import SearchUnavailable, problems
from admin_api.schemas.search import SearchOut
from admin_api.views.entries import hits_out
from index.model import Filters, SearchResult
from knowledge.errors import InvalidInput, PunteError
from knowledge.languages import parse_tag
from knowledge.models import Kind

router = APIRouter(tags=["desk"])


@router.get("/search", summary="What would the desk find?", responses=problems(401, 422, 503))
async def search(
    caller: EntryReader,
    deps: Wiring,
    q: Annotated[str, Query(min_length=1, max_length=4000, description="A question, as an asker puts it.")],
    kind: Annotated[list[Kind], Query()] = [],  # noqa: B006
    country: Annotated[list[str], Query()] = [],  # noqa: B006
    language: Annotated[str, Query(max_length=20, description="Of the question; else it is detected.")] = "",
    limit: Annotated[int, Query(ge=1, le=50)] = 8,
) -> SearchOut:
    tag = parse_tag(language) if language else await run_in_threadpool(deps.detect, q)
    if tag is None:
        raise InvalidInput(f"language: {language!r} is not one of the desk's languages")
    filters = Filters(kinds=tuple(kind), countries=tuple(country))
    try:
        result = await deps.search.search(q, filters, language=tag, today=deps.today(), limit=limit)
    except PunteError:
        raise
    except Exception as error:
        raise SearchUnavailable(type(error).__name__) from error
    return await run_in_threadpool(_found, deps, result, tag)


def _found(deps: Deps, result: SearchResult, tag: str) -> SearchOut:
    hits = hits_out(deps.database, result)
    return SearchOut(language=tag, probability=result.probability, candidates=result.candidates, hits=hits)
