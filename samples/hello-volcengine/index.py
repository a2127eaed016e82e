"""The entry of an event function of veFaaS: the names of this file and of ``handler`` cannot be chosen."""

from app import handler
from app import initialize as initializer

__all__ = ["handler", "initializer"]
