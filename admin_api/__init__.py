"""The staff's door: `create_router` for the REST API and the console, `install_errors` for their errors."""

from admin_api.deps import Deps, Search
from admin_api.door import create_router
from admin_api.errors import STATUS, install_errors

__all__ = ["STATUS", "Deps", "Search", "create_router", "install_errors"]
