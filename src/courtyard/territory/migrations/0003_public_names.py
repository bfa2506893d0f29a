"""The names of areas and editions are published: at the public door everybody may read them."""

from django.db import migrations

from courtyard.journal.walls import Shows

EDITIONS = (
    "courtyard_open() AND (courtyard_signing_in() "
    "OR nullif(current_setting('courtyard.grants', true), '') IS NOT NULL)"
)
AREAS = "courtyard_covers(path, 1) OR courtyard_signing_in()"


class Migration(migrations.Migration):
    dependencies = [("journal", "0002_public_door"), ("territory", "0002_ground")]
    operations = [
        Shows("territory_edition", f"({EDITIONS}) OR courtyard_public()", before=EDITIONS),
        Shows("territory_area", f"({AREAS}) OR courtyard_public()", before=AREAS),
    ]
