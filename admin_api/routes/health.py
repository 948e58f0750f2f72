"""Whether the process lives and whether the desk can answer."""

import asyncio

from fastapi import APIRouter, Response

from admin_api.http.deps import Deps, Wiring
from admin_api.http.errors import problems
from admin_api.schemas.overview import Readiness

CHECK_TIMEOUT_S = 5


router = APIRouter(tags=["health"])


@router.get("/healthz", summary="Is the process alive?")
async def alive() -> dict[str, str]:
    return {"status": "alive"}


@router.get("/readyz", summary="Can the desk answer?", responses={503: {"model": Readiness}, **problems()})
async def ready(response: Response, deps: Wiring) -> Readiness:
    said = await asyncio.gather(*(_ask(deps, name) for name in deps.checks))
    parts = dict(zip(deps.checks, said, strict=True))
    healthy = all(words == "ok" for words in parts.values())
    response.status_code = 200 if healthy else 503
    response.headers["Cache-Control"] = "no-store"
    return Readiness(ready=healthy, parts=parts)


async def _ask(deps: Deps, name: str) -> str:
    try:
        return await asyncio.wait_for(deps.checks[name](), CHECK_TIMEOUT_S) or "ok"
    except TimeoutError:
        return f"no word within {CHECK_TIMEOUT_S} s"
    except Exception as error:  # a part may fail in any way; readiness only reports it
        return str(error) or type(error).__name__
