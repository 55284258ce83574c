"""Runs migrations on the connection that lrs.database.migrate has opened."""

from alembic import context

context.configure(connection=context.config.attributes["connection"])
context.run_migrations()
