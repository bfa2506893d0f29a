"""Streets are public: a walk may lead along one that lies outside of the area of whoever plans it."""

from django.db import migrations

from courtyard.journal.walls import Shows

ON_GROUND = "courtyard_covers(path, 1) OR courtyard_covers(hood, 1)"
WITH_A_ROLE = (
    "courtyard_open() AND nullif(current_setting('courtyard.grants', true), '') IS NOT NULL"
)


class Migration(migrations.Migration):
    dependencies = [("territory", "0005_kinds_of_streets")]

    operations = [Shows("territory_segment", sees=WITH_A_ROLE, before=ON_GROUND)]
