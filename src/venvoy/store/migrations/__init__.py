"""Alembic's environment; the schema's history is in `versions`."""
