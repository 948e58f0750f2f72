"""Start Rasa's own HTTP server for one model. Run by Rasa's Python: `python launch.py MODEL PORT PARENT_PID`.

The same server as `rasa run --enable-api`, without the command line's imports, and it ends when its parent does.
"""

import ctypes
import logging
import os
import signal
import sys


def end_with_parent(parent: int) -> None:
    """Ask the kernel (Linux) to end this process when its parent is gone."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(1, signal.SIGTERM)
        if os.getppid() != parent:
            sys.exit(0)


def main() -> None:
    model, port, parent = sys.argv[1], int(sys.argv[2]), int(sys.argv[3])
    end_with_parent(parent)
    # Imported late: Rasa takes seconds to import, and the parent may be gone before.
    from rasa.core.run import serve_application  # type: ignore[import-not-found]
    from rasa.utils.log_utils import configure_structlog  # type: ignore[import-not-found]

    # Rasa would write what people say into the log; warnings are enough.
    configure_structlog(logging.WARNING)
    # Without a channel Rasa would read the console.
    serve_application(model_path=model, channel="rest", interface="127.0.0.1", port=port, enable_api=True)


if __name__ == "__main__":
    main()
