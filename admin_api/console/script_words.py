"""The words of the console's scripts: given to a page as data, read by say.js."""

from collections.abc import Mapping

from admin_api.wording.locale import words


def script_words() -> Mapping[str, str]:
    """Return what the scripts say, by the names that they call it."""
    _ = words().gettext  # names are put in by the script
    return {
        "offline": _("The desk cannot be reached; what you typed is kept. Try again in a moment."),
        "wrong": _("Something went wrong."),
        "undo": _("Undo"),
        "undone": _("Undone."),
        "kept": _("Kept."),
        "not_kept": _("Not kept yet: the desk cannot be reached."),
        "take_off": _("Take off"),
        "no_lookup": _("Nothing could be looked up now."),
        "is_writing": _("%(name)s is writing …"),
        "is_here": _("%(name)s is here too"),
        "no_rows": _("no rows"),
        "not_written": _("Nothing was written."),
        "read_as": _("Read as %(format)s in %(seconds)s s."),
        "read_by": _("Read as %(format)s by the columns of %(mapping)s in %(seconds)s s."),
        "no_place": _("Kept without a place of their own: %(fields)s."),
        "more_rows": _("Rows that are not shown: %(n)s"),
        "added": _("added"),
        "changed": _("changed"),
        "refused": _("refused"),
        "held_back": _("held back"),
        "unchanged": _("unchanged"),
    }
