"""What the papers name exists, and what there is stands in them: readers may believe the READMEs without the code."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from importlib.util import find_spec
from pathlib import Path

import click
import pytest
import typer

from bot.cli import app
from bot.settings import PREFIX, Settings

ROOT = Path(__file__).parent.parent
ROOMS = ("knowledge", "index", "nlu", "bot", "admin_api", "tests")
PAPERS = ("README.md", *(f"{room}/README.md" for room in ROOMS if (ROOT / room / "README.md").exists()))
MAX_WORDS = 700

_FENCED = re.compile(r"^```.*?^```", re.M | re.S)
_CODE = re.compile(r"`([^`]+)`")
_LINK = re.compile(r"!?\[[^\]]*\]\(([^)\s]+)\)|<img[^>]*\bsrc=\"([^\"]+)\"")
_PLACE = re.compile(rf"(?<![\w./-])(?:{'|'.join(ROOMS)})/[\w./*-]*")
_MODULE = re.compile(r"python -m ([\w.]+)")
_TARGET = re.compile(r"\bmake ([a-z]+)")
_COMMAND = re.compile(r"\bpunte((?: [a-z]+)+)")


@dataclass(frozen=True)
class Named:
    """Something that a paper names."""

    paper: str
    name: str

    def __str__(self) -> str:
        return f"{self.paper}: {self.name}"


@cache
def read(paper: str) -> str:
    return (ROOT / paper).read_text(encoding="utf-8")


def code(paper: str) -> list[str]:
    """Return what a paper sets as code: in backticks, and in blocks that are indented or fenced."""
    text = read(paper)
    blocks = [*_FENCED.findall(text), *re.findall(r"^    .*$", text, re.M)]
    return [*(part.replace("\n", " ") for part in _CODE.findall(_FENCED.sub("", text))), *blocks]


def named(pattern: re.Pattern[str]) -> list[Named]:
    """Return what the papers name in code by a pattern, once each."""
    found = (Named(paper, name) for paper in PAPERS for part in code(paper) for name in pattern.findall(part))
    return list(dict.fromkeys(found))


def links() -> list[Named]:
    """Return the papers' links and pictures, but not addresses elsewhere."""
    found = (Named(paper, link or src) for paper in PAPERS for link, src in _LINK.findall(_FENCED.sub("", read(paper))))
    return [each for each in dict.fromkeys(found) if not re.match(r"\w+:", each.name)]


def anchors(paper: Path) -> set[str]:
    """Return the names by which a paper's headings are linked to."""
    headings = re.findall(r"^#+ (.+)$", paper.read_text(encoding="utf-8"), re.M)
    return {re.sub(r"[^\w -]", "", heading.lower()).replace(" ", "-") for heading in headings}


def commands(command: click.Command, path: str) -> Iterator[str]:
    if isinstance(command, click.Group):
        for name, child in command.commands.items():
            yield from commands(child, f"{path} {name}")
    else:
        yield path


COMMANDS = list(commands(typer.main.get_command(app), "punte"))


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_is_described(command: str) -> None:
    assert f"`{command}" in read("bot/README.md"), f"Describe `{command}` in the table of commands of bot/README.md."


@pytest.mark.parametrize("name", list(Settings.model_fields))
def test_every_setting_is_described(name: str) -> None:
    assert f"`{PREFIX}{name.upper()}`" in read("bot/README.md"), (
        f"Describe {PREFIX}{name.upper()} in the table of settings of bot/README.md."
    )


def test_the_door_is_short() -> None:
    words = len(read("README.md").split())
    assert words <= MAX_WORDS, f"README.md has {words} words, more than {MAX_WORDS}: move some into a room's README."


@pytest.mark.parametrize("paper", PAPERS)
def test_nothing_waits_to_be_written(paper: str) -> None:
    found = re.findall(r"(?:TODO|FIXME|TBD)\S*", read(paper))
    assert not found, f"{paper} names {', '.join(found)}: write it, or leave it out."


@pytest.mark.parametrize("link", links(), ids=str)
def test_a_link_leads_somewhere(link: Named) -> None:
    path, _, anchor = link.name.partition("#")
    place = (ROOT / link.paper).parent / path if path else ROOT / link.paper
    assert place.exists(), f"{link.paper} links to {path}, which does not exist."
    assert not anchor or anchor in anchors(place), f"{link.paper} links to {link.name}, but there is no such heading."


@pytest.mark.parametrize("place", named(_PLACE), ids=str)
def test_a_place_that_is_named_exists(place: Named) -> None:
    assert any(ROOT.glob(place.name.rstrip("./"))), f"{place.paper} names {place.name}, which does not exist."


@pytest.mark.parametrize("module", named(_MODULE), ids=str)
def test_a_module_that_is_named_can_be_run(module: Named) -> None:
    found = find_spec(module.name)
    assert found, f"{module.paper} runs {module.name}, which does not exist."
    runs = found.submodule_search_locations is None or find_spec(f"{module.name}.__main__")
    assert runs, f"{module.paper} runs {module.name}, which is a package without __main__."


@pytest.mark.parametrize("target", named(_TARGET), ids=str)
def test_a_make_target_that_is_named_exists(target: Named) -> None:
    assert f"\n{target.name}:" in read("Makefile"), f"{target.paper} names `make {target.name}`, which does not exist."


@pytest.mark.parametrize("command", named(_COMMAND), ids=str)
def test_a_command_that_is_named_exists(command: Named) -> None:
    words = f"punte{command.name}"
    assert any(f"{words} ".startswith(f"{known} ") or f"{known} ".startswith(f"{words} ") for known in COMMANDS), (
        f"{command.paper} names `{words}`, which is no command."
    )
