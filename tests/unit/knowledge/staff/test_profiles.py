"""A profile says what somebody knows and when they work, and takes nothing that cannot be."""

import pytest
from sqlalchemy.orm import Session

from knowledge.errors import InvalidInput
from knowledge.models import SkillKind, Staff
from knowledge.staff.profiles import save_profile


def test_a_profile_says_what_somebody_knows_and_when_they_work(session: Session, ana: Staff) -> None:
    save_profile(
        session, ana.id, organisation="Chamber", country="MK", zone="Europe/Skopje", opens="08:00", closes="14:00",
        skills={SkillKind.COMPETENCE: ["tax", "export", "tax"], SkillKind.LANGUAGE: ["mk", "sq"],
                SkillKind.COUNTRY: ["mk"]},
    )  # fmt: skip
    profile = save_profile(session, ana.id, capacity=3, skills={SkillKind.LANGUAGE: ["mk"]})
    assert profile.skills == {
        SkillKind.COMPETENCE: ["export", "tax"], SkillKind.SECTOR: [], SkillKind.LANGUAGE: ["mk"],
        SkillKind.COUNTRY: ["MK"],
    }  # fmt: skip
    assert (profile.staff.opens, profile.staff.capacity) == ("08:00", 3)


@pytest.mark.parametrize(
    "wrong",
    [
        {"zone": "Mars/Base"},
        {"opens": "18:00"},
        {"opens": "soon"},
        {"workdays": ""},
        {"workdays": "19"},
        {"capacity": 0},
        {"language": "xx"},
        {"role": "admin"},
        {"skills": {SkillKind.LANGUAGE: ["klingon"]}},
    ],
)
def test_a_profile_that_cannot_be_is_refused(session: Session, ana: Staff, wrong: dict[str, object]) -> None:
    with pytest.raises(InvalidInput), session.begin_nested():
        save_profile(session, ana.id, **wrong)  # type: ignore[arg-type]
