"""What an action that is a zip file begins with: OpenWhisk calls ``main`` in this very module."""

from app import main

__all__ = ["main"]
