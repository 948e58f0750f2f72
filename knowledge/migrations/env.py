"""Alembic's environment: migrations run on the engine that the database hands over."""

from alembic import context
from sqlalchemy import create_engine

from knowledge.models import Base

engine = context.config.attributes.get("engine")
if engine is None:
    engine = create_engine(context.config.get_main_option("sqlalchemy.url") or "sqlite://")

with engine.connect() as connection:
    context.configure(
        connection=connection,
        target_metadata=Base.metadata,
        render_as_batch=True,
        transaction_per_migration=False,
        user_module_prefix="models.",
    )
    with context.begin_transaction():
        if connection.dialect.name == "postgresql":
            # Processes that start together migrate one after the other; SQLite's write lock sees to that by itself.
            connection.exec_driver_sql("select pg_advisory_xact_lock(20260101)")
        context.run_migrations()
    connection.commit()
