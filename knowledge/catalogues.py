"""Words of the desk's interface in every language: gettext catalogues, read from their `.po` files once a language."""

from functools import cache
from gettext import GNUTranslations, NullTranslations
from importlib.resources import files
from io import BytesIO

from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po

from knowledge.languages import TAGS


@cache
def catalogue(package: str, domain: str, tag: str) -> NullTranslations:
    """Return the catalogue `package/locale/TAG/LC_MESSAGES/domain.po` of one of the desk's tags.

    English is the source and needs none; what is no tag of the desk is read as English.
    """
    if tag == "en" or tag not in TAGS:
        return NullTranslations()
    path = files(package).joinpath("locale", tag.replace("-", "_"), "LC_MESSAGES", f"{domain}.po")
    compiled = BytesIO()
    with path.open("rb") as source:
        write_mo(compiled, read_po(source, locale=tag.replace("-", "_")))
    compiled.seek(0)
    return GNUTranslations(compiled)
