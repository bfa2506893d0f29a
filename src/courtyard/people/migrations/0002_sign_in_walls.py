"""Walls around the tables that signing in brings along (Django's and allauth's)."""

from django.db import migrations

from courtyard.journal.walls import Wall

OWN = "user_id = courtyard_account() OR courtyard_signing_in()"
# Sessions are found by a secret key, and written after the reader's own scope was opened.
READ_ONLY = ("django_content_type", "django_migrations")
UNUSED = (
    "auth_permission",
    "auth_group",
    "auth_group_permissions",
    "account_emailconfirmation",
)


class Migration(migrations.Migration):
    dependencies = [
        ("people", "0001_initial"),
        ("sessions", "0001_initial"),
        ("contenttypes", "0002_remove_content_type_name"),
        ("auth", "0012_alter_user_first_name_max_length"),
        ("account", "0009_emailaddress_unique_primary_email"),
        ("mfa", "0003_authenticator_type_uniq"),
    ]
    operations = [
        Wall("django_session", sees="courtyard_open()", removes="courtyard_open()"),
        *(Wall(table, sees="courtyard_open()", writes="") for table in READ_ONLY),
        *(Wall(table, sees="courtyard_signing_in()", writes="") for table in UNUSED),
        Wall("account_emailaddress", sees=OWN, removes=OWN),
        Wall("mfa_authenticator", sees=OWN, removes=OWN),
    ]
