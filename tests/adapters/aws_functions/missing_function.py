"""A function that does not load: its app is not where it says."""

from __future__ import annotations

from fcbridge import bridge

handler = bridge("nowhere:app")
