"""Accounts, roles, invitations and devices, each behind its wall."""

import django.db.models.deletion
import django.db.models.functions.text
from django.conf import settings
from django.db import migrations, models

from courtyard.journal.walls import Wall


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("territory", "0001_initial"),
    ]

    operations = [
        migrations.CreateModel(
            name="Account",
            fields=[
                ("id", models.UUIDField(editable=False, primary_key=True, serialize=False)),
                ("password", models.CharField(max_length=128, verbose_name="password")),
                ("email", models.EmailField(max_length=254, unique=True)),
                ("name", models.CharField(max_length=120)),
                ("is_active", models.BooleanField(default=True)),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            ("email", django.db.models.functions.text.Lower("email"))
                        ),
                        name="account_email_lower_case",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Device",
            fields=[
                ("id", models.UUIDField(editable=False, primary_key=True, serialize=False)),
                ("name", models.CharField(max_length=60)),
                ("since", models.DateTimeField()),
                ("ended_at", models.DateTimeField(null=True)),
                (
                    "account",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="devices",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "ordering": ["-since"],
            },
        ),
        migrations.CreateModel(
            name="Invitation",
            fields=[
                ("id", models.UUIDField(editable=False, primary_key=True, serialize=False)),
                (
                    "role",
                    models.CharField(
                        choices=[
                            ("member", "member"),
                            ("canvasser", "canvasser"),
                            ("captain", "captain"),
                            ("organiser", "organiser"),
                            ("administrator", "administrator"),
                        ],
                        max_length=20,
                    ),
                ),
                ("path", models.CharField(db_index=True, default="/", max_length=400)),
                ("invited_at", models.DateTimeField()),
                ("expires_at", models.DateTimeField()),
                ("fingerprint", models.CharField(max_length=64, unique=True)),
                ("accepted_by", models.UUIDField(null=True)),
                ("accepted_at", models.DateTimeField(null=True)),
                ("withdrawn_at", models.DateTimeField(null=True)),
                (
                    "area",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="invitations",
                        to="territory.area",
                    ),
                ),
                (
                    "invited_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="invitations",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "abstract": False,
            },
        ),
        migrations.CreateModel(
            name="Role",
            fields=[
                ("id", models.UUIDField(editable=False, primary_key=True, serialize=False)),
                (
                    "role",
                    models.CharField(
                        choices=[
                            ("member", "member"),
                            ("canvasser", "canvasser"),
                            ("captain", "captain"),
                            ("organiser", "organiser"),
                            ("administrator", "administrator"),
                        ],
                        max_length=20,
                    ),
                ),
                ("path", models.CharField(db_index=True, default="/", max_length=400)),
                ("given_by", models.UUIDField()),
                ("given_at", models.DateTimeField()),
                ("ended_by", models.UUIDField(null=True)),
                ("ended_at", models.DateTimeField(null=True)),
                (
                    "account",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="roles",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "area",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="roles",
                        to="territory.area",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("ended_at", None)),
                        fields=("account", "role", "path"),
                        name="role_held_once",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            (
                                "role__in",
                                ["member", "canvasser", "captain", "organiser", "administrator"],
                            )
                        ),
                        name="role_known",
                    ),
                ],
            },
        ),
        Wall(
            "people_role",
            sees="account_id = courtyard_account() OR courtyard_covers(path, 4) "
            "OR courtyard_signing_in()",
            writes="courtyard_covers(path, 5) OR courtyard_signing_in() OR (courtyard_covers(path, 4) "
            "AND (role IN ('member', 'canvasser', 'captain') OR ended_at IS NOT NULL)) "
            "OR (account_id = courtyard_account() AND ended_at IS NOT NULL)",
        ),
        Wall(
            "people_account",
            sees="id = courtyard_account() OR courtyard_signing_in() OR EXISTS ("
            "SELECT 1 FROM people_role held WHERE held.account_id = people_account.id "
            "AND courtyard_covers(held.path, 4))",
            writes="id = courtyard_account() OR courtyard_signing_in()",
        ),
        Wall(
            "people_invitation",
            sees="courtyard_covers(path, 4) OR courtyard_signing_in()",
        ),
        Wall(
            "people_device",
            sees="account_id = courtyard_account() OR courtyard_signing_in()",
            writes="account_id = courtyard_account()",
        ),
    ]
