"""The web door as a Django application."""

from django.apps import AppConfig
from django.contrib.auth.signals import user_logged_in, user_logged_out


class WebConfig(AppConfig):
    name = "courtyard.web"
    label = "web"

    def ready(self) -> None:
        """Notes the device at sign-in and ends it at sign-out."""
        from .sign_in import forget_device, note_device  # noqa: PLC0415  # models load after applications

        user_logged_in.connect(note_device, dispatch_uid="courtyard.web.note_device")
        user_logged_out.connect(forget_device, dispatch_uid="courtyard.web.forget_device")
