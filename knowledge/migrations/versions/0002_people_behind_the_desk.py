"""People behind the desk"""

import sqlalchemy as sa
from alembic import op

from knowledge.models import base as models

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

# Tables that hold rows are only ever added to. To make one anew, as batch mode does, SQLite drops the old one, and with
# references on that deletes every row that refers to it.


def upgrade() -> None:
    op.create_table(
        "duties",
        sa.Column("name", sa.String(length=100), nullable=False),
        sa.Column("holder", sa.String(length=100), nullable=False),
        sa.Column("until", models.UtcDateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_duties")),
    )
    op.create_table(
        "files",
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("sha256", name=op.f("pk_files")),
    )
    op.create_table(
        "groups",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("active", sa.Boolean(), server_default=sa.true(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_groups")),
        sa.UniqueConstraint("name", name=op.f("uq_groups_name")),
    )
    op.create_table(
        "processes",
        sa.Column("name", sa.String(length=100), nullable=False),
        sa.Column("started_at", models.UtcDateTime(timezone=True), nullable=False),
        sa.Column("beat_at", models.UtcDateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_processes")),
    )
    op.create_table(
        "webhooks",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("url", sa.String(length=2000), nullable=False),
        sa.Column("secret", sa.String(length=100), nullable=False),
        sa.Column("events", models.Json, nullable=False),
        sa.Column("active", sa.Boolean(), server_default=sa.true(), nullable=False),
        sa.Column("failing_since", models.UtcDateTime(timezone=True), nullable=True),
        sa.Column("created_at", models.UtcDateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_webhooks")),
    )
    op.create_table(
        "absences",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("staff_id", sa.Integer(), nullable=False),
        sa.Column("first_day", sa.Date(), nullable=False),
        sa.Column("last_day", sa.Date(), nullable=False),
        sa.Column("note", sa.String(length=200), nullable=False),
        sa.CheckConstraint("first_day <= last_day", name=op.f("ck_absences_days_in_order")),
        sa.ForeignKeyConstraint(
            ["staff_id"], ["staff.id"], name=op.f("fk_absences_staff_id_staff"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_absences")),
    )
    op.create_index(op.f("ix_absences_staff_id_last_day"), "absences", ["staff_id", "last_day"], unique=False)
    op.create_table(
        "api_tokens",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("staff_id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("token_hash", sa.String(length=64), nullable=False),
        sa.Column("scopes", models.Json, nullable=False),
        sa.Column("created_at", models.UtcDateTime(timezone=True), nullable=False),
        sa.Column("expires_at", models.UtcDateTime(timezone=True), nullable=True),
        sa.Column("last_used_at", models.UtcDateTime(timezone=True), nullable=True),
        sa.Column("revoked_at", models.UtcDateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["staff_id"], ["staff.id"], name=op.f("fk_api_tokens_staff_id_staff"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_api_tokens")),
        sa.UniqueConstraint("token_hash", name=op.f("uq_api_tokens_token_hash")),
    )
    op.create_index(op.f("ix_api_tokens_staff_id"), "api_tokens", ["staff_id"], unique=False)
    op.create_table(
        "canned_texts",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("title", sa.String(length=200), nullable=False),
        sa.Column("language", sa.String(length=8), nullable=True),
        sa.Column("competence", sa.String(length=200), nullable=True),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("owner_id", sa.Integer(), nullable=True),
        sa.Column("updated_at", models.UtcDateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["owner_id"], ["staff.id"], name=op.f("fk_canned_texts_owner_id_staff"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_canned_texts")),
    )
    op.create_index(op.f("ix_canned_texts_owner_id"), "canned_texts", ["owner_id"], unique=False)
    op.create_table(
        "group_members",
        sa.Column("group_id", sa.Integer(), nullable=False),
        sa.Column("staff_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["group_id"], ["groups.id"], name=op.f("fk_group_members_group_id_groups"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["staff_id"], ["staff.id"], name=op.f("fk_group_members_staff_id_staff"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("group_id", "staff_id", name=op.f("pk_group_members")),
    )
    op.create_index(op.f("ix_group_members_staff_id"), "group_members", ["staff_id"], unique=False)
    op.create_table(
        "staff_links",
        sa.Column("channel", sa.String(length=20), nullable=False),
        sa.Column("address", sa.String(length=200), nullable=False),
        sa.Column("staff_id", sa.Integer(), nullable=False),
        sa.Column("wants", models.Json, nullable=False),
        sa.Column("linked_at", models.UtcDateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["staff_id"], ["staff.id"], name=op.f("fk_staff_links_staff_id_staff"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("channel", "address", name=op.f("pk_staff_links")),
    )
    op.create_index(op.f("ix_staff_links_staff_id"), "staff_links", ["staff_id"], unique=False)
    op.create_table(
        "staff_skills",
        sa.Column("staff_id", sa.Integer(), nullable=False),
        sa.Column(
            "kind",
            sa.Enum("competence", "sector", "language", "country", name="skillkind", native_enum=False, length=20),
            nullable=False,
        ),
        sa.Column("value", sa.String(length=200), nullable=False),
        sa.ForeignKeyConstraint(
            ["staff_id"], ["staff.id"], name=op.f("fk_staff_skills_staff_id_staff"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("staff_id", "kind", "value", name=op.f("pk_staff_skills")),
    )
    op.create_table(
        "webhook_calls",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("webhook_id", sa.Integer(), nullable=False),
        sa.Column("event", sa.String(length=30), nullable=False),
        sa.Column("payload", models.Json, nullable=False),
        sa.Column(
            "state",
            sa.Enum("pending", "sent", "failed", name="deliverystate", native_enum=False, length=20),
            nullable=False,
        ),
        sa.Column("attempts", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.Column("due_at", models.UtcDateTime(timezone=True), nullable=False),
        sa.Column("leased_until", models.UtcDateTime(timezone=True), nullable=True),
        sa.Column("leased_by", sa.String(length=100), nullable=True),
        sa.Column("sent_at", models.UtcDateTime(timezone=True), nullable=True),
        sa.Column("status", sa.Integer(), nullable=True),
        sa.Column("error", sa.Text(), nullable=True),
        sa.Column("created_at", models.UtcDateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["webhook_id"], ["webhooks.id"], name=op.f("fk_webhook_calls_webhook_id_webhooks"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_webhook_calls")),
    )
    op.create_index(op.f("ix_webhook_calls_state_due_at"), "webhook_calls", ["state", "due_at"], unique=False)
    op.create_index(op.f("ix_webhook_calls_webhook_id"), "webhook_calls", ["webhook_id"], unique=False)
    op.create_table(
        "idempotency_keys",
        sa.Column("staff_id", sa.Integer(), nullable=False),
        sa.Column("key", sa.String(length=200), nullable=False),
        sa.Column("request_hash", sa.String(length=64), nullable=False),
        sa.Column("ticket_id", sa.Integer(), nullable=True),
        sa.Column("status", sa.Integer(), nullable=False),
        sa.Column("body", models.Json, nullable=False),
        sa.Column("created_at", models.UtcDateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["staff_id"], ["staff.id"], name=op.f("fk_idempotency_keys_staff_id_staff"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["ticket_id"], ["tickets.id"], name=op.f("fk_idempotency_keys_ticket_id_tickets"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("staff_id", "key", name=op.f("pk_idempotency_keys")),
    )
    op.create_index(op.f("ix_idempotency_keys_created_at"), "idempotency_keys", ["created_at"], unique=False)
    op.create_index(op.f("ix_idempotency_keys_ticket_id"), "idempotency_keys", ["ticket_id"], unique=False)
    op.create_table(
        "one_time_codes",
        sa.Column("code_hash", sa.String(length=64), nullable=False),
        sa.Column(
            "purpose", sa.Enum("follow", "staff_link", name="codepurpose", native_enum=False, length=20), nullable=False
        ),
        sa.Column("ticket_id", sa.Integer(), nullable=True),
        sa.Column("conversation_id", sa.Integer(), nullable=True),
        sa.Column("staff_id", sa.Integer(), nullable=True),
        sa.Column("expires_at", models.UtcDateTime(timezone=True), nullable=False),
        sa.Column("used_at", models.UtcDateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["conversation_id"],
            ["conversations.id"],
            name=op.f("fk_one_time_codes_conversation_id_conversations"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["staff_id"], ["staff.id"], name=op.f("fk_one_time_codes_staff_id_staff"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["ticket_id"], ["tickets.id"], name=op.f("fk_one_time_codes_ticket_id_tickets"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("code_hash", name=op.f("pk_one_time_codes")),
    )
    op.create_index(op.f("ix_one_time_codes_conversation_id"), "one_time_codes", ["conversation_id"], unique=False)
    op.create_index(op.f("ix_one_time_codes_expires_at"), "one_time_codes", ["expires_at"], unique=False)
    op.create_table(
        "presence",
        sa.Column("ticket_id", sa.Integer(), nullable=False),
        sa.Column("staff_id", sa.Integer(), nullable=False),
        sa.Column("writing", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.Column("seen_at", models.UtcDateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["staff_id"], ["staff.id"], name=op.f("fk_presence_staff_id_staff"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["ticket_id"], ["tickets.id"], name=op.f("fk_presence_ticket_id_tickets"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("ticket_id", "staff_id", name=op.f("pk_presence")),
    )
    op.create_index(op.f("ix_presence_seen_at"), "presence", ["seen_at"], unique=False)
    op.create_table(
        "ticket_drafts",
        sa.Column("ticket_id", sa.Integer(), nullable=False),
        sa.Column("staff_id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.Enum("answer", "ask", "note", name="words", native_enum=False, length=20), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("updated_at", models.UtcDateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["staff_id"], ["staff.id"], name=op.f("fk_ticket_drafts_staff_id_staff"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["ticket_id"], ["tickets.id"], name=op.f("fk_ticket_drafts_ticket_id_tickets"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("ticket_id", "staff_id", "kind", name=op.f("pk_ticket_drafts")),
    )
    op.create_table(
        "ticket_followers",
        sa.Column("ticket_id", sa.Integer(), nullable=False),
        sa.Column("conversation_id", sa.Integer(), nullable=False),
        sa.Column("created_at", models.UtcDateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["conversation_id"],
            ["conversations.id"],
            name=op.f("fk_ticket_followers_conversation_id_conversations"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["ticket_id"], ["tickets.id"], name=op.f("fk_ticket_followers_ticket_id_tickets"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("ticket_id", "conversation_id", name=op.f("pk_ticket_followers")),
    )
    op.create_index(op.f("ix_ticket_followers_conversation_id"), "ticket_followers", ["conversation_id"], unique=False)
    op.create_table(
        "ticket_watchers",
        sa.Column("ticket_id", sa.Integer(), nullable=False),
        sa.Column("staff_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["staff_id"], ["staff.id"], name=op.f("fk_ticket_watchers_staff_id_staff"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["ticket_id"], ["tickets.id"], name=op.f("fk_ticket_watchers_ticket_id_tickets"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("ticket_id", "staff_id", name=op.f("pk_ticket_watchers")),
    )
    op.create_index(op.f("ix_ticket_watchers_staff_id"), "ticket_watchers", ["staff_id"], unique=False)
    op.create_table(
        "questions",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("at", models.UtcDateTime(timezone=True), nullable=False),
        sa.Column("conversation_id", sa.Integer(), nullable=True),
        sa.Column("channel", sa.String(length=20), nullable=False),
        sa.Column("language", sa.String(length=8), nullable=False),
        sa.Column(
            "outcome",
            sa.Enum(
                "answered",
                "clarified",
                "declined",
                "smalltalk",
                "handed",
                name="questionoutcome",
                native_enum=False,
                length=20,
            ),
            nullable=False,
        ),
        sa.Column("probability", sa.Double(), nullable=False),
        sa.Column("entry_id", sa.Integer(), nullable=True),
        sa.Column("ticket_id", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(
            ["conversation_id"],
            ["conversations.id"],
            name=op.f("fk_questions_conversation_id_conversations"),
            ondelete="SET NULL",
        ),
        sa.ForeignKeyConstraint(
            ["entry_id"], ["entries.id"], name=op.f("fk_questions_entry_id_entries"), ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(
            ["ticket_id"], ["tickets.id"], name=op.f("fk_questions_ticket_id_tickets"), ondelete="SET NULL"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_questions")),
    )
    op.create_index(op.f("ix_questions_at_outcome"), "questions", ["at", "outcome"], unique=False)
    op.create_index(op.f("ix_questions_entry_id"), "questions", ["entry_id"], unique=False)
    op.create_index(op.f("ix_questions_ticket_id"), "questions", ["ticket_id"], unique=False)
    op.create_index(op.f("ix_questions_conversation_id"), "questions", ["conversation_id"], unique=False)
    op.create_table(
        "attachments",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("message_id", sa.Integer(), nullable=True),
        sa.Column("event_id", sa.Integer(), nullable=True),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("media_type", sa.String(length=100), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("remote_id", sa.String(length=200), nullable=True),
        sa.Column("created_at", models.UtcDateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["event_id"], ["ticket_events.id"], name=op.f("fk_attachments_event_id_ticket_events"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["message_id"], ["messages.id"], name=op.f("fk_attachments_message_id_messages"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["sha256"], ["files.sha256"], name=op.f("fk_attachments_sha256_files")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_attachments")),
    )
    op.create_index(op.f("ix_attachments_event_id"), "attachments", ["event_id"], unique=False)
    op.create_index(op.f("ix_attachments_message_id"), "attachments", ["message_id"], unique=False)
    op.create_index(op.f("ix_attachments_sha256"), "attachments", ["sha256"], unique=False)
    op.create_table(
        "notices",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("event_id", sa.Integer(), nullable=False),
        sa.Column("staff_id", sa.Integer(), nullable=True),
        sa.Column("conversation_id", sa.Integer(), nullable=True),
        sa.Column("delivery_id", sa.Integer(), nullable=True),
        sa.Column(
            "kind",
            sa.Enum(
                "new",
                "handed",
                "message",
                "reopened",
                "withdrawn",
                "rated",
                "reminded",
                "escalated",
                "unreachable",
                "watched",
                "answer",
                "asked",
                "closed",
                name="noticekind",
                native_enum=False,
                length=20,
            ),
            nullable=False,
        ),
        sa.Column("due_at", models.UtcDateTime(timezone=True), nullable=False),
        sa.Column("attempts", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.Column("leased_until", models.UtcDateTime(timezone=True), nullable=True),
        sa.Column("leased_by", sa.String(length=100), nullable=True),
        sa.Column("done_at", models.UtcDateTime(timezone=True), nullable=True),
        sa.CheckConstraint("(staff_id is null) != (conversation_id is null)", name=op.f("ck_notices_somebody_is_told")),
        sa.ForeignKeyConstraint(
            ["conversation_id"],
            ["conversations.id"],
            name=op.f("fk_notices_conversation_id_conversations"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["delivery_id"], ["deliveries.id"], name=op.f("fk_notices_delivery_id_deliveries"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["event_id"], ["ticket_events.id"], name=op.f("fk_notices_event_id_ticket_events"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["staff_id"], ["staff.id"], name=op.f("fk_notices_staff_id_staff"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_notices")),
    )
    op.create_index(op.f("ix_notices_conversation_id"), "notices", ["conversation_id"], unique=False)
    op.create_index(op.f("ix_notices_delivery_id"), "notices", ["delivery_id"], unique=False)
    op.create_index(op.f("ix_notices_done_at_due_at"), "notices", ["done_at", "due_at"], unique=False)
    op.create_index(op.f("ix_notices_event_id"), "notices", ["event_id"], unique=False)
    op.create_index(op.f("ix_notices_staff_id_done_at"), "notices", ["staff_id", "done_at"], unique=False)
    _add("deliveries", sa.Column("leased_by", sa.String(length=100), nullable=True))
    _add("deliveries", sa.Column("failed_at", models.UtcDateTime(timezone=True), nullable=True))
    _add("deliveries", sa.Column("permanent", sa.Boolean(), server_default=sa.false(), nullable=False))
    _add("deliveries", sa.Column("resent", sa.Integer(), server_default=sa.text("0"), nullable=False))
    _add(
        "deliveries",
        sa.Column(
            "fallback_id",
            sa.Integer(),
            sa.ForeignKey("messages.id", name=op.f("fk_deliveries_fallback_id_messages")),
            nullable=True,
        ),
    )
    op.create_index(op.f("ix_deliveries_fallback_id"), "deliveries", ["fallback_id"], unique=False)
    _add("entries", sa.Column("expires_on", sa.Date(), nullable=True))
    _add(
        "entries",
        sa.Column(
            "ticket_id",
            sa.Integer(),
            sa.ForeignKey("tickets.id", name=op.f("fk_entries_ticket_id_tickets")),
            nullable=True,
        ),
    )
    op.create_index(op.f("ix_entries_expires_on"), "entries", ["expires_on"], unique=False)
    op.create_index(op.f("ix_entries_ticket_id"), "entries", ["ticket_id"], unique=False)
    op.create_index(op.f("ix_messages_ticket_id"), "messages", ["ticket_id"], unique=False)
    _add("staff", sa.Column("organisation", sa.String(length=500), nullable=True))
    _add("staff", sa.Column("organisation_url", sa.String(length=2000), nullable=True))
    _add("staff", sa.Column("language", sa.String(length=8), nullable=True))
    _add("staff", sa.Column("country", sa.String(length=2), nullable=True))
    _add("staff", sa.Column("zone", sa.String(length=60), nullable=True))
    _add("staff", sa.Column("opens", sa.String(length=5), server_default="09:00", nullable=False))
    _add("staff", sa.Column("closes", sa.String(length=5), server_default="17:00", nullable=False))
    _add("staff", sa.Column("workdays", sa.String(length=7), server_default="12345", nullable=False))
    _add("staff", sa.Column("capacity", sa.Integer(), server_default=sa.text("10"), nullable=False))
    _add("ticket_events", sa.Column("data", models.Json, server_default="{}", nullable=False))
    op.create_index(op.f("ix_ticket_events_created_at"), "ticket_events", ["created_at"], unique=False)
    op.create_index(op.f("ix_ticket_events_message_id"), "ticket_events", ["message_id"], unique=False)
    _add("tickets", sa.Column("channel", sa.String(length=20), nullable=True))
    _add("tickets", sa.Column("country", sa.String(length=2), nullable=True))
    _add("tickets", sa.Column("sector", sa.String(length=200), nullable=True))
    _add("tickets", sa.Column("competence", sa.String(length=200), nullable=True))
    _add("tickets", sa.Column("wanted_by", sa.Date(), nullable=True))
    _add(
        "tickets",
        sa.Column(
            "priority",
            sa.Enum("low", "normal", "high", "urgent", name="priority", native_enum=False, length=20),
            server_default="normal",
            nullable=False,
        ),
    )
    _add(
        "tickets",
        sa.Column(
            "group_id", sa.Integer(), sa.ForeignKey("groups.id", name=op.f("fk_tickets_group_id_groups")), nullable=True
        ),
    )
    _add("tickets", sa.Column("due_at", models.UtcDateTime(timezone=True), nullable=True))
    _add("tickets", sa.Column("reminded_at", models.UtcDateTime(timezone=True), nullable=True))
    _add("tickets", sa.Column("escalated_at", models.UtcDateTime(timezone=True), nullable=True))
    _add("tickets", sa.Column("first_answered_at", models.UtcDateTime(timezone=True), nullable=True))
    _add("tickets", sa.Column("closed_at", models.UtcDateTime(timezone=True), nullable=True))
    _add("tickets", sa.Column("routing", models.Json, nullable=True))
    _add("tickets", sa.Column("findings", models.Json, nullable=True))
    _add(
        "tickets",
        sa.Column(
            "merged_into_id",
            sa.Integer(),
            sa.ForeignKey("tickets.id", name=op.f("fk_tickets_merged_into_id_tickets")),
            nullable=True,
        ),
    )
    _add(
        "tickets",
        sa.Column(
            "split_from_id",
            sa.Integer(),
            sa.ForeignKey("tickets.id", name=op.f("fk_tickets_split_from_id_tickets")),
            nullable=True,
        ),
    )
    _add("tickets", sa.Column("contact_name", sa.String(length=200), nullable=True))
    _add("tickets", sa.Column("contact_email", sa.String(length=254), nullable=True))
    _add("tickets", sa.Column("contact_phone", sa.String(length=40), nullable=True))
    _add("tickets", sa.Column("contact_consent_at", models.UtcDateTime(timezone=True), nullable=True))
    _add("tickets", sa.Column("rating", sa.Integer(), nullable=True))
    _add("tickets", sa.Column("rating_comment", sa.Text(), nullable=True))
    _add("tickets", sa.Column("rated_at", models.UtcDateTime(timezone=True), nullable=True))
    op.create_index(op.f("ix_tickets_assignee_id_state"), "tickets", ["assignee_id", "state"], unique=False)
    op.create_index(op.f("ix_tickets_group_id_state"), "tickets", ["group_id", "state"], unique=False)
    op.create_index(op.f("ix_tickets_opened_at"), "tickets", ["opened_at"], unique=False)
    op.create_index(op.f("ix_tickets_state_due_at"), "tickets", ["state", "due_at"], unique=False)


def downgrade() -> None:
    op.execute("update tickets set state = 'claimed' where state = 'waiting'")
    op.execute(
        "delete from ticket_events where kind not in ('opened', 'message', 'claimed', 'released', 'note', 'answer', 'closed', 'reopened')"
    )
    op.drop_index(op.f("ix_tickets_state_due_at"), table_name="tickets")
    op.drop_index(op.f("ix_tickets_opened_at"), table_name="tickets")
    op.drop_index(op.f("ix_tickets_group_id_state"), table_name="tickets")
    op.drop_index(op.f("ix_tickets_assignee_id_state"), table_name="tickets")
    op.drop_column("tickets", "rated_at")
    op.drop_column("tickets", "rating_comment")
    op.drop_column("tickets", "rating")
    op.drop_column("tickets", "contact_consent_at")
    op.drop_column("tickets", "contact_phone")
    op.drop_column("tickets", "contact_email")
    op.drop_column("tickets", "contact_name")
    op.drop_column("tickets", "split_from_id")
    op.drop_column("tickets", "merged_into_id")
    op.drop_column("tickets", "findings")
    op.drop_column("tickets", "routing")
    op.drop_column("tickets", "closed_at")
    op.drop_column("tickets", "first_answered_at")
    op.drop_column("tickets", "escalated_at")
    op.drop_column("tickets", "reminded_at")
    op.drop_column("tickets", "due_at")
    op.drop_column("tickets", "group_id")
    op.drop_column("tickets", "priority")
    op.drop_column("tickets", "wanted_by")
    op.drop_column("tickets", "competence")
    op.drop_column("tickets", "sector")
    op.drop_column("tickets", "country")
    op.drop_column("tickets", "channel")
    op.drop_index(op.f("ix_ticket_events_message_id"), table_name="ticket_events")
    op.drop_index(op.f("ix_ticket_events_created_at"), table_name="ticket_events")
    op.drop_column("ticket_events", "data")
    op.drop_column("staff", "capacity")
    op.drop_column("staff", "workdays")
    op.drop_column("staff", "closes")
    op.drop_column("staff", "opens")
    op.drop_column("staff", "zone")
    op.drop_column("staff", "country")
    op.drop_column("staff", "language")
    op.drop_column("staff", "organisation_url")
    op.drop_column("staff", "organisation")
    op.drop_index(op.f("ix_messages_ticket_id"), table_name="messages")
    op.drop_index(op.f("ix_entries_ticket_id"), table_name="entries")
    op.drop_index(op.f("ix_entries_expires_on"), table_name="entries")
    op.drop_column("entries", "ticket_id")
    op.drop_column("entries", "expires_on")
    op.drop_index(op.f("ix_deliveries_fallback_id"), table_name="deliveries")
    op.drop_column("deliveries", "fallback_id")
    op.drop_column("deliveries", "resent")
    op.drop_column("deliveries", "permanent")
    op.drop_column("deliveries", "failed_at")
    op.drop_column("deliveries", "leased_by")
    op.drop_index(op.f("ix_notices_staff_id_done_at"), table_name="notices")
    op.drop_index(op.f("ix_notices_event_id"), table_name="notices")
    op.drop_index(op.f("ix_notices_done_at_due_at"), table_name="notices")
    op.drop_index(op.f("ix_notices_delivery_id"), table_name="notices")
    op.drop_index(op.f("ix_notices_conversation_id"), table_name="notices")
    op.drop_table("notices")
    op.drop_index(op.f("ix_attachments_sha256"), table_name="attachments")
    op.drop_index(op.f("ix_attachments_message_id"), table_name="attachments")
    op.drop_index(op.f("ix_attachments_event_id"), table_name="attachments")
    op.drop_table("attachments")
    op.drop_index(op.f("ix_questions_conversation_id"), table_name="questions")
    op.drop_index(op.f("ix_questions_ticket_id"), table_name="questions")
    op.drop_index(op.f("ix_questions_entry_id"), table_name="questions")
    op.drop_index(op.f("ix_questions_at_outcome"), table_name="questions")
    op.drop_table("questions")
    op.drop_index(op.f("ix_ticket_watchers_staff_id"), table_name="ticket_watchers")
    op.drop_table("ticket_watchers")
    op.drop_index(op.f("ix_ticket_followers_conversation_id"), table_name="ticket_followers")
    op.drop_table("ticket_followers")
    op.drop_table("ticket_drafts")
    op.drop_index(op.f("ix_presence_seen_at"), table_name="presence")
    op.drop_table("presence")
    op.drop_index(op.f("ix_one_time_codes_expires_at"), table_name="one_time_codes")
    op.drop_index(op.f("ix_one_time_codes_conversation_id"), table_name="one_time_codes")
    op.drop_table("one_time_codes")
    op.drop_index(op.f("ix_idempotency_keys_ticket_id"), table_name="idempotency_keys")
    op.drop_index(op.f("ix_idempotency_keys_created_at"), table_name="idempotency_keys")
    op.drop_table("idempotency_keys")
    op.drop_index(op.f("ix_webhook_calls_webhook_id"), table_name="webhook_calls")
    op.drop_index(op.f("ix_webhook_calls_state_due_at"), table_name="webhook_calls")
    op.drop_table("webhook_calls")
    op.drop_table("staff_skills")
    op.drop_index(op.f("ix_staff_links_staff_id"), table_name="staff_links")
    op.drop_table("staff_links")
    op.drop_index(op.f("ix_group_members_staff_id"), table_name="group_members")
    op.drop_table("group_members")
    op.drop_index(op.f("ix_canned_texts_owner_id"), table_name="canned_texts")
    op.drop_table("canned_texts")
    op.drop_index(op.f("ix_api_tokens_staff_id"), table_name="api_tokens")
    op.drop_table("api_tokens")
    op.drop_index(op.f("ix_absences_staff_id_last_day"), table_name="absences")
    op.drop_table("absences")
    op.drop_table("webhooks")
    op.drop_table("processes")
    op.drop_table("groups")
    op.drop_table("files")
    op.drop_table("duties")


def _add(table: str, column: sa.Column) -> None:
    """Add a column; SQLite takes a reference only in the column itself, PostgreSQL names it."""
    op.add_column(table, column, inline_references=op.get_bind().dialect.name == "sqlite")
