"""Four processes write at once to the embedded database: no lock error, nothing lost."""

import os
import subprocess
import sys
from pathlib import Path

WRITER = """
import os, sys
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "courtyard.settings")
import django
django.setup()
from uuid import UUID, uuid5
from django.utils import timezone
from courtyard.journal.op import new_op
from courtyard.journal.reader import Reader
from courtyard.people.acts import enrol_device
account, shared = UUID(sys.argv[1]), UUID(sys.argv[2])
by = Reader(account)
for turn in range(40):
    enrol_device(op=new_op(), by=by, at=timezone.now(), name="own")
    enrol_device(op=uuid5(shared, str(turn)), by=by, at=timezone.now(), name="shared")
"""
READER = """
import os
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "courtyard.settings")
import django
django.setup()
from courtyard.journal.models import Entry
from courtyard.people.models import Device
print(Device.objects.filter(name="own").count(), Device.objects.filter(name="shared").count(),
      Entry.objects.filter(act="people.enrol_device").count())
"""
FOUNDER = """
import os
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "courtyard.settings")
import django
django.setup()
from django.utils import timezone
from courtyard.cli.ready import ready_database
from courtyard.people.acts import operator
ready_database()
print(operator(timezone.now()).account)
"""


def test_it_lets_four_processes_write_at_once(tmp_path: Path) -> None:
    environment = {key: value for key, value in os.environ.items() if "DATABASE" not in key}
    environment |= {"COURTYARD_HOME": str(tmp_path)}

    def run(program: str, *words: str) -> subprocess.Popen[str]:
        command = [sys.executable, "-c", program, *words]
        return subprocess.Popen(
            command, env=environment, text=True, stdout=subprocess.PIPE, stderr=subprocess.PIPE
        )

    account = run(FOUNDER).communicate()[0].strip()
    shared = "01890000-0000-7000-8000-000000000000"
    writers = [run(WRITER, account, shared) for _ in range(4)]
    for writer in writers:
        _, errors = writer.communicate()
        assert writer.returncode == 0, errors
    assert run(READER).communicate()[0].split() == ["160", "40", "200"]
