"""The web door as a Django application."""

from django.apps import AppConfig
from django.contrib.auth.signals import user_logged_in


class WebConfig(AppConfig):
    name = "courtyard.web"
    label = "web"

    def ready(self) -> None:
        """Notes the device at sign-in."""
        from .sign_in import note_device  # noqa: PLC0415  # models load after applications

        user_logged_in.connect(note_device, dispatch_uid="courtyard.web.note_device")
