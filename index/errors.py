"""Errors of the index room: each docstring is the message a person reads, and says what to do next.

PunteError
├── EncoderUnavailable
├── IndexNotReady
├── GoldenFileInvalid
├── SampleInvalid
└── EntriesInvalid
"""

from knowledge.errors import PunteError


class EncoderUnavailable(PunteError):
    """The encoder cannot be loaded; set PUNTE_ENCODER to a model folder, a cached hub model, or leave it empty."""

    code = "encoder_unavailable"


class IndexNotReady(PunteError):
    """The index has not been built yet; wait for the start to finish, or call `build()` first."""

    code = "index_not_ready"


class GoldenFileInvalid(PunteError):
    """The file of questions cannot be read; mend the named line and run the evaluation again."""

    code = "golden_file_invalid"


class SampleInvalid(PunteError):
    """The sample cannot be measured; mend the named file or line and run the evaluation again."""

    code = "sample_invalid"


class EntriesInvalid(PunteError):
    """The entries cannot be read; name with --entries a JSONL file of lines with `reference`, `title` and `text`."""

    code = "entries_invalid"
