"""What the web server runs."""

import os
import threading
from collections.abc import Callable
from wsgiref.util import setup_testing_defaults

from django.conf import settings
from django.core.wsgi import get_wsgi_application

from courtyard.orphans import end_with_parent

PUBLIC = "/here/"  # a page for everybody that reads the latest contest


def warm_up_quietly() -> None:
    """Makes a page and warms others and planning up beside the requests, so that nobody waits."""
    from courtyard.canvass import warm as planning  # noqa: PLC0415  # so as to answer sooner
    from courtyard.web import warm as pages  # noqa: PLC0415  # the same

    visit(PUBLIC)
    pages.warm_up_or_log()
    planning.warm_up_or_log()


def visit(path: str) -> str:
    """Asks this process itself for a page, as the first of all; gives the status of the answer."""
    scheme = settings.COURTYARD_URL.partition(":")[0]
    asked = {"PATH_INFO": path, "HTTP_HOST": settings.COURTYARD_HOST, "wsgi.url_scheme": scheme}
    setup_testing_defaults(asked)
    said: list[str] = []

    def begin(status: str, *_: object) -> Callable[[bytes], object]:
        said.append(status)
        return len

    answer = application(asked, begin)
    for _part in answer:
        pass
    answer.close()
    return said[0]


os.umask(0o077)  # what the server writes is for its own user only
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "courtyard.settings")
end_with_parent()
application = get_wsgi_application()
# Planning is compiled and read meanwhile: the first page of a fresh start is there in two seconds.
threading.Thread(target=warm_up_quietly, name="warming up", daemon=True).start()
