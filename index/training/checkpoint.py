"""Students on their way: kept whole when a stage is done, and with their optimizers' memory while it goes on."""

import json
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path

import numpy as np
import torch

from index.arrays import Arrays
from index.training import artifacts
from index.training.errors import FileDamaged, MadeFromOther
from index.training.student import Shape, Student

_STUDENT = "student."
_SHAPE = "shape"
_MADE_FROM = "made_from"
_STEP = "step"


def keep_student(path: Path, student: Student) -> None:
    """Write a student's shape and weights, float32."""
    artifacts.write(path, {_SHAPE: np.array(json.dumps(asdict(student.shape))), **_weights(student)})


def kept_student(path: Path) -> Student:
    """Return the student that `keep_student` wrote. Raises `FileDamaged`."""
    arrays = artifacts.read(path)
    try:
        student = Student(Shape(**json.loads(str(arrays.pop(_SHAPE)))))
        _load(student, arrays)
    except (KeyError, ValueError, TypeError, RuntimeError) as error:
        raise FileDamaged(f"{path}: {error}") from error
    return student


def write(path: Path, made_from: str, step: int, student: Student, optimizers: Sequence[torch.optim.Optimizer]) -> None:
    """Write all that is needed to go on: steps done, weights, and what the optimizers remember."""
    arrays = {_MADE_FROM: np.array(made_from), _STEP: np.array(step), **_weights(student)}
    for number, optimizer in enumerate(optimizers):
        for parameter, memory in optimizer.state_dict()["state"].items():
            for name, value in memory.items():
                arrays[f"optimizer.{number}.{parameter}.{name}"] = (
                    value.numpy() if isinstance(value, torch.Tensor) else np.array(value)
                )
    artifacts.write(path, arrays)


def read(path: Path, made_from: str, student: Student, optimizers: Sequence[torch.optim.Optimizer]) -> int:
    """Put a checkpoint into the student and its optimizers, and return the steps that were done.

    Raises `FileDamaged`, and `MadeFromOther` for the checkpoint of another training.
    """
    arrays = artifacts.read(path)
    try:
        if str(arrays.pop(_MADE_FROM)) != made_from:
            raise MadeFromOther(str(path))
        step = int(arrays.pop(_STEP))
        _load(student, arrays)
        for place, optimizer in enumerate(optimizers):
            _remember(optimizer, arrays, f"optimizer.{place}.")
    except (KeyError, ValueError, TypeError, RuntimeError) as error:
        raise FileDamaged(f"{path}: {error}") from error
    return step


def _weights(student: Student) -> Arrays:
    return {_STUDENT + name: weight.numpy() for name, weight in student.state_dict().items()}


def _load(student: Student, arrays: Arrays) -> None:
    state = {
        name.removeprefix(_STUDENT): torch.from_numpy(array)
        for name, array in arrays.items()
        if name.startswith(_STUDENT)
    }
    student.load_state_dict(state)


def _remember(optimizer: torch.optim.Optimizer, arrays: Arrays, prefix: str) -> None:
    memories: dict[int, dict[str, torch.Tensor | int]] = {}
    for name, array in arrays.items():
        if name.startswith(prefix):
            parameter, _, key = name.removeprefix(prefix).partition(".")
            # Sparse Adam counts its steps with a plain number, AdamW with a float32 tensor.
            value = int(array) if array.dtype.kind == "i" else torch.from_numpy(array)
            memories.setdefault(int(parameter), {})[key] = value
    optimizer.load_state_dict({"state": memories, "param_groups": optimizer.state_dict()["param_groups"]})
