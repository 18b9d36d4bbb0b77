"""The rules of Venvoy as pure values and functions.

Nothing here reads a clock, a file, a socket or randomness: time and identifiers
come in as arguments, decisions go out as values. Everything else in the package
may import from here; this package imports only the standard library and
`packaging`.
"""
