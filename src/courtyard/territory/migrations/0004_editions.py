"""Editions of streets, buildings and census tables that follow each other; a report of each."""

import django.db.models.deletion
from django.db import migrations, models

from courtyard.journal.walls import Removes, Wall, Writes

# From organiser upwards, in whatever area: what is loaded holds for all of them.
ORGANISERS = """courtyard_open() AND EXISTS (
  SELECT 1 FROM unnest(string_to_array(
    nullif(current_setting('courtyard.grants', true), ''), ',')) AS held
  WHERE split_part(held, ':', 1)::integer >= 4)"""
LOADS = "courtyard_covers('/', 5)"
# Who organises everywhere may count what is loaded, and a count is an edition too.
COUNTS = f"{LOADS} OR (kind = 'counts' AND courtyard_covers('/', 4))"
NOT_PRUNED = models.Q(pruned_at=None)
NOT_REPLACED = models.Q(replaced_at=None)


class Migration(migrations.Migration):
    dependencies = [("territory", "0003_public_names")]

    operations = [
        migrations.AddField("edition", "first", models.UUIDField(null=True)),
        migrations.RunSQL("UPDATE territory_edition SET first = id", migrations.RunSQL.noop),
        migrations.AlterField("edition", "first", models.UUIDField(db_index=True, editable=False)),
        migrations.AddField("edition", "loaded_at", models.DateTimeField(null=True)),
        migrations.AddField("edition", "replaced_at", models.DateTimeField(null=True)),
        migrations.AddField("edition", "pruned_at", models.DateTimeField(null=True)),
        migrations.RemoveConstraint("edition", "edition_loaded_once"),
        migrations.AddConstraint(
            "edition",
            models.UniqueConstraint(
                fields=("kind", "sha256"), condition=NOT_PRUNED, name="edition_loaded_once"
            ),
        ),
        migrations.AddConstraint(
            "edition",
            models.UniqueConstraint(
                fields=("first",), condition=NOT_REPLACED, name="edition_one_in_force"
            ),
        ),
        migrations.AddField(
            "area", "ocd_id", models.CharField(blank=True, default="", max_length=200)
        ),
        migrations.AddField(
            "area", "geoid", models.CharField(blank=True, default="", max_length=20)
        ),
        migrations.AddField(
            "count",
            "edition",
            models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="territory.edition",
            ),
        ),
        migrations.AlterField(
            "count",
            "area",
            models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="territory.area",
            ),
        ),
        migrations.RemoveConstraint("count", "count_once_per_area"),
        migrations.AddConstraint(
            "count",
            models.UniqueConstraint(
                fields=("area", "measure"),
                condition=models.Q(edition=None),
                name="count_once_per_area",
            ),
        ),
        migrations.AddConstraint(
            "count",
            models.UniqueConstraint(
                fields=("edition", "area", "measure"), name="count_once_per_edition"
            ),
        ),
        migrations.CreateModel(
            name="Report",
            fields=[
                ("id", models.UUIDField(editable=False, primary_key=True, serialize=False)),
                ("by", models.UUIDField()),
                ("said", models.JSONField(default=dict)),
                (
                    "edition",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="report",
                        to="territory.edition",
                    ),
                ),
            ],
            options={"abstract": False},
        ),
        Wall("territory_report", sees=ORGANISERS, writes=LOADS),
        Writes("territory_edition", COUNTS, before=LOADS),
        Removes("territory_segment", LOADS),
        Removes("territory_complex", LOADS),
        Removes("territory_building", LOADS),
    ]
