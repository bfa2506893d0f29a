"""What the web server runs."""

import os

from django.core.wsgi import get_wsgi_application

from courtyard.orphans import end_with_parent

os.umask(0o077)  # what the server writes is for its own user only
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "courtyard.settings")
end_with_parent()
application = get_wsgi_application()
