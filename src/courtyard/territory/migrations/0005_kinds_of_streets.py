"""What kind of street it is: a wide one is crossed at its corners, a motorway is not walked along."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("territory", "0004_editions")]

    operations = [
        migrations.AddField(
            "segment", "kind", models.CharField(blank=True, default="", max_length=40)
        ),
    ]
