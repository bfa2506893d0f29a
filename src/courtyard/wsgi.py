"""What the web server runs."""

import os
import threading

from django.core.wsgi import get_wsgi_application

from courtyard.orphans import end_with_parent


def warm_up_quietly() -> None:
    """Warms planning up beside the requests."""
    from courtyard.canvass.warm import warm_up_or_log  # noqa: PLC0415  # so as to answer sooner

    warm_up_or_log()


os.umask(0o077)  # what the server writes is for its own user only
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "courtyard.settings")
end_with_parent()
application = get_wsgi_application()
# Planning is compiled and read meanwhile: the first page of a fresh start is there in two seconds.
threading.Thread(target=warm_up_quietly, name="warming up", daemon=True).start()
