"""The wall clock of the machine that desks run on, set ahead and back while they run: by libfaketime."""

from itertools import cycle
from pathlib import Path

HOURS = 2


class MachineClock:
    """A clock that the processes with these `settings` in their environment go by.

    Raises `FileNotFoundError` without the library (apt-get install faketime).
    """

    def __init__(self, folder: Path) -> None:
        library = next(Path("/usr/lib").glob("*/faketime/libfaketimeMT.so.1"), None)
        if library is None:
            raise FileNotFoundError("libfaketime is not installed: apt-get install faketime")
        self._file = folder / "clock"
        self._off = cycle([HOURS, 0, -HOURS, 0])
        self._file.write_text("+0\n")
        self.settings = {
            "LD_PRELOAD": str(library), "FAKETIME_TIMESTAMP_FILE": str(self._file), "FAKETIME_NO_CACHE": "1",
            "FAKETIME_DONT_FAKE_MONOTONIC": "1",
        }  # fmt: skip

    def jump(self) -> None:
        """Set the clock: two hours ahead, right again, two hours back, right again, and so on."""
        self._file.write_text(f"{next(self._off) * 3600:+d}\n")
