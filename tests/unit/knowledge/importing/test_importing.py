"""Files of entries: what is read, what is refused and where, and that a second time changes nothing."""

import gzip
import io
import json
from pathlib import Path
from typing import Any

import pytest

from knowledge.database import Database
from knowledge.entries.bulk import CHUNK
from knowledge.entries.columns import draft_of
from knowledge.entries.store import EntryQuery, current_revision, find_entries, get_entry
from knowledge.errors import UnreadableFile
from knowledge.importing import ImportReport, RowOutcome, import_file
from knowledge.importing.reading import READERS
from knowledge.models import EntryState, FacetName

ONE: dict[str, Any] = {
    "id": "call-1",
    "title": "A call for mills",
    "kind": "funding_call",
    "language": "sr-Latn",
    "text": "Mills may apply.",
    "url": "https://example.org/call",
    "countries": ["RS", "EL"],
    "sectors": ["food"],
    "competences": ["export"],
    "programme": "Horizon Europe",
    "opens": "2027-01-01",
    "deadlines": ["2027-09-30", "2027-03-31"],
    "published": "2026-12-01",
    "verified": "2026-12-24",
}


def lines(*records: object) -> bytes:
    return b"".join(
        (record if isinstance(record, bytes) else json.dumps(record, ensure_ascii=False).encode()) + b"\n"
        for record in records
    )


def bring(database: Database, data: bytes, name: str = "file.jsonl", **options: Any) -> ImportReport:
    return import_file(database, io.BytesIO(data), name=name, source="test", detect=lambda text: "hr", **options)


def outcomes(report: ImportReport) -> list[tuple[int, str]]:
    return [(row.line, str(row.outcome)) for row in report.rows]


def count(database: Database) -> int:
    with database.reading() as session:
        return find_entries(session, EntryQuery())[1]


def test_every_field_of_our_own_lines_is_kept(database: Database) -> None:
    report = bring(database, lines(ONE | {"colour": "blue", "status": "open"}))
    assert (report.format, report.mapping, report.written) == ("jsonl", None, True)
    assert report.unknown_fields == {"colour": 1, "status": 1}
    with database.reading() as session:
        entry = get_entry(session, "call-1")
        assert (entry.language, entry.programme, entry.source) == ("sr-Latn", "horizon_europe", "test")
        assert sorted(entry.values(FacetName.COUNTRY)) == ["GR", "RS"]
        assert [str(deadline.on) for deadline in entry.deadlines] == ["2027-03-31", "2027-09-30"]
        assert entry.extra == {"colour": "blue", "status": "open"}
        assert entry.passages


def test_twice_changes_nothing_and_takes_no_revision(database: Database) -> None:
    data = lines(ONE, ONE | {"id": "call-2"})
    assert bring(database, data).counts()[RowOutcome.ADDED] == 2
    with database.reading() as session:
        before = current_revision(session)
    assert bring(database, data).counts()[RowOutcome.UNCHANGED] == 2
    changed = bring(database, lines(ONE, ONE | {"id": "call-2", "text": "New.", "deadlines": [], "countries": ["BG"]}))
    assert outcomes(changed) == [(1, "unchanged"), (2, "changed")]
    with database.reading() as session:
        assert current_revision(session) == before + 1
        entry = get_entry(session, "call-2")
        assert (entry.values(FacetName.COUNTRY), entry.deadlines, entry.state) == (["BG"], [], EntryState.PUBLISHED)
        assert [passage.text for passage in entry.passages] == ["New."]
        assert draft_of(entry).text == "New."


def test_revisions_differ_across_chunks(sqlite_database: Database) -> None:
    many = CHUNK * 2 + 7
    bring(sqlite_database, lines(*({"id": f"x-{n}", "title": f"Entry {n}"} for n in range(many))))
    with sqlite_database.reading() as session:
        found, total = find_entries(session, EntryQuery(), limit=many)
        assert total == many
        assert sorted(entry.revision for entry in found) == list(range(1, many + 1))


def test_language_is_taken_or_found_out(sqlite_database: Database) -> None:
    texts = [({"language": "sr-Latn-RS"}, "sr-Latn"), ({"lang": "mk"}, "mk"), ({}, "hr"), ({"language": ""}, "hr")]
    for number, (fields, language) in enumerate(texts):
        bring(sqlite_database, lines({"id": f"l-{number}", "title": "Title"} | fields))
        with sqlite_database.reading() as session:
            assert get_entry(session, f"l-{number}").language == language


REFUSED = [
    (b"{broken", "broken JSON at character 2"),
    (b'["a list"]', "not an object"),
    (b"\xff\xfe\xfa", "not UTF-8 at byte 1"),
    (b'{"id": "x", "title": NaN}', "NaN is no JSON number"),
    (b"[" * 100_000, "broken JSON"),
    (b'{"id": "x", "title": "' + b"y" * 3_000_000 + b'"}', "the line is 2.9 MB long"),
    ({"id": "x"}, "title"),
    ({"title": "x"}, "id"),
    ({"name": "x"}, "name a mapping"),
    ({"id": "", "title": "x"}, "id"),
    ({"id": "x", "title": "x", "kind": "poem"}, "kind"),
    ({"id": "x", "title": "x", "language": "tlh"}, "not one of the desk's languages"),
    ({"id": "x", "title": "x", "deadlines": ["31.12.2027"]}, "deadlines"),
    ({"id": "x", "title": "x", "extra": "text"}, "extra"),
    ({"id": "x", "title": "x", "text": "y" * 200_001}, "text"),
]


@pytest.mark.parametrize(("line", "problem"), REFUSED, ids=[problem for _, problem in REFUSED])
def test_a_bad_line_is_named_and_nothing_is_lost(sqlite_database: Database, line: object, problem: str) -> None:
    data = lines(ONE, b"", line, ONE | {"id": "call-2"})
    strict = bring(sqlite_database, data)
    assert outcomes(strict) == [(1, "held_back"), (3, "refused"), (4, "held_back")]
    assert problem in strict.rows[1].problem
    assert (strict.written, count(sqlite_database)) == (False, 0)
    lenient = bring(sqlite_database, data, all_or_nothing=False)
    assert outcomes(lenient) == [(1, "added"), (3, "refused"), (4, "added")]
    assert count(sqlite_database) == 2


def test_an_id_twice_in_a_file_is_refused(sqlite_database: Database) -> None:
    report = bring(sqlite_database, lines(ONE, ONE | {"title": "Another"}))
    assert [row.problem for row in report.refused()] == ["id: call-1 is on line 1 already"]


def test_what_no_database_keeps_is_taken_out(database: Database) -> None:
    odd = b'{"id": "odd", "title": "a\\u0000b", "text": "half \\ud800 pair", "note": {"k\\u0000": ["\\u0000"]}}'
    assert bring(database, lines(odd)).written
    with database.reading() as session:
        entry = get_entry(session, "odd")
        assert (entry.title, entry.text, entry.extra) == ("ab", "half  pair", {"note": {"k": [""]}})


UNREADABLE = [
    (b"", "a.jsonl", "empty"),
    (b"  \n\n", "a.csv", "empty"),
    (b"\x00\x01\x02\x03" * 20, "a.jsonl", "binary"),
    (b"\x00\x01\x02\x03" * 20, "a.csv", "binary"),
    (b"PK\x03\x04...", "a.csv", "ZIP or Excel"),
    (b"\x1f\x8b\x08broken", "a.jsonl.gz", "gzip"),
    (b'[{"id": 1}]', "a.json", "one object a line"),
    (b"just words\nand more", "a.csv", "one column only"),
    (b"id,title,id\n1,2,3", "a.csv", "twice"),
    (b"id,title\n", "a.csv", "no records"),
    (b"id: 1\ntitle: x", "a.yaml", "list of entries"),
    (b"- id: [1\n- title", "a.yaml", "broken YAML"),
    (b"id,title\nx,\x98\x98\x98\x81\x83\x88", "a.csv", "line 2 is neither"),
]


@pytest.mark.parametrize(("data", "name", "problem"), UNREADABLE, ids=[f"{name} {why}" for _, name, why in UNREADABLE])
def test_a_file_that_is_no_list_is_refused_as_a_whole(
    sqlite_database: Database, data: bytes, name: str, problem: str
) -> None:
    with pytest.raises(UnreadableFile, match=problem):
        bring(sqlite_database, data, name)


def test_yaml_that_unfolds_without_end_is_refused(sqlite_database: Database) -> None:
    levels = "\n".join(f"  l{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 10)}]" for n in range(1, 9))
    bomb = f"- id: x\n  title: y\n  l0: &a0 [x]\n{levels}\n"
    with pytest.raises(UnreadableFile, match="too many nodes"):
        bring(sqlite_database, bomb.encode(), "a.yaml")


def test_a_path_that_is_not_there(sqlite_database: Database, tmp_path: Path) -> None:
    with pytest.raises(UnreadableFile, match="No such file"):
        import_file(sqlite_database, tmp_path / "none.jsonl", source="x", detect=str)


CSV = 'id;title;countries;Kind\nc-1;Čaša šećera;RS;guide\nc-2;Žuti đak;"RS; HR";faq\n'


@pytest.mark.parametrize("delimiter", [";", "\t", "|"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1250"])
def test_csv_of_any_encoding_and_delimiter(sqlite_database: Database, encoding: str, delimiter: str) -> None:
    text = CSV.replace("RS; HR", "RS, HR").replace(";", delimiter).replace("RS, HR", "RS; HR")
    report = bring(sqlite_database, text.encode(encoding), "a.csv")
    assert outcomes(report) == [(2, "added"), (3, "added")]
    with sqlite_database.reading() as session:
        entry = get_entry(session, "c-2")
        assert (entry.title, entry.kind, sorted(entry.values(FacetName.COUNTRY))) == ("Žuti đak", "faq", ["HR", "RS"])


@pytest.mark.parametrize(
    ("encoding", "title"),
    [
        ("cp1250", "Šećer, čaj, žito i đak; înființare și finanțare"),
        ("cp1251", "Как да регистрирам фирма и къде"),
        ("cp1253", "Πώς ιδρύω επιχείρηση στην Ελλάδα"),
        ("cp1254", "Küçük işletmeler için destek başvurusu nasıl yapılır"),
    ],
)
def test_windows_code_pages_of_the_region(sqlite_database: Database, encoding: str, title: str) -> None:
    title = title.replace("ț", "ţ").replace("ș", "ş")
    report = bring(sqlite_database, f'id,title\nx,"{title}"\n'.encode(encoding), "a.csv")
    assert report.format == f"csv (, {encoding})"
    with sqlite_database.reading() as session:
        assert get_entry(session, "x").title == title


def test_csv_lines_are_counted_through_quoted_ones(sqlite_database: Database) -> None:
    report = bring(
        sqlite_database, b'ID,Title,text\r\na,A,"one\ntwo"\r\n\r\nb,B\r\nc,C,x\r\n', "a.csv", all_or_nothing=False
    )
    assert outcomes(report) == [(2, "added"), (5, "refused"), (6, "added")]
    assert report.rows[1].problem == "2 columns, where the heading has 3"


def test_yaml_and_gzip(sqlite_database: Database) -> None:
    yaml = b"# the desk's own\n- id: y-1\n  title: One\n  seen: 2026-11-22\n- plain words\n- id: y-2\n  title: Two\n"
    report = bring(sqlite_database, yaml, "a.yaml", all_or_nothing=False)
    assert outcomes(report) == [(2, "added"), (5, "refused"), (6, "added")]
    with sqlite_database.reading() as session:
        assert get_entry(session, "y-1").extra == {"seen": "2026-11-22"}
    assert bring(sqlite_database, gzip.compress(lines(ONE)), "a.jsonl.gz").summary().startswith("1 added")


def test_progress_is_told_and_drafts_stay_drafts(sqlite_database: Database) -> None:
    told: list[tuple[int, int]] = []
    bring(sqlite_database, lines(ONE), state=EntryState.DRAFT, progress=lambda done, of: told.append((done, of)))
    assert told == [(1, 1)]
    bring(sqlite_database, lines(ONE | {"text": "changed"}))
    with sqlite_database.reading() as session:
        assert get_entry(session, "call-1").state is EntryState.DRAFT


def test_no_two_forms_of_files_claim_one_suffix() -> None:
    suffixes = [suffix for reader in READERS for suffix in reader.SUFFIXES]
    assert len(suffixes) == len(set(suffixes))
    assert [reader.begins(b"x,") for reader in READERS].count(True) == 1
