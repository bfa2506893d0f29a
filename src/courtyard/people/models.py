"""Accounts, the roles they hold in areas, the devices they use, and invitations."""

from datetime import datetime
from typing import Any, ClassVar, Self

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.db import models
from django.db.models.functions import Lower

from courtyard.journal.models import Row, RowQuerySet
from courtyard.journal.reader import EVERYWHERE, Grant, Rank, Reader, rank_of
from courtyard.territory.models import Area

from .rules import DEVICE_HOLDS

ROLES = [(rank.code, rank.code) for rank in Rank]


class AccountQuerySet(RowQuerySet["Account"]):
    def visible_to(self, reader: Reader) -> Self:
        """Oneself, and from organiser upwards those who hold a role within one's areas."""
        led = reader.paths(Rank.ORGANISER)
        if not led:
            return self.filter(id=reader.account)
        within = models.Q(id=reader.account)
        for path in led:
            within |= models.Q(roles__path__startswith=path)
        return self.filter(within).distinct()


class AccountManager(BaseUserManager["Account"]):
    """What Django's sign-in asks for, over our queryset."""

    def get_queryset(self) -> AccountQuerySet:
        return AccountQuerySet(self.model, using=self._db)

    def visible_to(self, reader: Reader) -> AccountQuerySet:
        return self.get_queryset().visible_to(reader)


class Account(AbstractBaseUser, Row):
    """Somebody who can act here. Of their sign-ins only the devices are kept."""

    last_login = None  # a trace nobody needs
    email = models.EmailField(unique=True)
    name = models.CharField(max_length=120)
    is_active = models.BooleanField(default=True)

    USERNAME_FIELD = "email"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS: ClassVar = ["name"]
    objects: ClassVar[Any] = AccountManager()

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=models.Q(email=Lower("email")), name="account_email_lower_case"
            )
        ]

    def __str__(self) -> str:
        return self.name

    def reader(self) -> Reader:
        """This account with the roles it holds now, in one query."""
        held = Role.objects.filter(account=self, ended_at=None).order_by("id")
        return Reader(
            self.id,
            tuple(
                Grant(rank_of(role), path, area)
                for role, path, area in held.values_list("role", "path", "area_id")
            ),
        )


class RoleQuerySet(RowQuerySet["Role"]):
    def visible_to(self, reader: Reader) -> Self:
        """One's own roles, and from organiser upwards all within one's areas."""
        within = models.Q(account=reader.account)
        for path in reader.paths(Rank.ORGANISER):
            within |= models.Q(path__startswith=path)
        return self.filter(within)

    def held(self) -> Self:
        """Roles that have not ended."""
        return self.filter(ended_at=None)


class Role(Row):
    """A role held in an area: since when, given by whom, and when it ended.

    Without an area it holds for the whole installation; `path` is the area's, or EVERYWHERE.
    """

    account = models.ForeignKey(Account, on_delete=models.CASCADE, related_name="roles")
    role = models.CharField(max_length=20, choices=ROLES)
    area = models.ForeignKey(Area, null=True, on_delete=models.PROTECT, related_name="roles")
    path = models.CharField(max_length=400, default=EVERYWHERE, db_index=True)
    given_by = models.UUIDField()
    given_at = models.DateTimeField()
    ended_by = models.UUIDField(null=True)
    ended_at = models.DateTimeField(null=True)

    objects: ClassVar[Any] = RoleQuerySet.as_manager()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["account", "role", "path"],
                condition=models.Q(ended_at=None),
                name="role_held_once",
            ),
            models.CheckConstraint(
                condition=models.Q(role__in=[code for code, _ in ROLES]), name="role_known"
            ),
        ]

    def __str__(self) -> str:
        return self.role


class InvitationQuerySet(RowQuerySet["Invitation"]):
    def visible_to(self, reader: Reader) -> Self:
        """From organiser upwards, those into one's areas."""
        within = models.Q(pk__in=[])
        for path in reader.paths(Rank.ORGANISER):
            within |= models.Q(path__startswith=path)
        return self.filter(within)

    def open_at(self, moment: datetime) -> Self:
        """Neither used, nor taken back, nor run out."""
        return self.filter(accepted_at=None, withdrawn_at=None, expires_at__gt=moment)


class Invitation(Row):
    """A link that lets one person take up a role. Only the link's fingerprint is kept."""

    role = models.CharField(max_length=20, choices=ROLES)
    area = models.ForeignKey(Area, null=True, on_delete=models.PROTECT, related_name="invitations")
    path = models.CharField(max_length=400, default=EVERYWHERE, db_index=True)
    invited_by = models.ForeignKey(Account, on_delete=models.CASCADE, related_name="invitations")
    invited_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    fingerprint = models.CharField(max_length=64, unique=True)
    accepted_by = models.UUIDField(null=True)
    accepted_at = models.DateTimeField(null=True)
    withdrawn_at = models.DateTimeField(null=True)

    objects: ClassVar[Any] = InvitationQuerySet.as_manager()

    def __str__(self) -> str:
        return self.role


class DeviceQuerySet(RowQuerySet["Device"]):
    def visible_to(self, reader: Reader) -> Self:
        """One's own."""
        return self.filter(account=reader.account)

    def live_at(self, moment: datetime) -> Self:
        """Those still signed in: neither ended nor past their time."""
        return self.filter(ended_at=None, since__gt=moment - DEVICE_HOLDS)


class Device(Row):
    """A browser in which an account signed in, until it signs out, or is told to forget."""

    account = models.ForeignKey(Account, on_delete=models.CASCADE, related_name="devices")
    name = models.CharField(max_length=60)
    since = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)

    objects: ClassVar[Any] = DeviceQuerySet.as_manager()

    class Meta:
        ordering: ClassVar = ["-since"]

    def __str__(self) -> str:
        return self.name
