"""The only SQL of Venvoy: tables, migrations and the queries over them.

The database is the one source of truth for desired state. A change writes its
row, its audit entry and its outbox entry in one transaction; rules are decided
in `venvoy.domain` and orchestrated in `venvoy.controller`, never here.
"""
