"""What can go wrong in this room; each docstring is the message and says what to do next.

NluError
├── EnvironmentMissing
├── TrainingFailed
└── ServerNotReady
"""

from typing import ClassVar


class NluError(Exception):
    """The understanding of messages failed; see the log of the NLU server."""

    code: ClassVar[str] = "nlu_error"

    def __init__(self, detail: str = "") -> None:
        message = (type(self).__doc__ or "").strip()
        super().__init__(f"{message} ({detail})" if detail else message)


class EnvironmentMissing(NluError):
    """Rasa's environment is missing: make it with Python 3.10 and `pip install --no-deps -r nlu/requirements.txt`."""

    code = "environment_missing"


class TrainingFailed(NluError):
    """Rasa did not train a model: read the lines below, mend the data in nlu/rasa and train again."""

    code = "training_failed"


class ServerNotReady(NluError):
    """The Rasa server did not become ready in time: read its log file; the desk goes on with the offline twin."""

    code = "server_not_ready"
