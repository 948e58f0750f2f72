"""The page on which a file of entries is brought in."""

from fastapi import APIRouter, Response

from admin_api.console.frame import Curator, PageRoute, draw
from knowledge.importing import mapping_names

router = APIRouter(route_class=PageRoute)


@router.get("/import")
def importing(caller: Curator) -> Response:
    return draw("import.html", caller=caller, mappings=mapping_names())
