"""What must be known before a question goes to people, gathered step by step. Pure."""

from datetime import date
from enum import StrEnum
from functools import cache
from typing import Self

from pydantic import BaseModel, ConfigDict

from knowledge.errors import InvalidInput
from knowledge.languages import fold
from knowledge.packaged import packaged_yaml
from knowledge.staff.contacts import parse_email, parse_phone
from knowledge.taxonomy import find_code
from nlu.understanding import Entity, EntityKind


class Step(StrEnum):
    """What the desk asks for next; all but the first and the last can be left out."""

    QUESTION = "question"
    DETAILS = "details"
    COUNTRY = "country"
    SECTOR = "sector"
    COMPETENCE = "competence"
    WANTED_BY = "wanted_by"
    CONTACT = "contact"
    CONFIRM = "confirm"


FIELDS = (Step.QUESTION, Step.COUNTRY, Step.SECTOR, Step.COMPETENCE, Step.WANTED_BY, Step.CONTACT)
"""What can be corrected in the summary."""


class Draft(BaseModel):
    """A question on its way to people; `asked` says that the details were asked for, `misread` that a reply was not
    understood. A contact is there only because its owner left it for this."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    question: str = ""
    reason: str = "asked"
    country: str | None = None
    sector: str | None = None
    competence: str | None = None
    wanted_by: date | None = None
    email: str | None = None
    phone: str | None = None
    asked: bool = False
    fixing: Step | None = None
    misread: bool = False

    def step(self) -> Step:
        """Return what is asked for next."""
        if self.fixing is not None:
            return self.fixing
        if not self.question:
            return Step.QUESTION
        return Step.DETAILS if self.missing() and not self.asked else Step.CONFIRM

    def missing(self) -> list[Step]:
        """Return what an expert would like to know and nobody has said; a competence is understood, never asked for."""
        known = {Step.COUNTRY: self.country, Step.SECTOR: self.sector, Step.WANTED_BY: self.wanted_by}
        return [step for step, value in known.items() if value is None]

    def fix(self, step: Step) -> Self:
        """Return this draft while one of its parts is said anew."""
        return self.model_copy(update={"fixing": step, "misread": False, "asked": True})

    def settled(self) -> Self:
        """Return this draft with nothing more asked for."""
        return self.model_copy(update={"fixing": None, "misread": False, "asked": True})

    def knowing(self, entities: tuple[Entity, ...], *, anew: bool = False) -> Self:
        """Return this draft with what entities tell of it; what is known stays unless it is said `anew`."""
        told: dict[str, object] = {}
        for entity in entities:
            if (field := _FIELD_OF.get(entity.kind)) and (anew or getattr(self, field) is None):
                value = _day(entity.value) if field is Step.WANTED_BY else entity.value
                if value is not None:
                    told.setdefault(str(field), value)
        return self.model_copy(update=told)


def _day(iso: str) -> date | None:
    try:
        return date.fromisoformat(iso)
    except ValueError:
        return None


_FIELD_OF = {
    EntityKind.COUNTRY: Step.COUNTRY, EntityKind.SECTOR: Step.SECTOR, EntityKind.COMPETENCE: Step.COMPETENCE,
    EntityKind.DATE: Step.WANTED_BY,
}  # fmt: skip
_VOCABULARIES = {Step.SECTOR: "sectors", Step.COMPETENCE: "competences"}


def take(draft: Draft, text: str, entities: tuple[Entity, ...]) -> Draft:
    """Return the draft with the reply to what was asked for last."""
    match draft.step():
        case Step.QUESTION:
            return draft.model_copy(update={"question": text, "fixing": None, "misread": False}).knowing(entities)
        case Step.DETAILS:
            told = draft.knowing(entities)
            # Words that fill nothing are more about the question, and are not lost.
            question = draft.question if told != draft else f"{draft.question}\n{text}"
            return told.model_copy(update={"asked": True, "question": question})
        case Step.CONTACT:
            return _with_contact(draft, text)
        case step:
            return _with_part(draft, step, text, entities)


def _with_part(draft: Draft, step: Step, text: str, entities: tuple[Entity, ...]) -> Draft:
    mine = tuple(entity for entity in entities if _FIELD_OF.get(entity.kind) == step)
    if mine:
        return draft.knowing(mine, anew=True).settled()
    if step in _VOCABULARIES and (code := find_code(_VOCABULARIES[step], text)):
        return draft.model_copy(update={str(step): code}).settled()
    return draft.model_copy(update={"misread": True})


def says_yes(text: str) -> bool:
    """Say whether `text` agrees and says nothing else."""
    return fold(text).strip(" .!") in _replies()["yes"]


def says_no(text: str) -> bool:
    """Say whether `text` refuses and says nothing else."""
    return fold(text).strip(" .!") in _replies()["no"]


def _with_contact(draft: Draft, text: str) -> Draft:
    try:
        return draft.model_copy(update={"email": parse_email(text)}).settled()
    except InvalidInput:
        pass
    try:
        return draft.model_copy(update={"phone": parse_phone(text, draft.country)}).settled()
    except InvalidInput:
        return draft.model_copy(update={"misread": True})


@cache
def _replies() -> dict[str, frozenset[str]]:
    raw = packaged_yaml("bot.dialogue", "followups.yaml")
    return {answer: frozenset(fold(str(word)) for word in raw[answer]) for answer in ("yes", "no")}
