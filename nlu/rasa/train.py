"""Train the Rasa model in Rasa's own environment, only when something it is made of has changed."""

import hashlib
import os
import subprocess
from importlib.resources import as_file, files
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
    document = yaml.safe_dump(rasa_document(), allow_unicode=True, width=1_000_000, sort_keys=False)
    project = {name: files("nlu").joinpath(f"rasa/{name}").read_text("utf-8") for name in ("config.yml", "domain.yml")}
    digest = hashlib.sha256("\0".join((document, *project.values(), _requirements())).encode()).hexdigest()[:16]
    model = models_dir / f"nlu-{digest}.tar.gz"
    if model.exists():
        return model
    variables = environment(python)
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


def _requirements() -> str:
    with as_file(files("nlu") / "requirements.txt") as path:
        return path.read_text(encoding="utf-8")
