"""Column mappings: how the records of somebody else's file become entries; see `mappings/FORMAT.md`."""

import re
from collections.abc import Iterable
from datetime import datetime
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Any, Literal

import yaml
from babel.numbers import NumberFormatError, parse_decimal
from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator, model_validator

from knowledge.entries.draft import EntryDraft
from knowledge.errors import UnreadableFile
from knowledge.taxonomy import find_code

_PLACE = re.compile(r"\{([^{}]+)\}")
_AMOUNT = re.compile(r"(\D*)(\d(?:[\d.,\s]*\d)?)\D*")
_LOCALES = {"1,234.56": "en", "1.234,56": "de"}
_LINK = re.compile(r"^https?://[^\s<>\"]+$")


class Rule(BaseModel):
    """How one field comes about: a constant, columns or a template, then the changes in the order below."""

    model_config = ConfigDict(extra="forbid", populate_by_name=True)

    value: Any = None
    columns: list[str] = Field(default=[], alias="from")
    template: list[str] = []
    join: str = ", "
    pattern: str | None = None
    split: str | None = None
    date: list[str] = []
    number: Literal["1,234.56", "1.234,56"] | None = None
    values: dict[str, Any] | None = None
    otherwise: Any = None
    vocabulary: str | None = None
    link: bool = False
    longest: int | None = None

    @model_validator(mode="before")
    @classmethod
    def _short_form(cls, value: Any) -> Any:
        return {"from": [value]} if isinstance(value, str) else value

    @field_validator("columns", "template", "date", mode="before")
    @classmethod
    def _as_list(cls, value: Any) -> Any:
        return [value] if isinstance(value, str) else value

    def used(self) -> set[str]:
        """Return the columns that the rule reads."""
        paths = [*self.columns, *(path for text in self.template for path in _PLACE.findall(text))]
        return {re.split(r"[.\[]", path)[0] for path in paths}

    def apply(self, record: dict[str, Any]) -> Any:
        """Return the field's value for a record; raises `ValueError` for a date or number of another form."""
        if self.value is not None:
            return self.value
        found = self._filled(record) if self.template else self._first(record)
        if isinstance(found, str):
            found = self._trimmed(found)
        if found in (None, "", []):
            return self.otherwise
        if self.date:
            return _day(found, self.date)
        if self.number:
            return _number(found, self.number)
        if self.split and isinstance(found, str):
            found = [part.strip() for part in re.split(self.split, found) if part.strip()]
        if self.values is not None or self.vocabulary:
            found = self._translated(found)
        if self.link and not _LINK.match(str(found)):
            return None
        return found

    def _first(self, record: dict[str, Any]) -> Any:
        values = (_resolve(record, path) for path in self.columns)
        return next((value for value in values if value not in (None, "", [])), None)

    def _filled(self, record: dict[str, Any]) -> str:
        """Fill the paragraphs of the template; one that names an empty column is left out."""
        paragraphs = []
        for paragraph in self.template:
            words = {path: self._shown(_resolve(record, path)) for path in _PLACE.findall(paragraph)}
            if all(words.values()):
                paragraphs.append(_PLACE.sub(lambda match, words=words: words[match[1]], paragraph))  # type: ignore[misc]
        return "\n\n".join(paragraphs)

    def _shown(self, value: Any) -> str:
        if isinstance(value, list):
            return self.join.join(str(item) for item in value if item not in (None, ""))
        return "" if value is None else str(value).strip()

    def _trimmed(self, text: str) -> str:
        text = text.strip()
        if self.pattern:
            match = re.search(self.pattern, text)
            text = match[match.lastindex or 0].strip() if match else ""
        if self.longest and len(text) > self.longest:
            text = text[: self.longest - 1].rstrip() + "…"
        return text

    def _translated(self, found: Any) -> Any:
        if not isinstance(found, list):
            return self._code(str(found))
        codes = [code for item in found if (code := self._code(str(item))) is not None]
        return list(dict.fromkeys(part for code in codes for part in (code if isinstance(code, list) else [code])))

    def _code(self, word: str) -> Any:
        code = (self.values or {}).get(word)
        if code is None and self.vocabulary:
            code = find_code(self.vocabulary, word)
        return self.otherwise if code is None else code


class Mapping(BaseModel):
    """A mapping: the columns by which its files are recognised, and a rule for every field that it fills."""

    model_config = ConfigDict(extra="forbid")

    name: str
    about: str = ""
    recognise: list[str] = Field(min_length=1)
    fields: dict[str, Rule]
    drop: list[str] = []

    @field_validator("fields")
    @classmethod
    def _known_fields(cls, fields: dict[str, Rule]) -> dict[str, Rule]:
        unknown = set(fields) - set(EntryDraft.model_fields)
        if unknown:
            raise ValueError(f"no such field of an entry: {', '.join(sorted(unknown))}")
        if not {"id", "title"} <= set(fields):
            raise ValueError("`id` and `title` are needed")
        return fields

    def apply(self, record: dict[str, Any]) -> dict[str, Any]:
        """Return the entry's fields for a record; columns that no rule reads and none drops stay in `extra`."""
        entry: dict[str, Any] = {}
        for name, rule in self.fields.items():
            try:
                entry[name] = rule.apply(record)
            except ValueError as error:
                raise ValueError(f"{name}: {error}") from error
        read = set(self.drop).union(*(rule.used() for rule in self.fields.values()))
        kept = {name: value for name, value in record.items() if name not in read and value not in (None, "", [])}
        extra = entry.get("extra")
        entry["extra"] = {**(extra if isinstance(extra, dict) else {}), **kept}
        return entry


def load_mapping(path: Path) -> Mapping:
    """Return the mapping in a YAML file; raises `UnreadableFile` saying what is wrong in it."""
    try:
        return _parse(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, yaml.YAMLError, ValidationError) as error:
        raise UnreadableFile(f"mapping {path}: {' '.join(str(error).split())[:400]}") from error


def mapping_names() -> list[str]:
    """Return the names of the built-in mappings."""
    return [mapping.name for mapping in _built_in()]


def find_mapping(name: str) -> Mapping:
    """Return a built-in mapping by its name or one by its path; raises `UnreadableFile` when there is none."""
    for mapping in _built_in():
        if mapping.name == name:
            return mapping
    if Path(name).suffix in (".yaml", ".yml"):
        return load_mapping(Path(name))
    raise UnreadableFile(f"no mapping is called {name}; there are {', '.join(mapping_names())}, or give a .yaml file")


def recognise(records: Iterable[dict[str, Any]]) -> Mapping | None:
    """Return the built-in mapping that names the most of the records' columns, all of its own among them."""
    columns = {column for record in records for column in record}
    fitting = [mapping for mapping in _built_in() if columns.issuperset(mapping.recognise)]
    return max(fitting, key=lambda mapping: len(mapping.recognise), default=None)


@cache
def _built_in() -> tuple[Mapping, ...]:
    folder = files("knowledge.importing").joinpath("mappings")
    found = sorted((item for item in folder.iterdir() if item.name.endswith(".yaml")), key=lambda item: item.name)
    return tuple(_parse(item.read_text(encoding="utf-8")) for item in found)


def _parse(text: str) -> Mapping:
    return Mapping.model_validate(yaml.safe_load(text))


def _resolve(record: Any, path: str) -> Any:
    """Follow a path such as `budget.total` or `answers[].text`; what is not there is None."""
    name, _, rest = path.partition(".")
    each = name.endswith("[]")
    value = record.get(name.removesuffix("[]")) if isinstance(record, dict) else None
    if each:
        value = value if isinstance(value, list) else []
        return [_resolve(item, rest) for item in value] if rest else value
    return _resolve(value, rest) if rest else value


def _day(value: Any, formats: list[str]) -> Any:
    if not isinstance(value, str):
        return value
    for form in formats:
        try:
            return datetime.strptime(value, form).date()  # noqa: DTZ007 - a day has no zone
        except ValueError:
            continue
    raise ValueError(f"{value!r} is not a date of the form {' or '.join(formats)}")


def _number(value: Any, form: str) -> int | float:
    if isinstance(value, (int, float)):
        return value
    match = _AMOUNT.fullmatch(str(value))
    try:
        number = parse_decimal(re.sub(r"\s", "", match[2]), locale=_LOCALES[form], strict=True) if match else None
    except NumberFormatError:
        number = None
    if match is None or number is None:
        raise ValueError(f"{value!r} is not a number like {form}")
    if "-" in match[1]:
        number = -number
    return int(number) if number == int(number) else float(number)
