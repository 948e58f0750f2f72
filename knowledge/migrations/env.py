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
        context.run_migrations()
    connection.commit()
