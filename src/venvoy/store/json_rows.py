"""JSON documents taken apart into rows, on SQLite and on PostgreSQL."""

from typing import Any

from sqlalchemy import ColumnElement, String, column, func
from sqlalchemy.sql.selectable import TableValuedAlias

from venvoy.store.url import Backend


def texts_of(backend: Backend, document: ColumnElement[Any], field: str) -> TableValuedAlias:
    """Return a list of texts within a document as rows with a `value`."""
    value = column("value", String)
    if backend is Backend.SQLITE:
        return func.json_each(document, f"$.{field}").table_valued(value)
    return func.jsonb_array_elements_text(document[field]).table_valued(value)


def pairs_of(backend: Backend, document: ColumnElement[Any]) -> TableValuedAlias:
    """Return a document of texts as rows with a `key` and a `value`."""
    columns = (column("key", String), column("value", String))
    if backend is Backend.SQLITE:
        return func.json_each(document).table_valued(*columns)
    return func.jsonb_each_text(document).table_valued(*columns)
