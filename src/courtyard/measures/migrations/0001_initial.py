"""Weights as they were set, behind their wall."""

from django.db import migrations, models

from courtyard.journal.walls import Wall


class Migration(migrations.Migration):
    initial = True

    dependencies = [("journal", "0001_initial")]

    operations = [
        migrations.CreateModel(
            name="Weighting",
            fields=[
                ("id", models.UUIDField(editable=False, primary_key=True, serialize=False)),
                ("chosen", models.JSONField(default=dict)),
                ("by", models.UUIDField()),
                ("at", models.DateTimeField(db_index=True)),
            ],
            options={"ordering": ["-at", "-id"]},
        ),
        Wall(
            "measures_weighting",
            sees="courtyard_open() AND "
            "nullif(current_setting('courtyard.grants', true), '') IS NOT NULL",
            writes="courtyard_covers('/', 4)",
        ),
    ]
