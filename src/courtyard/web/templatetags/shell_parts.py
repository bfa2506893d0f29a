"""Puts our shell, written once in Jinja2, around allauth's pages."""

from typing import Any

from django import template
from django.template import engines
from django.utils.safestring import SafeString

from courtyard.web.shell import shell

register = template.Library()


@register.simple_tag(takes_context=True)
def shell_part(context: template.Context, name: str) -> SafeString:
    """A part of the shell, rendered by Jinja2 with autoescape on."""
    request = context["request"]
    part: Any = engines["jinja2"].get_template(f"shell/{name}.html")
    html: str = part.render({"shell": frame(context)}, request)
    return SafeString(html)  # Jinja2 has escaped it


@register.simple_tag(takes_context=True)
def frame(context: template.Context) -> dict[str, Any]:
    """What the shell is told, once a page."""
    request = context["request"]
    if not hasattr(request, "courtyard_frame"):
        request.courtyard_frame = shell(request)
    return dict(request.courtyard_frame)
