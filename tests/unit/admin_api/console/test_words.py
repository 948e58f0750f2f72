"""The console's words: the template in step with the sources, and pages without English for those who read none."""

import re
from collections.abc import Iterable
from functools import cache
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import parse_qsl, urljoin, urlsplit

import httpx
import pytest
from babel.messages.catalog import Catalog, Message
from babel.messages.extract import extract_from_dir
from babel.messages.frontend import parse_mapping_cfg
from babel.messages.pofile import read_po

import admin_api.http.errors
import knowledge.errors
from admin_api.console.frame import LANGUAGE_COOKIE
from admin_api.console.script_words import script_words
from admin_api.wording.locale import country_names, language_names, own_names, speaking, spell, tag_accepted
from knowledge.database import Database
from knowledge.errors import PunteError
from knowledge.languages import TAGS
from knowledge.models import Delivery, Role
from knowledge.staff.profiles import save_profile
from knowledge.taxonomy import NAMES as VOCABULARIES
from knowledge.taxonomy import vocabulary
from knowledge.tickets.unreached import mark_failed
from tests.support.admin_desk import PASSWORD, admin_desk, ask, hire

ROOT = Path(__file__).parents[4]
LOCALE = ROOT / "admin_api" / "locale"
STATIC = ROOT / "admin_api" / "console" / "static"
TRANSLATED = [tag for tag in TAGS if tag != "en"]
PLACEHOLDER = re.compile(r"%\(\w+\)s|%%")
CODE = re.compile(r"https?://\S+|\S+@\S+|\w+[/_]\w+")
LATIN = re.compile("[A-Za-z]{3,}")
NAMES = {"Ana", "Ctrl", "Enter", "Mila", "Punte", "console"}
"""Latin words that stand on the pages below in every language, beside codes: names, and what is content."""

each_language = pytest.mark.parametrize("tag", TRANSLATED)


@cache
def template() -> Catalog:
    with (LOCALE / "console.pot").open("rb") as source:
        return read_po(source, abort_invalid=True)


@cache
def catalogue(tag: str) -> Catalog:
    name = tag.replace("-", "_")
    with (LOCALE / name / "LC_MESSAGES" / "console.po").open("rb") as source:
        return read_po(source, locale=name, abort_invalid=True)


def messages(catalog: Catalog) -> dict[tuple[str | None, str], Message]:
    """Return the messages by context and English text."""
    return {(message.context, texts_of(message.id)[0]): message for message in catalog if message.id}


def texts_of(text: object) -> list[str]:
    """Return the forms of a text: one, or one for each plural."""
    return [str(each) for each in text] if isinstance(text, list | tuple) else [str(text)]


def test_the_template_is_up_to_date_with_the_sources() -> None:
    with (LOCALE / "babel.cfg").open(encoding="utf-8") as config:
        methods, options = parse_mapping_cfg(config)  # type: ignore[no-untyped-call]
    rooms = [ROOT / "admin_api", ROOT / "knowledge"]
    found = extract_from_dir(
        ROOT,
        method_map=methods,
        options_map=options,
        directory_filter=lambda path: any(Path(path).is_relative_to(room) for room in rooms),
    )
    extracted = {(context, texts_of(text)[0]) for _, _, text, _, context in found}

    assert extracted - set(messages(template())) == set()
    assert set(messages(template())) - extracted == set()


def test_refusals_are_in_the_template() -> None:
    errors = [each for module in (knowledge.errors, admin_api.http.errors) for each in vars(module).values()]
    kinds = [each for each in errors if isinstance(each, type) and issubclass(each, PunteError)]
    texts = {(kind.__doc__ or "").partition("\n\n")[0] for kind in kinds}

    assert len(texts) > 12
    assert texts <= {text for _, text in messages(template())}


@each_language
def test_a_catalogue_has_exactly_the_messages_of_the_template(tag: str) -> None:
    assert set(messages(catalogue(tag))) == set(messages(template()))
    assert not catalogue(tag).obsolete
    assert not catalogue(tag).fuzzy


@each_language
def test_placeholders_are_those_of_the_english_text(tag: str) -> None:
    for (_, text), message in messages(catalogue(tag)).items():
        wanted = [sorted(PLACEHOLDER.findall(each)) for each in texts_of(message.id)]
        for said in filter(None, texts_of(message.string)):
            assert sorted(PLACEHOLDER.findall(said)) in wanted, (text, said)


def test_scripts_say_what_they_are_given() -> None:
    called = re.compile(r'(?<![\w.])say\("(\w+)"|\? "(\w+)" : "(\w+)", \w+\)')
    said = {
        name for path in STATIC.glob("*.js") for found in called.findall(path.read_text("utf-8")) for name in found
    } - {""}
    outcomes = {"added", "changed", "refused", "held_back", "unchanged"}

    assert said | outcomes == set(script_words())


def test_the_language_is_what_the_browser_likes_best() -> None:
    for header, tag in (
        ("", "en"),
        ("bg-BG,bg;q=0.9,en;q=0.8", "bg"),
        ("de;q=1, en;q=.3, sr-Latn-RS;q=.7", "sr-Latn"),
        ("uk;q=0, ro;q=0.1", "ro"),
        ("*, x;q=y", "en"),
    ):
        assert tag_accepted(header) == tag


def test_names_are_the_languages_own() -> None:
    with speaking("el"):
        assert (language_names()["sr-Latn"], country_names()["RS"]) == ("Σερβικά (Λατινικό)", "Σερβία")
        assert spell(None) == "–"
    assert own_names()["sr"] == "Српски (ћирилица)"
    assert list(country_names())[:3] == ["AL", "BA", "BG"]


def latin_of(texts: Iterable[str]) -> set[str]:
    """Return the words of some texts in Latin letters, addresses and codes left out."""
    return {word for text in texts for word in LATIN.findall(CODE.sub("", text))}


class Page(HTMLParser):
    """The words of a page that are the console's own, not content, and where its links and late parts lead."""

    SHOWN = ("title", "aria-label", "placeholder", "alt", "data-done", "data-sure")
    EMPTY = ("meta", "link", "input", "img", "br")

    def __init__(self, text: str) -> None:
        super().__init__()
        self.words: list[str] = []
        self.links: list[str] = []
        self.language = ""
        self._open: list[bool] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        values = dict(attrs)
        if tag == "html":
            self.language = values.get("lang") or ""
        content = "words" in (values.get("class") or "").split() or values.get("lang", self.language) != self.language
        hidden = content or tag in ("script", "style", "code", "kbd") or (bool(self._open) and self._open[-1])
        if not hidden:
            self.words += [value for name, value in attrs if name in self.SHOWN and value]
        self.links += [values[name] or "" for name in ("href", "data-poll", "data-late") if values.get(name)]
        if tag not in self.EMPTY:
            self._open.append(hidden)

    def handle_endtag(self, tag: str) -> None:
        if tag not in self.EMPTY:
            self._open.pop()

    def handle_data(self, data: str) -> None:
        if not (self._open and self._open[-1]):
            self.words.append(" ".join(data.split()))


def filled(database: Database) -> None:
    """Fill a desk with words in Cyrillic, so that Latin ones are the console's."""
    hire(database, Role.ADMIN, "Ana")
    hire(database, Role.EXPERT, "Mila")
    with database.transaction() as session:
        for staff_id in (1, 2):
            save_profile(session, staff_id, language="bg", organisation="Камара")
    for number in range(5):
        ask(database, f"Как се изнася мед {number}?", address=str(number), language="bg")


async def worked(client: httpx.AsyncClient, database: Database) -> None:
    """Let most things happen to the tickets of a filled desk."""

    async def post(path: str, body: object = None, method: str = "POST") -> None:
        said = await client.request(method, f"/api/{path}", json=body, headers={"X-Punte": "console"})
        assert said.is_success, said.text

    await post("canned", {"title": "Поздрав", "text": "Добър ден."})
    await post("groups", {"name": "Митници", "members": [1, 2]})
    await post("staff/1/absences", {"first_day": "2027-07-01", "last_day": "2027-07-14"})
    await post("tickets/1/watch")
    await post("tickets/1/priority", {"priority": "urgent"})
    await post("tickets/1/due", {"due_at": "2020-01-01T10:00:00Z"})
    await post("tickets/1/subject", {"country": "BG", "sector": "food", "competence": "export"})
    await post("tickets/2/claim")
    await post("tickets/2/note", {"text": "Бележка."})
    await post("tickets/2/ask", {"text": "Къде?"})
    await post("tickets/3/claim")
    await post("tickets/3/answer", {"text": "Отговор."})
    await post("tickets/3/close", {"text": ""})
    await post("tickets/4/hand-over", {"to_staff": 2, "why": "Тя знае."})
    await post("tickets/5/split", {"question": "А сладко?", "events": []})
    await post("tickets/5/merge", {"into": 1})
    entry = {"id": "x-1", "title": "Покана за мелници", "text": "Мелниците могат.", "deadlines": ["2027-03-31"]}
    facets = {"kind": "funding_call", "sectors": ["food"], "countries": ["BG"], "state": "published"}
    await post("entries", entry | facets)
    with database.transaction() as session:
        mark_failed(session, session.query(Delivery.id).order_by(Delivery.id.desc()).limit(1).scalar(), "грешка")


@pytest.mark.anyio
async def test_pages_leave_no_english_to_those_who_chose_another_language(sqlite_database: Database) -> None:
    filled(sqlite_database)
    transport = httpx.ASGITransport(admin_desk(sqlite_database).app)
    allowed = NAMES | latin_of(said for message in catalogue("bg") for said in texts_of(message.string))
    allowed |= latin_of(term.label("bg") for name in VOCABULARIES for term in vocabulary(name).values())
    seen: set[str] = set()
    waiting = ["/admin/tickets", "/admin/password", "/admin/tickets/999"]
    async with httpx.AsyncClient(transport=transport, base_url="http://desk") as client:
        await client.post("/api/login", json={"email": "ana@desk.example", "password": PASSWORD})
        await worked(client, sqlite_database)
        while waiting:
            path = waiting.pop()
            parts = urlsplit(path)
            key = f"{parts.path}?{'&'.join(name for name, _ in parse_qsl(parts.query))}"
            if key in seen or not path.startswith("/admin/") or "/static/" in path:
                continue
            seen.add(key)
            page = Page((await client.get(path)).text)
            waiting += [urljoin(path, link) for link in page.links]
            assert page.language in ("bg", ""), path  # parts of pages have none of their own
            assert [(path, words) for words in page.words if latin_of([words]) - allowed] == []
    assert len(seen) > 20


@pytest.mark.anyio
async def test_strangers_choose_a_language_at_the_log_in(sqlite_database: Database) -> None:
    transport = httpx.ASGITransport(admin_desk(sqlite_database).app)
    hire(sqlite_database, Role.EXPERT, "Ana")
    async with httpx.AsyncClient(transport=transport, base_url="http://desk", follow_redirects=True) as client:
        asked = await client.get("/admin/login", headers={"Accept-Language": "sl,en;q=0.5"})
        assert '<html lang="sl">' in asked.text
        chosen = await client.get("/admin/login?language=sr-Latn")
        assert '<html lang="sr-Latn">' in chosen.text
        assert client.cookies[LANGUAGE_COOKIE] == "sr-Latn"
        assert '<html lang="sr-Latn">' in (await client.get("/admin/login?language=xx")).text
        credentials = {"email": "ana@desk.example", "password": PASSWORD}
        await client.post("/api/login", json=credentials)
        assert '<html lang="sr-Latn">' in (await client.get("/admin/me")).text
        own = {"X-Punte": "console"}
        await client.put("/api/staff/1/profile", json={"language": "bg"}, headers=own)
        mine = (await client.get("/admin/me")).text
        assert '<html lang="bg">' in mine
        assert '<option value="bg" lang="bg" selected>Български</option>' in mine
        await client.put("/api/staff/1/profile", json={"language": None}, headers=own)
        assert '<html lang="sr-Latn">' in (await client.get("/admin/me")).text


@pytest.mark.anyio
async def test_refusals_speak_the_language_of_the_page(sqlite_database: Database) -> None:
    transport = httpx.ASGITransport(admin_desk(sqlite_database).app)
    wrong = {"email": "nobody@desk.example", "password": "x"}
    async with httpx.AsyncClient(transport=transport, base_url="http://desk") as client:
        for language, message in (
            ("bg", "Имейл адресът или паролата е грешна."),
            ("en", "The e-mail address or the password is wrong."),
            ("de", "The e-mail address or the password is wrong."),
        ):
            said = await client.post("/api/login", json=wrong, headers={"Accept-Language": language})
            assert (said.status_code, said.json()["message"]) == (401, message)
        said = await client.post("/api/login", json={}, headers={"Accept-Language": "bg"})
        assert said.json()["message"].startswith("Заявката беше отказана")
