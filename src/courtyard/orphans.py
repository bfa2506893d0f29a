"""A process of the web server ends when the one that started it is gone, however it went."""

import os
import threading
import time

# In the environment: the process that started the server. Only its own children watch it.
PARENT = "COURTYARD_SERVED_BY"
LOOK = 1.0  # seconds between two looks


def end_with_parent() -> None:
    """Watches whoever started this process to serve, if anybody did."""
    if PARENT in os.environ:
        threading.Thread(target=_watch, name="watch of the parent", daemon=True).start()


def is_orphan(parent: int) -> bool:
    """Whether whoever started this process is gone; they may be so before it looked first."""
    return os.getppid() != int(os.environ.get(PARENT, parent))


def _watch() -> None:
    while not is_orphan(0):
        time.sleep(LOOK)
    # Nobody is left to wait for a graceful end, and the port must be free for the next server.
    os._exit(1)
