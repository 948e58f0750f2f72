"""What the desk says while a question gets ready to go to people: what it asks for, and the summary to confirm."""

from bot.dialogue.actions import Fix, Plain, button
from bot.dialogue.intake import FIELDS, Draft, Step
from bot.messages import OutgoingMessage
from bot.wording.entries import term_label
from bot.wording.texts import country_name, day, texts


def gather(draft: Draft, tag: str) -> OutgoingMessage:
    """Return what is asked for next, or at last the summary to confirm."""
    _ = texts(tag).gettext
    step = draft.step()
    if step is Step.CONFIRM:
        return _summary(draft, tag, _("I would pass this on to an expert. Is it right?"), _("Cancel"))
    lines = [_("I could not read that. Please try again.")] if draft.misread else []
    lines.append(_prompt(draft, step, tag))
    back = button(_("Cancel"), Plain.CANCEL)
    skip = button(_("Skip"), Plain.SKIP)
    rows = ((back,) if step is Step.QUESTION else (skip, back),)
    field = ", ".join(_missing(draft, tag)) if step is Step.DETAILS else _labels(tag)[step]
    return OutgoingMessage(text="\n".join(lines), language=tag, buttons=rows, placeholder=field)


def offer(draft: Draft, lead: str, tag: str) -> OutgoingMessage:
    """Return the summary to confirm of a question that nobody asked to send; `lead` says why it is offered."""
    return _summary(draft, tag, lead, texts(tag).gettext("No, thanks"))


def _summary(draft: Draft, tag: str, lead: str, no: str) -> OutgoingMessage:
    _ = texts(tag).gettext
    values = {
        Step.COUNTRY: country_name(draft.country, tag) if draft.country else "",
        Step.SECTOR: term_label("sectors", draft.sector, tag) if draft.sector else "",
        Step.COMPETENCE: term_label("competences", draft.competence, tag) if draft.competence else "",
        Step.WANTED_BY: day(draft.wanted_by, tag) if draft.wanted_by else "",
        Step.CONTACT: " · ".join(filter(None, (draft.email, draft.phone))),
    }
    labels = _labels(tag)
    lines = [lead, f"{labels[Step.QUESTION]}: {draft.question[:1000]}"]
    lines += [f"{labels[step]}: {value or '–'}" for step, value in values.items()]
    fixes = [button(f"✎ {labels[step]}", Fix(step)) for step in FIELDS]
    send = button(_("Yes, send it"), Plain.SEND)
    rows = ((send, button(no, Plain.CANCEL)), tuple(fixes[:3]), tuple(fixes[3:]))
    return OutgoingMessage(text="\n".join(lines), language=tag, buttons=rows)


def _prompt(draft: Draft, step: Step, tag: str) -> str:
    _ = texts(tag).gettext
    match step:
        case Step.QUESTION:
            return _("What shall I ask the expert? Write your question in one message.")
        case Step.COUNTRY:
            return _("Which country is it about?")
        case Step.SECTOR:
            return _("Which field of business is it about?")
        case Step.COMPETENCE:
            return _("Which competence does it need, such as export or accounting?")
        case Step.WANTED_BY:
            return _("By when do you need the answer? A date will do.")
        case Step.CONTACT:
            return _(
                "Which e-mail address or telephone number may the expert use if the answer does not reach you here?"
                " By writing it you agree; it is used for this question only and deleted with your data."
            )
    missing = ", ".join(_missing(draft, tag))
    return _("So that the right expert answers, tell me in one message: {missing}.").format(missing=missing)


def _missing(draft: Draft, tag: str) -> list[str]:
    _ = texts(tag).gettext
    parts = {
        Step.COUNTRY: _("your country"), Step.SECTOR: _("your field of business"),
        Step.WANTED_BY: _("by when you need it"),
    }  # fmt: skip
    return [parts[each] for each in draft.missing()]


def _labels(tag: str) -> dict[Step, str]:
    _ = texts(tag).gettext
    return {
        Step.QUESTION: _("Question"), Step.COUNTRY: _("Country"), Step.SECTOR: _("Field"),
        Step.COMPETENCE: _("Competences"), Step.WANTED_BY: _("By when"), Step.CONTACT: _("Contact"),
    }  # fmt: skip
