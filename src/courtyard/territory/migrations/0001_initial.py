"""Editions, areas and outlines, each behind its wall."""

import django.db.models.deletion
from django.db import migrations, models

from courtyard.journal.walls import Wall


class Migration(migrations.Migration):
    initial = True

    dependencies = [("journal", "0001_initial")]

    operations = [
        migrations.CreateModel(
            name="Edition",
            fields=[
                ("id", models.UUIDField(editable=False, primary_key=True, serialize=False)),
                ("name", models.CharField(max_length=120)),
                ("kind", models.CharField(max_length=40)),
                ("valid_from", models.DateField()),
                ("valid_to", models.DateField()),
                ("publisher", models.CharField(max_length=120)),
                ("licence", models.CharField(max_length=200)),
                ("file", models.CharField(max_length=200)),
                ("sha256", models.CharField(max_length=64)),
            ],
            options={
                "ordering": ["-valid_from", "name"],
                "constraints": [
                    models.UniqueConstraint(fields=("kind", "sha256"), name="edition_loaded_once"),
                    models.CheckConstraint(
                        condition=models.Q(("valid_from__lte", models.F("valid_to"))),
                        name="edition_days_ordered",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Area",
            fields=[
                ("id", models.UUIDField(editable=False, primary_key=True, serialize=False)),
                ("path", models.CharField(max_length=400, unique=True)),
                ("kind", models.CharField(max_length=40)),
                ("code", models.CharField(max_length=60)),
                ("name", models.CharField(max_length=120)),
                ("longitude", models.FloatField()),
                ("latitude", models.FloatField()),
                (
                    "parent",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="parts",
                        to="territory.area",
                    ),
                ),
                (
                    "edition",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="areas",
                        to="territory.edition",
                    ),
                ),
            ],
            options={
                "ordering": ["kind", "code"],
            },
        ),
        migrations.CreateModel(
            name="Outline",
            fields=[
                ("id", models.UUIDField(editable=False, primary_key=True, serialize=False)),
                ("path", models.CharField(max_length=400)),
                ("geometry", models.TextField()),
                (
                    "area",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="outline",
                        to="territory.area",
                    ),
                ),
            ],
            options={
                "abstract": False,
            },
        ),
        migrations.AddConstraint(
            model_name="area",
            constraint=models.UniqueConstraint(
                fields=("edition", "kind", "code"), name="area_once_per_edition"
            ),
        ),
        Wall(
            "territory_edition",
            sees="courtyard_open() AND (courtyard_signing_in() "
            "OR nullif(current_setting('courtyard.grants', true), '') IS NOT NULL)",
            writes="courtyard_covers('/', 5)",
        ),
        Wall(
            "territory_area",
            sees="courtyard_covers(path, 1) OR courtyard_signing_in()",
            writes="courtyard_covers('/', 5)",
        ),
        Wall(
            "territory_outline",
            sees="courtyard_covers(path, 1)",
            writes="courtyard_covers('/', 5)",
        ),
    ]
