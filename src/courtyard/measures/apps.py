"""The measures as a Django application."""

from django.apps import AppConfig


class MeasuresConfig(AppConfig):
    name = "courtyard.measures"
    label = "measures"
