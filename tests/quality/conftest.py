"""The encoder that comes with the desk, for all gates."""

import pytest

from index.encoding.encoder import load
from index.model import Encoder
from tests.support.keeping_encoder import KeepingEncoder


@pytest.fixture(scope="session")
def shipped(tmp_path_factory: pytest.TempPathFactory) -> Encoder:
    """The shipped encoder; of the processes of one run the first that needs the starter base encodes it."""
    run = tmp_path_factory.getbasetemp()
    return KeepingEncoder(load(None, threads=2), (run.parent if run.name.startswith("popen-") else run) / "vectors")
