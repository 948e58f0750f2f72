"""Processes of the desk that begin with its libraries loaded: a start costs a fork instead of seconds of imports.

They are processes like any other: with an environment and a command line of their own, ended and killed by signals.
What must be shown of a real start is shown with `subprocess`.
"""

import multiprocessing
import os
import runpy
import sys
from collections.abc import Mapping, Sequence
from functools import cache
from multiprocessing.context import ForkServerContext
from pathlib import Path
from subprocess import TimeoutExpired

PRELOADED = ("bot.main", "bot.cli", "tests.support.forking", "tests.support.staff_desk", "tests.support.warmed")


class ForkedProcess:
    """`python -m MODULE ARGUMENTS`, whose standard streams go to files; answers as `subprocess.Popen` does."""

    def __init__(self, module: str, arguments: Sequence[str], environment: Mapping[str, str], out: Path, err: Path):
        self._process = _server().Process(
            target=_run, args=(module, [module, *arguments], dict(environment), str(out), str(err))
        )
        self._process.start()
        assert self._process.pid
        self.pid = self._process.pid

    def poll(self) -> int | None:
        """Return the exit status, or None as long as it runs."""
        return self._process.exitcode

    def wait(self, timeout: float | None = None) -> int:
        """Return the exit status, which is minus the signal that ended it; raises `TimeoutExpired`."""
        self._process.join(timeout)
        if self._process.exitcode is None:
            raise TimeoutExpired("punte", timeout or 0)
        return self._process.exitcode

    def send_signal(self, how: int) -> None:
        if self._process.exitcode is None:
            os.kill(self.pid, how)


@cache
def _server() -> ForkServerContext:
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(list(PRELOADED))
    return context


def _run(module: str, words: list[str], environment: dict[str, str], out: str, err: str) -> None:
    for path, stream in ((out, 1), (err, 2)):
        file = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND)
        os.dup2(file, stream)
        os.close(file)
    sys.stdout.reconfigure(line_buffering=True)  # type: ignore[union-attr]
    os.environ.clear()
    os.environ.update(environment)
    sys.argv = words
    runpy.run_module(module, run_name="__main__", alter_sys=True)
