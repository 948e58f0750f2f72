"""A start tells of its steps: on a terminal, in a file, and in the log."""

import logging
from io import StringIO

import pytest
from rich.console import Console

from bot.startup import TOLD_EVERY_S, Startup


class Steps:
    """A start whose clock moves by hand, and what it says."""

    def __init__(self, *, terminal: bool = False, lines: bool = True) -> None:
        self.moment = 0.0
        self._written = StringIO()
        console = Console(file=self._written, force_terminal=terminal, width=120, soft_wrap=True)
        self.startup = Startup(console, lines=lines, clock=lambda: self.moment)

    @property
    def said(self) -> list[str]:
        return self._written.getvalue().splitlines()


def test_a_file_is_told_when_a_step_begins_how_far_it_is_and_how_long_it_took() -> None:
    steps = Steps()
    with steps.startup.step("Encoding") as progress:
        for done in range(4):
            progress(done, 4)
            steps.moment += TOLD_EVERY_S
    assert steps.said == [
        "Encoding ...",
        "Encoding: 1 of 4, about 15 s left.",
        "Encoding: 2 of 4, about 10 s left.",
        "Encoding: 3 of 4, about 5 s left.",
        "Encoding: 20.0 s.",
    ]


def test_a_step_that_is_quick_says_little() -> None:
    steps = Steps()
    with steps.startup.step("Encoding") as progress:
        for done in range(1000):
            progress(done, 1000)
    assert steps.said == ["Encoding ...", "Encoding: 0.0 s."]


def test_a_terminal_keeps_one_line_of_a_step() -> None:
    steps = Steps(terminal=True)
    with steps.startup.step("Encoding") as progress:
        progress(1, 2)
        steps.moment = 2.5
    assert "2.5" in steps.said[-1]
    assert "Encoding ..." not in steps.said[-1]


def test_a_step_that_fails_is_not_told_as_done() -> None:
    steps = Steps()
    with pytest.raises(RuntimeError), steps.startup.step("Encoding"):
        raise RuntimeError
    assert steps.said == ["Encoding ..."]


def test_the_log_hears_what_a_command_does_not_print(caplog: pytest.LogCaptureFixture) -> None:
    steps = Steps(lines=False)
    with caplog.at_level(logging.INFO, "punte"), steps.startup.step("Encoding"):
        steps.moment = 3
    assert steps.said == []
    assert [record.getMessage() for record in caplog.records] == ["Encoding ...", "Encoding: 3.0 s."]


def test_the_seconds_count_from_the_very_beginning() -> None:
    steps = Steps()
    steps.moment = 61.5
    assert steps.startup.seconds == 61.5
