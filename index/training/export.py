"""The last stage: the student as one ONNX model with a byte a weight, which reads and answers without PyTorch."""

import json
from dataclasses import asdict
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory

from index.training import checkpoint, teacher, training
from index.training.bench import Bench
from index.training.onnx_file import MODEL, TOKENIZER, write
from index.training.smoothing import smoothed
from index.training.student import pieces_of

NOTE = "training.json"

_SAMPLE = 500
"""Texts by which it is seen how far the numbers lie."""


def run(bench: Bench, made_from: str) -> None:
    """Write the student to the folder `out`, file by file, and leave what else lies there. Raises `ExtraMissing`."""
    if _made_from(bench.out) == made_from:
        bench.say(f"export: {bench.out} holds it already")
        return
    student = checkpoint.kept_student(bench.work / training.RESULT)
    bench.out.mkdir(parents=True, exist_ok=True)
    with TemporaryDirectory(prefix=".writing-", dir=bench.out) as folder:
        write(smoothed(student, _texts(bench)), bench.tokenizer, bench.recipe.longest, Path(folder))
        # The note goes first and comes last: it says that all the rest is there.
        (bench.out / NOTE).unlink(missing_ok=True)
        for name in (MODEL, TOKENIZER):
            path = Path(folder) / name
            # A desk may run as another user than the one who trained.
            path.chmod(0o644)
            path.replace(bench.out / name)
    note = {"made_from": made_from, "recipe": asdict(bench.recipe)}
    (bench.out / NOTE).write_text(json.dumps(note, indent=1) + "\n", encoding="utf-8")
    bench.say(f"export: wrote {bench.out}")


def _texts(bench: Bench) -> list[list[int]]:
    """Return the pieces of some sentences and passages."""
    texts = [text for found in (teacher.english, teacher.entry_texts) for text in found(bench).texts]
    chosen = Random(f"export {bench.recipe.seed}").sample(texts, min(_SAMPLE, len(texts)))
    return pieces_of(bench.tokenizer, chosen, bench.recipe.longest)


def _made_from(out: Path) -> str | None:
    try:
        note = json.loads((out / NOTE).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return None
    return note.get("made_from") if isinstance(note, dict) else None
