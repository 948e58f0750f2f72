"""The cache of vectors in SQL: a text is encoded once for each encoder, in whichever process comes first."""

from collections.abc import Iterable, Mapping

import numpy as np
from sqlalchemy import Insert, delete, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from index.model import Encoder, Progress, Vectors
from index.segments import source
from knowledge.database import Database
from knowledge.models import Embedding

BATCH = 64
"""Texts that are encoded and kept at once."""

_CHUNK = 5000


def fill(database: Database, encoder: Encoder, progress: Progress | None = None, *, batch: int = BATCH) -> int:
    """Encode every published passage that has no vector yet; return how many were missing."""
    with database.reading() as session:
        missing = source.missing(session, encoder.name)
    done = 0
    # Texts of like length are encoded together: padding is the dearest thing that an encoder reads.
    for hashes in source.chunks(sorted(missing, key=missing.__getitem__), _CHUNK):
        with database.reading() as session:
            texts = source.texts(session, hashes)

        def told(part: int, _: int, before: int = done) -> None:
            if progress:
                progress(before + part, len(missing))

        done += len(_encode(database, encoder, texts, told, batch))
    return done


def embed(
    database: Database, encoder: Encoder, texts: Mapping[str, str], progress: Progress | None = None
) -> dict[str, Vectors]:
    """Return the vector of each text by content hash, from the cache or else encoded and kept."""
    found = known(database, encoder.name, texts)
    missing = {content_hash: text for content_hash, text in texts.items() if content_hash not in found}
    return found | _encode(database, encoder, missing, progress, BATCH)


def known(database: Database, encoder: str, hashes: Iterable[str]) -> dict[str, Vectors]:
    """Return the vectors that the cache holds of `hashes`."""
    found = dict[str, Vectors]()
    with database.reading() as session:
        for chunk in source.chunks(hashes, _CHUNK):
            statement = select(Embedding.content_hash, Embedding.vector).where(
                Embedding.encoder == encoder, Embedding.content_hash.in_(chunk)
            )
            for content_hash, vector in session.execute(statement):
                found[content_hash] = np.frombuffer(vector, "<f4")
    return found


def _encode(
    database: Database, encoder: Encoder, texts: Mapping[str, str], progress: Progress | None, batch: int
) -> dict[str, Vectors]:
    added = dict[str, Vectors]()
    for hashes in source.chunks(sorted(texts, key=lambda content_hash: len(texts[content_hash])), batch):
        vectors = encoder.encode([texts[content_hash] for content_hash in hashes])
        fresh = dict(zip(hashes, vectors, strict=True))
        with database.transaction() as session:
            _keep(session, encoder.name, fresh)
        added |= fresh
        if progress:
            progress(len(added), len(texts))
    return added


def _keep(session: Session, encoder: str, vectors: Mapping[str, Vectors]) -> None:
    rows = [
        {"content_hash": content_hash, "encoder": encoder, "vector": vector.astype("<f4").tobytes()}
        for content_hash, vector in vectors.items()
    ]
    # Another process may have encoded the same text meanwhile; both vectors are the same.
    dialect = postgresql if session.get_bind().dialect.name == "postgresql" else sqlite
    statement: Insert = dialect.insert(Embedding).on_conflict_do_nothing()
    session.execute(statement, rows)


def forget(database: Database, encoder: str) -> None:
    """Empty the cache of one encoder's vectors."""
    with database.transaction() as session:
        session.execute(delete(Embedding).where(Embedding.encoder == encoder))
