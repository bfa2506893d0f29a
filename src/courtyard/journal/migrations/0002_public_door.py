"""The public door: what stands open at it is said by each table that does."""

from django.db import migrations

from courtyard.journal.walls import PublicDoor


class Migration(migrations.Migration):
    dependencies = [("journal", "0001_initial")]
    operations = [PublicDoor()]
