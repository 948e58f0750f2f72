"""Trains the desk's encoder: `python -m index.training --data FOLDER --work FOLDER --out FOLDER`.

Stopped, the same command goes on where it was; with as many threads it ends at the same weights.
With `--dev` the encoder is measured when it is ready.
"""

import argparse
import json
import os
import sys
from collections.abc import Sequence
from pathlib import Path

from index.training.recipe import Recipe
from knowledge.errors import PunteError


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the stages, and return the command's exit status: 1 for an error, 130 where somebody stopped it."""
    parser = argparse.ArgumentParser(prog="python -m index.training", description=(__doc__ or "").partition(":")[0])
    parser.add_argument("--data", type=Path, required=True, help="holds parallel/*.tsv.gz and qa/*.tsv.gz")
    parser.add_argument("--work", type=Path, required=True, help="keeps what the stages made")
    parser.add_argument("--out", type=Path, required=True, help="takes the encoder")
    parser.add_argument("--steps", type=int, default=Recipe.steps, help="of the training (%(default)s)")
    parser.add_argument("--seed", type=int, default=Recipe.seed)
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--minutes", type=float, default=10, help="between checkpoints (%(default)s)")
    parser.add_argument("--only", metavar="STAGE", help="run one stage: base, vocabulary, ...")
    parser.add_argument("--entries", type=Path, help="JSONL of entries beside the starter's: reference, title, text")
    parser.add_argument("--dev", type=Path, help="measure with sib200/*.tsv and stsb_ro_en/dev.tsv of this folder")
    options = parser.parse_args(arguments)
    try:
        _train(options)
    except PunteError as error:
        sys.stderr.write(f"{error}\n")
        return 1
    except KeyboardInterrupt:
        sys.stderr.write("Stopped; the same command goes on from the last checkpoint.\n")
        return 130
    return 0


def _train(options: argparse.Namespace) -> None:
    # Both are read once, when the libraries start.
    os.environ.setdefault("RAYON_NUM_THREADS", str(options.threads))
    os.environ.setdefault("TOKENIZERS_PARALLELISM", "true")
    import torch

    from index.training.bench import Bench
    from index.training.stages import train

    torch.set_num_threads(options.threads)
    recipe = Recipe(steps=options.steps, seed=options.seed)
    bench = Bench(
        options.data, options.work, options.out, _say, recipe, minutes=options.minutes, entries_file=options.entries
    )
    train(bench, options.only)
    if options.dev:
        from index.encoding import encoder
        from index.measuring.encoding import Vectoriser
        from index.training import development

        model = encoder.load(str(options.out.resolve()), threads=options.threads)
        _say(json.dumps(development.figures(Vectoriser(model), bench.pairs, options.dev), indent=1))


def _say(line: str) -> None:
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main())
