"""A plan that never ends, to be killed: `python -m tests.cli.slow_plan DOORS FOLDER`."""

import os
import signal
import sys
import time

if __name__ == "__main__":
    # As in a terminal: whatever is started in the background ignores Ctrl-C.
    signal.signal(signal.SIGINT, signal.default_int_handler)
    os.environ["DJANGO_SETTINGS_MODULE"] = "courtyard.settings"
    os.environ.setdefault("COURTYARD_SECRET_KEY", "only for tests")
    os.environ.setdefault("COURTYARD_SEAL_KEY", "only for tests too")
    import django

    django.setup()
    from courtyard.cli import plan_work
    from courtyard.cli.plan import plan

    def slow(*_: object) -> str:
        """Says that half of it is written, and waits."""
        sys.stderr.write("begun\n")
        sys.stderr.flush()
        time.sleep(300)
        return ""

    plan_work._csv = slow  # type: ignore[assignment]
    plan(["--doors-file", sys.argv[1], "--into", sys.argv[2], "--processes", "1"])
