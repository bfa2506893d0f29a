"""The territory as a Django application."""

from django.apps import AppConfig


class TerritoryConfig(AppConfig):
    name = "courtyard.territory"
    label = "territory"
