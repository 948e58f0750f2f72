"""Recognises a field of competence in words that no understander has read. Pure."""

from nlu import gazetteer
from nlu.folding import fold_with_offsets
from nlu.understanding import Entity, EntityKind, Intent


def competence_of(text: str, language: str = "") -> str | None:
    """Return the code of the competence that `text` names, by the words that the understanders know it by."""
    folded = fold_with_offsets(text)
    return competence_in(gazetteer.settle(folded, gazetteer.find(folded), Intent.ASK, language=language))


def competence_in(entities: tuple[Entity, ...]) -> str | None:
    """Return the first competence among entities."""
    return next((entity.value for entity in entities if entity.kind is EntityKind.COMPETENCE), None)
