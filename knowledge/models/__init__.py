"""The tables of the desk."""

from knowledge.models.base import Base, now
from knowledge.models.conversations import Author, Conversation, Delivery, DeliveryState, Message, Subscription
from knowledge.models.entries import (
    Deadline,
    Embedding,
    Entry,
    EntryState,
    Facet,
    FacetName,
    Kind,
    KnowledgeRevision,
    OperatingStatus,
    Passage,
)
from knowledge.models.staff import AuditRecord, Role, Staff, StaffSession
from knowledge.models.tickets import EventKind, Ticket, TicketEvent, TicketState

__all__ = [
    "AuditRecord",
    "Author",
    "Base",
    "Conversation",
    "Deadline",
    "Delivery",
    "DeliveryState",
    "Embedding",
    "Entry",
    "EntryState",
    "EventKind",
    "Facet",
    "FacetName",
    "Kind",
    "KnowledgeRevision",
    "Message",
    "OperatingStatus",
    "Passage",
    "Role",
    "Staff",
    "StaffSession",
    "Subscription",
    "Ticket",
    "TicketEvent",
    "TicketState",
    "now",
]
