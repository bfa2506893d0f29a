"""Loads, changes of versions, and the queue of background work, each behind its wall."""

from django.db import migrations, models

from courtyard.journal.walls import Wall

# From organiser upwards, in whatever area: what is loaded holds for all of them.
SEES = """courtyard_open() AND EXISTS (
  SELECT 1 FROM unnest(string_to_array(
    nullif(current_setting('courtyard.grants', true), ''), ',')) AS held
  WHERE split_part(held, ':', 1)::integer >= 4)"""
LOADS = "courtyard_covers('/', 4)"


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("journal", "0001_initial"),
        ("django_tasks_database", "0021_conditional_partial_index_ordering"),
    ]

    operations = [
        migrations.CreateModel(
            name="Change",
            fields=[
                ("id", models.UUIDField(editable=False, primary_key=True, serialize=False)),
                ("dataset", models.CharField(db_index=True, max_length=120)),
                ("was", models.PositiveIntegerField(null=True)),
                ("now", models.PositiveIntegerField(null=True)),
                ("removed", models.JSONField(default=list)),
                ("by", models.UUIDField()),
                ("at", models.DateTimeField()),
            ],
            options={
                "ordering": ["-at", "id"],
            },
        ),
        migrations.CreateModel(
            name="Load",
            fields=[
                ("id", models.UUIDField(editable=False, primary_key=True, serialize=False)),
                ("by", models.UUIDField()),
                ("at", models.DateTimeField(db_index=True)),
                ("rank", models.PositiveSmallIntegerField()),
                ("files", models.JSONField()),
                ("spool", models.CharField(max_length=32, unique=True)),
                ("said", models.JSONField(default=dict)),
                ("adds", models.BooleanField(default=False)),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("waiting", "waiting"),
                            ("reading", "reading"),
                            ("done", "done"),
                            ("refused", "refused"),
                            ("failed", "failed"),
                            ("cancelled", "cancelled"),
                        ],
                        max_length=10,
                    ),
                ),
                ("stage", models.CharField(default="", max_length=20)),
                ("file", models.CharField(default="", max_length=200)),
                ("done_bytes", models.BigIntegerField(default=0)),
                ("total_bytes", models.BigIntegerField(default=0)),
                ("rows", models.BigIntegerField(default=0)),
                ("made", models.JSONField(default=list)),
                ("sentence", models.TextField(default="")),
                ("worker", models.CharField(default="", max_length=64)),
                ("leased_until", models.DateTimeField(null=True)),
                ("taken", models.PositiveSmallIntegerField(default=0)),
                ("ended_at", models.DateTimeField(null=True)),
            ],
            options={
                "ordering": ["-at", "id"],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            (
                                "state__in",
                                ("waiting", "reading", "done", "refused", "failed", "cancelled"),
                            )
                        ),
                        name="load_state_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("ended_at", None), ("state__in", ("waiting", "reading"))),
                            models.Q(
                                models.Q(("state__in", ("waiting", "reading")), _negated=True),
                                ("ended_at__isnull", False),
                            ),
                            _connector="OR",
                        ),
                        name="load_ended_or_running",
                    ),
                ],
            },
        ),
        Wall("sources_load", sees=SEES, writes=LOADS),
        Wall("sources_change", sees=SEES, writes=LOADS),
        # A task is the name of a function and the id of a row: it says nothing by itself, and what
        # it points to has a wall of its own. So any open scope may queue one. The worker empties
        # the queue as itself, and removes what is done after some days.
        Wall(
            "django_tasks_database_dbtaskresult",
            sees="courtyard_open()",
            removes="courtyard_open() AND status IN ('SUCCESSFUL', 'FAILED')",
        ),
    ]
