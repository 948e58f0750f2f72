"""What a start says of itself: each step as it begins, how far it is, and the seconds that it took."""

import logging
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from time import monotonic

from rich.console import Console
from rich.progress import BarColumn, SpinnerColumn, TaskProgressColumn, TextColumn, TimeElapsedColumn
from rich.progress import Progress as Bar

from index.model import Progress

log = logging.getLogger("punte")

TOLD_EVERY_S = 5.0
"""How often a long step is told of where nobody sees a bar."""


class Startup:
    """Tells of the steps of a start on a console and in the desk's log.

    A terminal shows a bar that moves and, after it, a line; a file or a journal gets a line when a step begins, one now
    and then while it lasts, and one at its end. `lines` False leaves the lines out, for commands that people run for
    their answer.
    """

    def __init__(self, console: Console, *, lines: bool = True, clock: Callable[[], float] = monotonic) -> None:
        self.console = console
        self._lines = lines
        self._clock = clock
        self._began = clock()

    @property
    def seconds(self) -> float:
        """The seconds since the start began."""
        return self._clock() - self._began

    @contextmanager
    def step(self, label: str) -> Iterator[Progress]:
        """Tell of a step while the block lasts; what is yielded hears how much is done and of how much, in any thread.

        A step that fails is not told as done: what it raises says what happened.
        """
        began = self._clock()
        with self._bar(label) if self.console.is_terminal else self._told(label, began) as progress:
            yield progress
        self._say(f"{label}: {self._clock() - began:.1f} s.")

    @contextmanager
    def _bar(self, label: str) -> Iterator[Progress]:
        spin, elapsed = SpinnerColumn(), TimeElapsedColumn()
        columns = (spin, TextColumn("{task.description} ..."), BarColumn(), TaskProgressColumn(), elapsed)
        with Bar(*columns, console=self.console, transient=True) as bar:
            task = bar.add_task(label, total=None)
            yield lambda done, total: bar.update(task, completed=done, total=total)

    @contextmanager
    def _told(self, label: str, began: float) -> Iterator[Progress]:
        self._say(f"{label} ...")
        said = began

        def progress(done: int, total: int) -> None:
            nonlocal said
            if done < total and self._clock() - said >= TOLD_EVERY_S:
                said = self._clock()
                left = (said - began) * (total - done) / max(done, 1)
                self._say(f"{label}: {done} of {total}, about {left:.0f} s left.")

        yield progress

    def _say(self, line: str) -> None:
        log.info(line)
        if self._lines:
            self.console.print(line, markup=False)
