"""The web door: pages, forms, and what every request passes through."""
