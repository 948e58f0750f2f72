"""The last stage: the student as two models that sentence-transformers reads with its own classes.

The folder is the transformer, which serves by itself; `bag` in it is the bag, whose vectors `index.encoding.encoder`
adds. A byte holds each weight: the transformer's matrices as 8-bit floats, which PyTorch reads as they are, the bag's
rows as integers under a scale.
"""

import json
from dataclasses import asdict
from pathlib import Path
from tempfile import TemporaryDirectory

import torch
from safetensors.torch import load_file, save_file
from sentence_transformers import SentenceTransformer
from sentence_transformers.base.modules import Transformer
from sentence_transformers.sentence_transformer.modules import Normalize, Pooling, StaticEmbedding
from tokenizers import Tokenizer
from torch import Tensor
from transformers import BertConfig, BertModel, PreTrainedTokenizerFast

from index.training import checkpoint, sharpening
from index.training.bench import Bench
from index.training.student import Student

SHIPPED = sharpening.RESULT
"""The student that is shipped; a stage that trains on changes this to its own result."""

NOTE = "training.json"

BAG = "bag"
"""The folder in a model's folder that holds the bag."""

_WEIGHTS = "model.safetensors"
_BYTE = torch.float8_e4m3fn


def run(bench: Bench, made_from: str) -> None:
    """Write the student to the folder `out`, file by file, and leave what else lies there."""
    if _made_from(bench.out) == made_from:
        bench.say(f"export: {bench.out} holds it already")
        return
    student = checkpoint.kept_student(bench.work / SHIPPED, bench.tokenizer)
    bench.out.mkdir(parents=True, exist_ok=True)
    # The note goes last: it says that all the rest is there.
    (bench.out / NOTE).unlink(missing_ok=True)
    with TemporaryDirectory(prefix=".writing-", dir=bench.out) as folder:
        write(student, Path(folder))
        for path in sorted(path for path in Path(folder).rglob("*") if path.is_file()):
            place = bench.out / path.relative_to(folder)
            place.parent.mkdir(parents=True, exist_ok=True)
            # The weights are written for their owner alone, but a desk may run as another user.
            path.chmod(0o644)
            path.replace(place)
    note = {"made_from": made_from, "recipe": asdict(bench.recipe)}
    (bench.out / NOTE).write_text(json.dumps(note, indent=1) + "\n", encoding="utf-8")
    bench.say(f"export: wrote {bench.out}")


def write(student: Student, folder: Path) -> None:
    """Write the transformer into `folder` and the bag beside it."""
    with TemporaryDirectory() as plain:
        _bert(student).save_pretrained(plain)
        _fast(student.tokenizer, student.pieces).save_pretrained(plain)
        reader = Transformer(plain, max_seq_length=student.pieces)
        modules = [reader, Pooling(student.width, "mean"), Normalize()]
        SentenceTransformer(modules=modules, device="cpu").save(str(folder), create_model_card=False)
    weights = load_file(folder / _WEIGHTS)
    bytes_each = {name: weight.to(_BYTE) if weight.ndim == 2 else weight for name, weight in weights.items()}
    save_file(bytes_each, folder / _WEIGHTS, metadata={"format": "pt"})
    _write_bag(student, folder / BAG)


def _write_bag(student: Student, folder: Path) -> None:
    table = student.bag.weight.detach()
    words = StaticEmbedding(Tokenizer.from_str(student.tokenizer.to_str()), embedding_weights=table)
    SentenceTransformer(modules=[words], device="cpu").save(str(folder), create_model_card=False)
    scale = table.abs().amax(1).clamp(min=1e-8) / 127
    rows = (table / scale[:, None]).round().to(torch.int8)
    # StaticEmbedding reads rows under a weight as well as plain ones.
    for path in folder.rglob(_WEIGHTS):
        save_file({"embeddings": rows, "weights": scale.contiguous()}, path, metadata={"format": "pt"})


def _bert(student: Student) -> BertModel:
    config = BertConfig(
        vocab_size=student.tokenizer.get_vocab_size(), hidden_size=student.width, num_hidden_layers=student.layers,
        num_attention_heads=student.heads, intermediate_size=student.inner, max_position_embeddings=student.pieces,
        type_vocab_size=1, hidden_act="gelu", layer_norm_eps=1e-12, pad_token_id=0,
    )  # fmt: skip
    bert: BertModel = BertModel(config)
    bert.load_state_dict(_state(student), strict=False)
    # Nothing reads the pooler, and zeros take no room once packed.
    for name, weight in bert.named_parameters():
        if name.startswith("pooler."):
            torch.nn.init.zeros_(weight)
    return bert


def _state(student: Student) -> dict[str, Tensor]:
    """Return the transformer's weights under BERT's names."""
    mine = {name: weight.detach() for name, weight in student.state_dict().items()}
    state = {
        "embeddings.word_embeddings.weight": mine["words.weight"],
        "embeddings.position_embeddings.weight": mine["places"],
        "embeddings.token_type_embeddings.weight": torch.zeros(1, student.width),
        "embeddings.LayerNorm.weight": mine["entered.weight"],
        "embeddings.LayerNorm.bias": mine["entered.bias"],
    }
    parts = {
        "gather": "attention.output.dense",
        "attended": "attention.output.LayerNorm",
        "widen": "intermediate.dense",
        "narrow": "output.dense",
        "done": "output.LayerNorm",
    }
    for number in range(student.layers):
        for kind in ("weight", "bias"):
            rows = mine[f"stack.{number}.attend.{kind}"].chunk(3)
            for part, own in zip(("query", "key", "value"), rows, strict=True):
                state[f"encoder.layer.{number}.attention.self.{part}.{kind}"] = own
            for part, name in parts.items():
                state[f"encoder.layer.{number}.{name}.{kind}"] = mine[f"stack.{number}.{part}.{kind}"]
    return state


def _fast(tokenizer: Tokenizer, pieces: int) -> PreTrainedTokenizerFast:
    return PreTrainedTokenizerFast(  # type: ignore[no-untyped-call]
        tokenizer_object=Tokenizer.from_str(tokenizer.to_str()), model_max_length=pieces, pad_token="[PAD]",
        unk_token="[UNK]", cls_token="[CLS]", sep_token="[SEP]", model_input_names=["input_ids", "attention_mask"],
    )  # fmt: skip


def _made_from(out: Path) -> str | None:
    try:
        note = json.loads((out / NOTE).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return None
    return note.get("made_from") if isinstance(note, dict) else None
