"""Train the Rasa model in Rasa's own environment, only when something it is made of has changed."""

import hashlib
import os
import subprocess
from collections.abc import Iterator
from importlib.metadata import version
from importlib.resources import files
from importlib.resources.abc import Traversable
from pathlib import Path
from tempfile import TemporaryDirectory

import yaml

from nlu.errors import EnvironmentMissing, TrainingFailed
from nlu.training_data import rasa_document

QUIET_ENVIRONMENT = {
    "RASA_TELEMETRY_ENABLED": "false",
    "SQLALCHEMY_SILENCE_UBER_WARNING": "1",
    "TF_CPP_MIN_LOG_LEVEL": "3",
    "CUDA_VISIBLE_DEVICES": "",
    "OMP_NUM_THREADS": "1",
    "OPENBLAS_NUM_THREADS": "1",
    "TF_NUM_INTRAOP_THREADS": "1",
    "TF_NUM_INTEROP_THREADS": "1",
    "PYTHONWARNINGS": "ignore",
    "PYTHONUNBUFFERED": "1",
}
"""What Rasa's processes run with: no telemetry, no graphics card, one thread, so that the other core stays free."""


SOURCES = {
    "nlu": (
        "rasa/data", "rasa/config.yml", "rasa/domain.yml", "words", "extraction", "training_data.py",
        "understanding.py", "requirements.txt",
    ),
    "knowledge": ("taxonomy", "languages.py", "region.py", "packaged.py", "clock.py"),
}  # fmt: skip
"""What the training data and the model are made of, by package: files, and folders with all in them."""

_ARGUMENTS = "train nlu --nlu nlu.yml --config config.yml --domain domain.yml --out out --fixed-model-name".split()


def environment(python: Path) -> dict[str, str]:
    """Return the variables of a Rasa process run by `python`; raises `EnvironmentMissing`."""
    if not python.exists():
        raise EnvironmentMissing(str(python))
    ours = {"PYTHONPATH", "PYTHONHOME", "VIRTUAL_ENV"}
    kept = {name: value for name, value in os.environ.items() if name not in ours}
    return {**kept, **QUIET_ENVIRONMENT}


def train(models_dir: Path, python: Path) -> Path:
    """Return the trained model of the current data, training it first where `models_dir` lacks it.

    `python` is the interpreter of Rasa's environment. Raises `EnvironmentMissing` and `TrainingFailed`.
    """
    variables = environment(python)
    model = models_dir / f"nlu-{made_from()}.tar.gz"
    if model.exists():
        return model
    document = yaml.safe_dump(rasa_document(), allow_unicode=True, width=1_000_000, sort_keys=False)
    project = {name: files("nlu").joinpath(f"rasa/{name}").read_text("utf-8") for name in ("config.yml", "domain.yml")}
    models_dir.mkdir(parents=True, exist_ok=True)
    with TemporaryDirectory(dir=models_dir, prefix="training-") as folder:
        work = Path(folder)
        (work / "nlu.yml").write_text(document, encoding="utf-8")
        for name, text in project.items():
            (work / name).write_text(text, encoding="utf-8")
        done = subprocess.run(
            [str(python.absolute()), "-m", "rasa", *_ARGUMENTS, model.name.removesuffix(".tar.gz")],
            cwd=work,
            env=variables,
            capture_output=True,
            text=True,
            check=False,
        )
        trained = work / "out" / model.name
        if done.returncode or not trained.exists():
            raise TrainingFailed("\n".join((done.stdout + done.stderr).strip().splitlines()[-15:]))
        trained.replace(model)
    return model


def made_from() -> str:
    """Return sixteen digits that change with whatever the training data is made of: words, examples, and their code.

    Making that data takes seconds, and every start asks.
    """
    digest = hashlib.sha256(version("babel").encode())
    for package, names in SOURCES.items():
        for name in names:
            for path, content in _contents(files(package).joinpath(name)):
                digest.update(f"\0{package} {path}\0".encode() + content)
    return digest.hexdigest()[:16]


def _contents(place: Traversable) -> Iterator[tuple[str, bytes]]:
    if place.is_file():
        yield place.name, place.read_bytes()
        return
    for each in sorted(place.iterdir(), key=lambda one: one.name):
        if each.is_dir() or each.name.endswith((".py", ".yml", ".yaml")):
            yield from ((f"{place.name}/{path}", content) for path, content in _contents(each))
