"""Streets, complexes and buildings on the ground, and counts, each behind its wall."""

import django.db.models.deletion
from django.db import migrations, models

from courtyard.journal.walls import Wall

ON_GROUND = "courtyard_covers(path, 1) OR courtyard_covers(hood, 1)"


class Migration(migrations.Migration):
    dependencies = [
        ("territory", "0001_initial"),
    ]

    operations = [
        migrations.CreateModel(
            name="Segment",
            fields=[
                ("id", models.UUIDField(editable=False, primary_key=True, serialize=False)),
                ("path", models.CharField(max_length=400)),
                ("hood", models.CharField(max_length=400)),
                ("longitude", models.FloatField()),
                ("latitude", models.FloatField()),
                ("number", models.IntegerField()),
                ("street", models.CharField(max_length=120)),
                ("name_source", models.CharField(max_length=12)),
                ("start", models.CharField(max_length=24)),
                ("end", models.CharField(max_length=24)),
                ("metres", models.FloatField()),
                ("geometry", models.TextField()),
                (
                    "area",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="territory.area",
                    ),
                ),
                (
                    "edition",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="territory.edition",
                    ),
                ),
                (
                    "neighbourhood",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="territory.area",
                    ),
                ),
            ],
            options={
                "ordering": ["street", "number"],
            },
        ),
        migrations.CreateModel(
            name="Building",
            fields=[
                ("id", models.UUIDField(editable=False, primary_key=True, serialize=False)),
                ("path", models.CharField(max_length=400)),
                ("hood", models.CharField(max_length=400)),
                ("longitude", models.FloatField()),
                ("latitude", models.FloatField()),
                ("code", models.CharField(max_length=60)),
                ("block", models.CharField(max_length=40)),
                ("homes", models.IntegerField()),
                ("stabilised", models.BooleanField(default=False)),
                ("side", models.SmallIntegerField()),
                ("along", models.FloatField()),
                ("number", models.CharField(max_length=20)),
                ("street", models.CharField(max_length=120)),
                ("zip", models.CharField(max_length=10)),
                ("address_source", models.CharField(max_length=12)),
                ("doors", models.CharField(max_length=400)),
                ("doors_source", models.CharField(max_length=12)),
                (
                    "area",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="territory.area",
                    ),
                ),
                (
                    "edition",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="territory.edition",
                    ),
                ),
                (
                    "neighbourhood",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="territory.area",
                    ),
                ),
                (
                    "segment",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="territory.segment",
                    ),
                ),
            ],
            options={
                "ordering": ["street", "number"],
            },
        ),
        migrations.CreateModel(
            name="Complex",
            fields=[
                ("id", models.UUIDField(editable=False, primary_key=True, serialize=False)),
                ("path", models.CharField(max_length=400)),
                ("hood", models.CharField(max_length=400)),
                ("longitude", models.FloatField()),
                ("latitude", models.FloatField()),
                ("code", models.CharField(max_length=60)),
                ("name", models.CharField(max_length=120)),
                ("block", models.CharField(max_length=40)),
                ("homes", models.IntegerField()),
                ("stabilised", models.BooleanField(default=False)),
                ("reach", models.FloatField()),
                (
                    "area",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="territory.area",
                    ),
                ),
                (
                    "edition",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="territory.edition",
                    ),
                ),
                (
                    "neighbourhood",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="territory.area",
                    ),
                ),
            ],
            options={
                "verbose_name_plural": "complexes",
                "ordering": ["-homes", "code"],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("edition", "code"), name="complex_once_per_edition"
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Count",
            fields=[
                ("id", models.UUIDField(editable=False, primary_key=True, serialize=False)),
                ("path", models.CharField(max_length=400)),
                ("measure", models.CharField(max_length=80)),
                ("value", models.FloatField()),
                ("low", models.FloatField()),
                ("high", models.FloatField()),
                ("source", models.CharField(max_length=200)),
                ("as_of", models.DateField()),
                (
                    "area",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="counts",
                        to="territory.area",
                    ),
                ),
            ],
            options={
                "ordering": ["measure"],
                "constraints": [
                    models.UniqueConstraint(fields=("area", "measure"), name="count_once_per_area")
                ],
            },
        ),
        migrations.AddConstraint(
            model_name="segment",
            constraint=models.UniqueConstraint(
                fields=("edition", "number"), name="segment_once_per_edition"
            ),
        ),
        migrations.AddIndex(
            model_name="building",
            index=models.Index(fields=["block"], name="territory_b_block_469018_idx"),
        ),
        migrations.AddIndex(
            model_name="building",
            index=models.Index(fields=["street"], name="territory_b_street_136242_idx"),
        ),
        migrations.AddConstraint(
            model_name="building",
            constraint=models.UniqueConstraint(
                fields=("edition", "code"), name="building_once_per_edition"
            ),
        ),
        Wall("territory_segment", sees=ON_GROUND, writes="courtyard_covers('/', 5)"),
        Wall("territory_complex", sees=ON_GROUND, writes="courtyard_covers('/', 5)"),
        Wall(
            "territory_building",
            sees=ON_GROUND,
            writes="courtyard_covers(path, 2) OR courtyard_covers(hood, 2)",
        ),
        Wall(
            "territory_count",
            sees="courtyard_covers(path, 1)",
            writes="courtyard_covers('/', 4)",
            removes="courtyard_covers('/', 4)",
        ),
    ]
