"""The journal's table, and what every wall may ask."""

from django.db import migrations, models

from courtyard.journal.walls import OpKnown, Questions, Wall


class Migration(migrations.Migration):
    initial = True
    dependencies = []
    operations = [
        Questions(),
        migrations.CreateModel(
            name="Entry",
            fields=[
                ("id", models.UUIDField(editable=False, primary_key=True, serialize=False)),
                ("act", models.CharField(max_length=80)),
                ("by", models.UUIDField(db_index=True)),
                ("at", models.DateTimeField(db_index=True)),
                ("ids", models.JSONField(default=list)),
                ("seal", models.CharField(max_length=64)),
            ],
            options={"ordering": ["id"], "verbose_name_plural": "entries"},
        ),
        Wall(
            "journal_entry",
            sees="by = courtyard_account() OR courtyard_covers('/', 5)",
            writes="by = courtyard_account()",
        ),
        OpKnown(),
    ]
