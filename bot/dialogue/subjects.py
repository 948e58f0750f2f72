"""Recognises what words name that no understander has read, or that it read as a wish. Pure."""

from nlu.extraction import gazetteer
from nlu.extraction.folding import fold_with_offsets
from nlu.understanding import Entity, EntityKind, Intent


def named_in(text: str, language: str = "") -> tuple[Entity, ...]:
    """Return what `text` names, by the words that the understanders know it by; it wishes for nothing: `Bulgaria` is
    where a company is, not a language to go on in.
    """
    folded = fold_with_offsets(text)
    return gazetteer.settle(folded, gazetteer.find(folded), Intent.ASK, language=language)


def competence_of(text: str, language: str = "") -> str | None:
    """Return the code of the competence that `text` names."""
    return competence_in(named_in(text, language))


def competence_in(entities: tuple[Entity, ...]) -> str | None:
    """Return the first competence among entities."""
    return next((entity.value for entity in entities if entity.kind is EntityKind.COMPETENCE), None)
