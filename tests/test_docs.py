"""The README mentions every command and every setting: a reader finds what the desk can do without reading its code."""

from collections.abc import Iterator
from pathlib import Path

import click
import pytest
import typer

from bot.cli import app
from bot.settings import PREFIX, Settings

README = (Path(__file__).parent.parent / "README.md").read_text(encoding="utf-8")


def commands(command: click.Command, path: str) -> Iterator[str]:
    if isinstance(command, click.Group):
        for name, child in command.commands.items():
            yield from commands(child, f"{path} {name}")
    else:
        yield path


@pytest.mark.parametrize("command", list(commands(typer.main.get_command(app), "punte")))
def test_the_readme_mentions_every_command(command: str) -> None:
    assert f"`{command}" in README, f"Describe `{command}` in the README's table of commands."


@pytest.mark.parametrize("name", list(Settings.model_fields))
def test_the_readme_mentions_every_setting(name: str) -> None:
    assert f"`{PREFIX}{name.upper()}`" in README, f"Describe {PREFIX}{name.upper()} in the README's table of settings."


@pytest.mark.parametrize("target", ["run", "test", "setup", "lint", "figures"])
def test_the_readme_mentions_every_make_target(target: str) -> None:
    assert f"make {target}" in README
    assert f"\n{target}:" in (Path(__file__).parent.parent / "Makefile").read_text(encoding="utf-8")
