"""The recipe of a training: every number that its result depends on beside the data."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Recipe:
    """Sizes, rates and shares; those given are what the desk's encoder was trained with.

    Rates are learning rates at their height. Lengths are in pieces, `tokens` is how many pieces a batch may hold with
    its padding, and `round` is how many sentences are drawn, sorted by length and cut into batches at a time. In the
    sharpening `paragraphs` is how many each language has, `long` and `asked` are the shares of the steps that learn
    passages and questions, and a question is told apart from `near` neighbours of its answer and `others` by chance.
    """

    seed: int = 0
    pieces: int = 57_000
    temperature: float = 0.05

    bag_rounds: int = 3
    bag_batch: int = 1024
    bag_rate: float = 2e-3

    steps: int = 2600
    rate: float = 2e-4
    table_rate: float = 2e-3
    warm_up: int = 50
    bag_length: float = 0.8
    cosine: float = 6.0
    alone: float = 0.5
    bank: int = 1024
    round: int = 32_768
    tokens: int = 6144
    batch: int = 1024
    english: float = 0.08
    noise: float = 0.15

    paragraphs: int = 2000
    sharpen_steps: int = 1400
    sharpen_rate: float = 1e-4
    sharpen_table_rate: float = 1e-3
    sharpen_english: float = 0.3
    long: float = 0.4
    asked: float = 0.3
    asked_batch: int = 256
    others: int = 6144
    near: int = 4
