"""The Rasa server as a child process: started, watched, started again when it dies, and ended with its whole group."""

import asyncio
import contextlib
import logging
import os
import signal
import socket
from importlib.resources import as_file, files
from pathlib import Path

import aiohttp

from knowledge.retrying import Backoff
from nlu.errors import ServerNotReady
from nlu.rasa.train import environment

logger = logging.getLogger(__name__)

BACKOFF = Backoff(first_s=1.0, longest_s=60.0)
"""When a server that ended is started again; one that ran for longer than that begins anew."""

_POLL_S = 0.25
_ANSWER_S = 2.0


class RasaServer:
    """Rasa's HTTP server for one model on the loopback, in Rasa's own environment and its own process group.

    `python` is that environment's interpreter; `log_file` receives the server's output; `port` 0 takes a free one.
    Raises `EnvironmentMissing` when `python` is not there.
    """

    def __init__(self, model: Path, python: Path, log_file: Path, *, port: int = 0, backoff: Backoff = BACKOFF) -> None:
        self._model = model.absolute()
        self._python = python.absolute()
        self._log_file = log_file
        self._port = port or _free_port()
        self._backoff = backoff
        self._variables = environment(python)
        self._process: asyncio.subprocess.Process | None = None
        self._watcher: asyncio.Task[None] | None = None

    @property
    def url(self) -> str:
        """Return the address of the server."""
        return f"http://127.0.0.1:{self._port}"

    @property
    def pid(self) -> int | None:
        """Return the id of the running process, or None."""
        running = self._process is not None and self._process.returncode is None
        return self._process.pid if self._process and running else None

    async def start(self) -> None:
        """Start the server and keep it running; returns at once, see `wait_ready`."""
        if self._watcher is None:
            self._process = await self._spawn()
            self._watcher = asyncio.create_task(self._watch(), name="rasa-server")

    async def wait_ready(self, timeout_s: float = 240.0) -> None:
        """Wait until the server answers with its model loaded; raises `ServerNotReady`."""
        try:
            limit = aiohttp.ClientTimeout(total=_ANSWER_S)
            async with asyncio.timeout(timeout_s), aiohttp.ClientSession(self.url, timeout=limit) as session:
                # Another process becomes ready: there is no event to wait for, only its answer.
                while not await _is_ready(session):  # noqa: ASYNC110
                    await asyncio.sleep(_POLL_S)
        except TimeoutError:
            raise ServerNotReady(str(self._log_file)) from None

    async def stop(self, grace_s: float = 5.0) -> None:
        """End the server and everything it started: asked to first, forced after `grace_s`."""
        if self._watcher:
            self._watcher.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await self._watcher
            self._watcher = None
        if self._process:
            await _end_group(self._process, grace_s)
            self._process = None

    async def __aenter__(self) -> "RasaServer":
        await self.start()
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.stop()

    async def _spawn(self) -> asyncio.subprocess.Process:
        self._log_file.parent.mkdir(parents=True, exist_ok=True)
        with as_file(files("nlu") / "rasa" / "launch.py") as launcher, self._log_file.open("ab") as log:
            return await asyncio.create_subprocess_exec(
                *(str(self._python), str(launcher), str(self._model), str(self._port), str(os.getpid())),
                env=self._variables,
                stdin=asyncio.subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                cwd=self._log_file.parent,
                start_new_session=True,
            )

    async def _watch(self) -> None:
        ends = 0
        while self._process:
            started = asyncio.get_running_loop().time()
            code = await self._process.wait()
            _signal_group(self._process.pid, signal.SIGKILL)
            lasted = asyncio.get_running_loop().time() - started > self._backoff.longest_s
            ends = 1 if lasted else ends + 1
            pause = self._backoff.pause(ends)
            logger.warning("The Rasa server ended with code %s; starting it again in %.1f s.", code, pause)
            await asyncio.sleep(pause)
            self._process = await self._spawn()


async def _is_ready(session: aiohttp.ClientSession) -> bool:
    # Rasa answers 409 to /status while it has no model.
    with contextlib.suppress(aiohttp.ClientError, TimeoutError, OSError):
        async with session.get("/status", allow_redirects=False) as response:
            return 200 <= response.status < 300
    return False


async def _end_group(process: asyncio.subprocess.Process, grace_s: float) -> None:
    _signal_group(process.pid, signal.SIGTERM)
    with contextlib.suppress(TimeoutError):
        async with asyncio.timeout(grace_s):
            await process.wait()
    _signal_group(process.pid, signal.SIGKILL)
    await process.wait()


def _signal_group(leader: int, number: signal.Signals) -> None:
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.killpg(leader, number)


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
