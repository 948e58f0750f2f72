"""The real Rasa server, in its own environment; slow, and skipped where that environment is not built."""

import os
import signal
import subprocess
import sys
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from knowledge.retrying import Backoff
from nlu.errors import EnvironmentMissing
from nlu.evaluation import evaluate
from nlu.fallback import WithFallback
from nlu.keywords import KeywordUnderstander
from nlu.rasa.client import RasaUnderstander
from nlu.rasa.server import RasaServer
from nlu.rasa.train import train
from nlu.understanding import Understander
from tests.contracts.test_understanders import UnderstanderContract
from tests.support.waiting import until

pytestmark = [pytest.mark.anyio, pytest.mark.slow]


@pytest.fixture(scope="module")
def anyio_backend() -> str:
    return "asyncio"


@pytest.fixture(scope="module")
async def server(
    rasa_model: Path, rasa_python: Path, tmp_path_factory: pytest.TempPathFactory
) -> AsyncIterator[RasaServer]:
    async with RasaServer(
        rasa_model, rasa_python, tmp_path_factory.mktemp("logs") / "rasa.log", backoff=Backoff(0.2, 60)
    ) as running:
        await running.wait_ready()
        yield running


class TestRasa(UnderstanderContract):
    @pytest.fixture
    async def understander(self, server: RasaServer) -> AsyncIterator[Understander]:
        rasa = RasaUnderstander(server.url, 10.0)
        yield rasa
        await rasa.close()


def test_an_unchanged_project_is_not_trained_again(rasa_model: Path, rasa_python: Path) -> None:
    trained = rasa_model.stat().st_mtime_ns
    assert train(rasa_model.parent, rasa_python) == rasa_model
    assert rasa_model.stat().st_mtime_ns == trained


async def test_rasa_understands_better_than_its_twin(server: RasaServer) -> None:
    rasa = RasaUnderstander(server.url, 10.0)
    figures = (await evaluate(rasa))["overall"]
    await rasa.close()

    assert figures["intent_accuracy"] > 0.9
    assert figures["entity_f1"] > 0.9


async def test_killed_midway_the_twin_answers_and_the_server_returns(server: RasaServer) -> None:
    # A Rasa that is gone refuses at once, so a patience that outlives a busy machine costs nothing.
    understander = WithFallback(RasaUnderstander(server.url, 60.0), KeywordUnderstander(), rest_s=0.0)
    before = server.pid
    assert before is not None
    assert (await understander.understand("hvala", "hr")).by == "rasa"

    os.kill(before, signal.SIGKILL)
    await until(lambda: not _is_running(before))
    assert (await understander.understand("hvala", "hr")).by == "keywords"

    await server.wait_ready()
    assert (await understander.understand("hvala", "hr")).by == "rasa"
    assert server.pid not in {None, before}
    await understander.close()


async def test_stop_leaves_no_process(rasa_model: Path, rasa_python: Path, tmp_path: Path) -> None:
    server = RasaServer(rasa_model, rasa_python, tmp_path / "rasa.log")
    await server.start()
    pid = server.pid
    assert pid is not None

    await server.stop()

    with pytest.raises(ProcessLookupError):
        os.killpg(pid, 0)


async def test_the_server_ends_with_its_parent(rasa_model: Path, rasa_python: Path, tmp_path: Path) -> None:
    script = (
        "import asyncio, sys\nfrom pathlib import Path\nfrom nlu.rasa.server import RasaServer\n"
        "async def main():\n"
        "    server = RasaServer(*map(Path, sys.argv[1:4]))\n"
        "    await server.start()\n    print(server.pid, flush=True)\n    await asyncio.Event().wait()\n"
        "asyncio.run(main())\n"
    )
    parent = subprocess.Popen(  # noqa: ASYNC220
        [sys.executable, "-c", script, str(rasa_model), str(rasa_python), str(tmp_path / "rasa.log")],
        stdout=subprocess.PIPE,
        text=True,
        cwd=Path(__file__).parents[2],
    )
    assert parent.stdout
    pid = int(parent.stdout.readline())
    parent.kill()
    parent.wait()
    parent.stdout.close()

    await until(lambda: not _is_running(pid))


async def test_without_its_environment_rasa_says_what_to_do(rasa_model: Path, tmp_path: Path) -> None:
    with pytest.raises(EnvironmentMissing, match=r"nlu/requirements\.txt"):
        RasaServer(rasa_model, tmp_path / "python", tmp_path / "rasa.log")


def _is_running(pid: int) -> bool:
    status = Path(f"/proc/{pid}/stat")
    try:
        return status.read_text().rsplit(")", 1)[1].split()[0] != "Z"
    except FileNotFoundError:
        return False
