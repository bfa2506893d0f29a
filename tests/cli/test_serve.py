"""`courtyard serve` as processes: one server at a port, and nothing of it outlives it."""

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.conftest import ROOT

COURTYARD = str(Path(sys.executable).with_name("courtyard"))


def told(home: Path, port: int) -> dict[str, str]:
    plain = {k: v for k, v in os.environ.items() if not k.startswith(("COURTYARD_", "DATABASE_"))}
    return plain | {"COURTYARD_HOME": str(home), "COURTYARD_URL": f"http://localhost:{port}"}


@contextmanager
def free_port() -> Iterator[int]:
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        yield one.getsockname()[1]


def answers(port: int) -> bool:
    try:
        socket.create_connection(("127.0.0.1", port), timeout=1).close()
    except OSError:
        return False
    return True


def until(is_so) -> bool:
    for _ in range(300):
        if is_so():
            return True
        time.sleep(0.1)
    return False


def of_group(group: int) -> list[str]:
    done = subprocess.run(
        ["ps", "-o", "pid=,stat=", "-g", str(group)], capture_output=True, text=True, check=False
    )
    return [line for line in done.stdout.splitlines() if " Z" not in line]


def test_it_leaves_no_process_when_it_is_killed(tmp_path: Path) -> None:
    with free_port() as port:
        pass
    command = [COURTYARD, "serve", "--port", str(port)]
    running = subprocess.Popen(command, env=told(tmp_path, port), cwd=ROOT, start_new_session=True)
    try:
        assert until(lambda: answers(port) and len(of_group(running.pid)) >= 4)
        running.send_signal(signal.SIGKILL)
        running.wait()
        assert until(lambda: not of_group(running.pid)), of_group(running.pid)
        assert not answers(port)
    finally:
        if of_group(running.pid):
            os.killpg(running.pid, signal.SIGKILL)


def test_it_does_not_begin_where_something_answers(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = other.getsockname()[1]
        done = subprocess.run(
            [COURTYARD, "serve", "--port", str(port)],
            env=told(tmp_path, port), cwd=ROOT, capture_output=True, text=True, check=False,
        )  # fmt: skip
    assert done.returncode == 2
    assert f"Something answers at port {port} of 127.0.0.1 already." in done.stderr
