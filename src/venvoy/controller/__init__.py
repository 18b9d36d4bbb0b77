"""The process that holds desired state: commands, queries and the loops behind them.

It resolves specs into locks, publishes signed desired documents from the outbox
and folds what agents report. HTTP is left to `venvoy.api`, SQL to `venvoy.store`,
messages to `venvoy.bus`.
"""
