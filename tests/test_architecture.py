"""The house's arrows, held: who may import whom, and what stays behind which door. See tests/README.md."""

import ast
import re
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from fnmatch import fnmatch
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
ROOMS = ("knowledge", "index", "nlu", "bot", "admin_api")
MAX_LINES = 300
MAX_MODULES = 20
MAX_SCRIPT_LINES = 300

MAY_IMPORT = {
    "knowledge": (),
    "index": ("knowledge",),
    "nlu": (
        "knowledge.clock", "knowledge.languages", "knowledge.packaged", "knowledge.region", "knowledge.retrying",
        "knowledge.taxonomy",
    ),
    "bot": ("nlu", "index", "knowledge"),
    "admin_api": ("index", "knowledge"),
}  # fmt: skip
WHY = {
    "knowledge": "what the desk knows must be readable without any of its other rooms",
    "index": "the index is derived from knowledge alone",
    "nlu": "understanding is words only and must run without a database, so it may use what is pure and nothing more",
    "bot": "the admin API is wired in bot/main.py and nowhere else",
    "admin_api": "the admin API must work while no bot runs",
}
SHELVES = {
    "knowledge": (),
    "knowledge/taxonomy": ("knowledge",),
    "knowledge/models": ("knowledge",),
    "knowledge/coordination": ("knowledge/models",),
    "knowledge/entries": ("knowledge", "knowledge/models", "knowledge/taxonomy"),
    "knowledge/importing": (
        "knowledge", "knowledge/models", "knowledge/taxonomy", "knowledge/entries", "knowledge/importing/readers",
    ),
    "knowledge/importing/readers": ("knowledge",),
    "knowledge/conversations": ("knowledge", "knowledge/models", "knowledge/coordination", "knowledge/entries"),
    "knowledge/staff": ("knowledge", "knowledge/models"),
    "knowledge/programs": ("knowledge", "knowledge/models", "knowledge/coordination"),
    "knowledge/notices": (
        "knowledge", "knowledge/models", "knowledge/coordination", "knowledge/conversations", "knowledge/staff",
    ),
    "knowledge/tickets": (
        "knowledge", "knowledge/models", "knowledge/entries", "knowledge/conversations", "knowledge/staff",
        "knowledge/programs", "knowledge/notices",
    ),
    "knowledge/learning": (
        "knowledge", "knowledge/models", "knowledge/entries", "knowledge/staff", "knowledge/notices",
        "knowledge/tickets",
    ),
    "knowledge/privacy": ("knowledge/models", "knowledge/conversations", "knowledge/notices", "knowledge/tickets"),
    "knowledge/reporting": ("knowledge/models", "knowledge/staff", "knowledge/tickets"),
    "index": (),
    "index/encoding": ("index",),
    "index/stores": ("index",),
    "index/segments": ("index", "index/stores"),
    "index/ranking": ("index", "index/encoding", "index/stores", "index/segments"),
    "index/live": ("index", "index/encoding", "index/stores", "index/segments", "index/ranking"),
    "index/measuring": ("index", "index/encoding", "index/segments", "index/ranking", "index/live"),
    "index/everyday": ("index",),
    "index/fitting": (
        "index", "index/everyday", "index/encoding", "index/segments", "index/ranking", "index/measuring",
    ),
    "index/training": (
        "index", "index/everyday", "index/encoding", "index/measuring", "index/training/data", "index/training/pieces",
    ),
    "index/training/data": ("index/everyday", "index/fitting", "index/training"),
    "index/training/pieces": ("index/training",),
    "nlu": ("nlu/extraction",),
    "nlu/extraction": ("nlu",),
    "nlu/rasa": ("nlu", "nlu/extraction"),
    "bot": (),
    "bot/dialogue": ("bot",),
    "bot/wording": ("bot", "bot/dialogue"),
    "bot/turns": ("bot", "bot/dialogue", "bot/wording"),
    "bot/staff": ("bot", "bot/dialogue", "bot/wording", "bot/turns"),
    "bot/delivery": ("bot", "bot/dialogue", "bot/wording"),
    "bot/channels": ("bot", "bot/wording", "bot/delivery", "bot/channels/*"),
    "bot/channels/*": ("bot", "bot/dialogue", "bot/wording", "bot/delivery", "bot/channels"),
    "bot/cli": ("bot", "bot/channels"),
    "admin_api": ("admin_api/http", "admin_api/routes", "admin_api/console"),
    "admin_api/schemas": (),
    "admin_api/wording": (),
    "admin_api/http": ("admin_api/schemas", "admin_api/wording"),
    "admin_api/views": ("admin_api/schemas", "admin_api/wording"),
    "admin_api/routes": ("admin_api/schemas", "admin_api/http", "admin_api/views"),
    "admin_api/console": (
        "admin_api/schemas", "admin_api/wording", "admin_api/http", "admin_api/views", "admin_api/routes",
    ),
    "admin_api/client": ("admin_api/schemas",),
}  # fmt: skip
"""Which shelves of its own room a shelf may import; a room's name stands for the modules that lie on no shelf. Modules
of one shelf may import one another. To add a shelf, say here what it needs; a line with a star is for each folder."""

WIRING = ("bot/main.py", "bot/desk.py", "bot/home.py", "knowledge/migrations")
"""What may import every shelf of its room: it puts the others together."""

BEHIND = {
    "faiss": ("index/stores",),
    "onnxruntime": ("index/encoding/onnx_encoder.py", "index/training/onnx_file.py", "index/training/teacher.py"),
    "sentence_transformers": ("index/encoding/encoder.py",),
    "telegram": ("bot/channels/telegram",),
    "admin_api": ("admin_api", "bot/main.py"),
    "bot.settings": (
        "bot/settings.py",
        "bot/main.py",
        "bot/desk.py",
        "bot/home.py",
        "bot/cli",
        "bot/channels/registry.py",
        "bot/channels/*/builder.py",
    ),
    "rasa": ("nlu/rasa/launch.py",),
    "aiosmtplib": ("bot/channels/email",),
    "email_validator": ("knowledge/staff/contacts.py",),
    "holidays": ("knowledge/staff/worktime.py",),
    "itsdangerous": ("bot/channels/web/tokens.py",),
    "markdown_it": ("knowledge/entries/markdown.py",),
    "phonenumbers": ("knowledge/staff/contacts.py", "knowledge/learning/personal_data.py"),
    "presidio_analyzer": ("knowledge/learning/personal_data.py",),
    "psycopg": ("knowledge/coordination/pg_notify.py",),
    "puremagic": ("knowledge/conversations/files.py",),
    "segno": ("bot/channels/web/qr.py",),
    "sklearn": ("nlu/keywords.py",),
    "standardwebhooks": ("knowledge/programs/webhooks.py",),
    "stdnum": ("knowledge/learning/personal_data.py",),
    "tldextract": ("knowledge/learning/personal_data.py",),
    "torch": ("index/encoding", "index/training"),
}
"""Modules that only the named files and folders may import, so that another one can take their place."""

SQL = (
    "knowledge", "index/segments/source.py", "index/live/vector_cache.py", "index/measuring/benchmark.py",
    "index/measuring/filling.py",
)  # fmt: skip
"""Where SQL statements are: the verbs of knowledge, the two files by which the index reads it in bulk, and the
benchmark, which fills a database of its own."""

WITHOUT_STATEMENTS = {
    "sqlalchemy.orm.Session",
    "sqlalchemy.engine.make_url",
    "sqlalchemy.exc.ArgumentError",
}
"""What others may have of sqlalchemy: the transaction they hand on, and the reading of a database's address."""


@dataclass(frozen=True)
class Import:
    """That a file imports a module or a name of one; `late` says that it does so inside a function."""

    file: str
    line: int
    name: str
    late: bool

    def __str__(self) -> str:
        return f"{self.file}:{self.line} imports {self.name}"


def files() -> list[str]:
    return sorted(
        path.relative_to(ROOT).as_posix()
        for room in ROOMS
        for path in (ROOT / room).rglob("*.py")
        if "node_modules" not in path.parts
    )


@cache
def tree(file: str) -> ast.Module:
    return ast.parse((ROOT / file).read_text(encoding="utf-8"), file)


@cache
def imports(file: str) -> tuple[Import, ...]:
    module = tree(file)
    late = {id(node) for function in ast.walk(module) if _is_function(function) for node in ast.walk(function)}
    found: list[Import] = []
    for node in ast.walk(module):
        if isinstance(node, ast.Import):
            found.extend(Import(file, node.lineno, alias.name, id(node) in late) for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            source = absolute(file, node)
            found.extend(Import(file, node.lineno, f"{source}.{alias.name}", id(node) in late) for alias in node.names)
    return tuple(found)


def _is_function(node: ast.AST) -> bool:
    return isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda))


def absolute(file: str, node: ast.ImportFrom) -> str:
    if not node.level:
        return node.module or ""
    package = Path(file).parts[: -node.level]
    return ".".join([*package, *(node.module or "").split(".")]).rstrip(".")


def inside(name: str, module: str) -> bool:
    return name == module or name.startswith(f"{module}.")


def in_place(file: str, places: tuple[str, ...]) -> bool:
    return any(fnmatch(file, place) or file.startswith(f"{place}/") for place in places)


def module_of(file: str) -> str:
    return file.removesuffix(".py").removesuffix("/__init__").replace("/", ".")


@pytest.mark.parametrize("room", ROOMS)
def test_a_room_imports_only_the_rooms_below_it(room: str) -> None:
    allowed = MAY_IMPORT[room]
    for file in files():
        if not file.startswith(f"{room}/") or file == "bot/main.py":
            continue
        for each in imports(file):
            other = each.name.partition(".")[0]
            if other not in (*ROOMS, "tests") or other == room:
                continue
            assert any(inside(each.name, module) for module in allowed), (
                f"{each}, but {room} may import only {' and '.join(allowed) or 'nothing of ours'}: {WHY[room]}. "
                "Let the caller hand in what is needed, as a plain value or behind a Protocol of the room's own."
            )


def shelf_of(file: str) -> str:
    return file.rpartition("/")[0]


def shelves_below(shelf: str) -> tuple[str, ...] | None:
    return next((SHELVES[name] for name in (shelf, f"{shelf_of(shelf)}/*") if name in SHELVES), None)


def in_shelves(shelf: str, names: tuple[str, ...]) -> bool:
    return shelf in names or f"{shelf_of(shelf)}/*" in names


@pytest.mark.parametrize("shelf", sorted({shelf_of(file) for file in files()}))
def test_a_shelf_imports_only_the_shelves_below_it(shelf: str) -> None:
    if in_place(shelf, WIRING):
        return
    allowed = shelves_below(shelf)
    assert allowed is not None, (
        f"{shelf}/ is a new shelf: say in SHELVES which others of its room it may import, or put its modules on the "
        "shelf of the feature that they belong to."
    )
    known = {module_of(file): file for file in files()}
    for file in files():
        if shelf_of(file) != shelf or in_place(file, WIRING):
            continue
        for each in imports(file):
            target = known.get(each.name) or known.get(each.name.rpartition(".")[0])
            if target is None or target.partition("/")[0] != shelf.partition("/")[0]:
                continue
            other = shelf_of(target)
            assert other == shelf or in_shelves(other, allowed), (
                f"{each}, but {shelf}/ may import only {', '.join(allowed) or 'itself'} of its room. "
                "Move the function to the shelf whose subject it is, or let the caller hand in what is needed."
            )


@pytest.mark.parametrize("shelf", sorted({shelf_of(file) for file in files()}))
def test_a_shelf_holds_no_more_than_one_can_look_over(shelf: str) -> None:
    modules = [file for file in files() if shelf_of(file) == shelf and not file.endswith("__init__.py")]
    assert len(modules) <= MAX_MODULES, (
        f"{shelf}/ holds {len(modules)} modules, more than {MAX_MODULES}. Which are one feature? Give it a folder."
    )


def test_shelves_do_not_import_each_other_in_a_ring() -> None:
    parts = {shelf: {other for other in others if not _is_part(shelf, other)} for shelf, others in SHELVES.items()}
    ring = _ring(parts)
    assert not ring, f"{' -> '.join(ring)}: decide in SHELVES which of them stands on the other."


def _is_part(shelf: str, other: str) -> bool:
    """Whether one shelf lies in the other: what its modules share may be imported both ways."""
    return shelf.startswith(f"{other}/") or other.startswith(f"{shelf}/")


def test_the_client_needs_nothing_of_the_desk() -> None:
    needs = ("httpx", "httpx_sse", "pydantic", "admin_api.client", "admin_api.schemas", "knowledge.retrying")
    for file in files():
        for each in imports(file) if file.startswith("admin_api/client/") else ():
            outside = each.name.partition(".")[0] not in sys.stdlib_module_names
            assert not outside or any(inside(each.name, module) for module in needs), (
                f"{each}, but a program that uses the client has only {', '.join(needs)}. "
                "Put a shape that both sides share into admin_api/schemas."
            )


@pytest.mark.parametrize("module", BEHIND)
def test_a_library_stays_behind_its_adapter(module: str) -> None:
    places = BEHIND[module]
    for file in files():
        for each in imports(file):
            assert not inside(each.name, module) or in_place(file, places), (
                f"{each}, but only {' and '.join(places)} may: one place knows {module}, so that it can be exchanged "
                "and tests need a twin of it only. Ask that place for a function, or take its result as a value."
            )


def test_sql_statements_are_verbs_of_knowledge() -> None:
    for file in files():
        if in_place(file, SQL):
            continue
        for each in imports(file):
            assert not inside(each.name, "sqlalchemy") or each.name in WITHOUT_STATEMENTS, (
                f"{each}, but statements live in knowledge/: elsewhere a transaction is passed on and no more. "
                "Write a verb beside the others of its record (knowledge/tickets/by_staff.py, ...) and call it."
            )


def test_the_environment_is_read_in_one_place() -> None:
    for file in files():
        if file.startswith(("bot/", "admin_api/", "knowledge/")) and file != "bot/settings.py":
            found = re.search(r"environ\b(?!\.setdefault)|getenv", (ROOT / file).read_text(encoding="utf-8"))
            assert not found or "os" not in {each.name.partition(".")[0] for each in imports(file)}, (
                f"{file} reads the environment, but bot/settings.py does so for the whole desk. "
                "Add a setting and hand its value in from bot/main.py."
            )


def test_modules_do_not_import_each_other_in_a_ring() -> None:
    ring = _ring(_edges())
    assert not ring, (
        f"{' -> '.join(ring)}: these modules cannot be read, tested or imported one without the other. "
        "Move what both need to a third one, or let the lower one take it as an argument."
    )


def _edges() -> dict[str, set[str]]:
    known = {module_of(file) for file in files()}
    edges: dict[str, set[str]] = {}
    for file in files():
        module = module_of(file)
        names = {each.name for each in imports(file) if not each.late}
        targets = {name if name in known else name.rpartition(".")[0] for name in names} & known
        edges[module] = targets - {module}
    return edges


def _ring(edges: dict[str, set[str]]) -> list[str]:
    done: set[str] = set()

    def walk(module: str, path: list[str]) -> list[str]:
        if module in path:
            return [*path[path.index(module) :], module]
        if module in done:
            return []
        for other in sorted(edges.get(module, ())):
            if found := walk(other, [*path, module]):
                return found
        done.add(module)
        return []

    return next((found for module in sorted(edges) if (found := walk(module, []))), [])


def test_a_ring_would_be_found() -> None:
    assert _ring({"a": {"b"}, "b": {"c"}, "c": {"b"}}) == ["b", "c", "b"]
    assert _ring({"a": {"b", "c"}, "b": {"c"}, "c": set()}) == []


def test_names_say_what_a_module_is_for() -> None:
    for file in files():
        parts = set(re.split(r"[/_.]", file))
        bad = parts & {"utils", "util", "helpers", "helper", "common", "misc"}
        assert not bad, (
            f"{file} is called {bad.pop()}, which says nothing of what it does and gathers everything. "
            "Name it after its subject, or move each function beside its only caller."
        )


@pytest.mark.parametrize("file", [file for file in files() if "/migrations/" not in file])
def test_files_are_short_enough_to_be_read_at_once(file: str) -> None:
    lines = len((ROOT / file).read_text(encoding="utf-8").splitlines())
    assert lines <= MAX_LINES, (
        f"{file} has {lines} lines, more than {MAX_LINES}: it holds more than one subject. Give each a file of its own."
    )


@pytest.mark.parametrize("file", sorted(path.relative_to(ROOT).as_posix() for path in ROOT.glob("[abikn]*/**/*.js")))
def test_scripts_are_short_enough_to_be_read_at_once(file: str) -> None:
    lines = len((ROOT / file).read_text(encoding="utf-8").splitlines())
    assert lines <= MAX_SCRIPT_LINES, (
        f"{file} has {lines} lines, more than {MAX_SCRIPT_LINES}: it holds more than one subject. Give each a module "
        "of its own; the page imports them by their names."
    )


def test_nothing_is_printed() -> None:
    for file in files():
        for node in _calls(file):
            assert not (isinstance(node.func, ast.Name) and node.func.id == "print"), (
                f"{file}:{node.lineno} prints, which ends up in no log and breaks the output that programs read. "
                "Use the module's logger, or bot/cli/output.py in a command."
            )


def _calls(file: str) -> Iterator[ast.Call]:
    return (node for node in ast.walk(tree(file)) if isinstance(node, ast.Call))


def test_every_module_says_what_it_is_for() -> None:
    for file in files():
        if "/migrations/versions/" not in file:
            assert ast.get_docstring(tree(file)), (
                f"{file} has no docstring. Begin it with a sentence that says what the module is for."
            )
