"""A desk's folder: its key and its logs, also when several processes share it."""

import logging
from collections.abc import Iterator
from pathlib import Path

import pytest
from pydantic import SecretStr

from bot.home import desk_key, log_to, make_home
from bot.settings import Settings, load


@pytest.fixture
def settings(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Settings:
    monkeypatch.chdir(tmp_path)
    return load().model_copy(update={"home": tmp_path / "one"})


@pytest.fixture
def root_log() -> Iterator[logging.Logger]:
    root = logging.getLogger()
    handlers, level = root.handlers[:], root.level
    root.handlers.clear()
    yield root
    for handler in root.handlers:
        handler.close()
    root.handlers[:] = handlers
    root.setLevel(level)


def test_processes_with_one_secret_have_one_key(settings: Settings, tmp_path: Path) -> None:
    one, two = settings, settings.model_copy(update={"home": tmp_path / "two"})
    for each in (one, two):
        make_home(each)
    assert desk_key(one) == desk_key(one) != desk_key(two)
    alike = [each.model_copy(update={"secret": SecretStr("the same everywhere")}) for each in (one, two)]
    assert desk_key(alike[0]) == desk_key(alike[1]) != desk_key(one)
    assert len(desk_key(alike[0])) == 32


def test_each_process_has_a_log_of_its_own(settings: Settings, root_log: logging.Logger) -> None:
    log_to(settings)
    first = root_log.handlers.pop()
    log_to(settings)
    logging.warning("from the second")
    log_to(settings)
    logging.warning("and again, to the same file")
    first.close()
    logs = {path.name: path.read_text() for path in (settings.home / "logs").glob("*.log")}
    assert sorted(logs) == ["desk-2.log", "desk.log"]
    assert logs["desk.log"] == ""
    assert len(logs["desk-2.log"].splitlines()) == 2
