"""The sources as a Django application."""

from django.apps import AppConfig


class SourcesConfig(AppConfig):
    name = "courtyard.sources"
    label = "sources"
