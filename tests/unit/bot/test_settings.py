"""Settings: good ones are read, a wrong one is one line that names it."""

from pathlib import Path

import pytest

from bot.settings import WrongSetting, load, unknown_settings


@pytest.fixture(autouse=True)
def elsewhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Every test sees an empty folder and no setting of the machine."""
    import os

    for name in list(os.environ):
        if name.startswith("PUNTE_"):
            monkeypatch.delenv(name)
    monkeypatch.chdir(tmp_path)


def test_the_defaults_keep_everything_in_one_folder(tmp_path: Path) -> None:
    settings = load()
    assert settings.home == tmp_path / ".punte"
    assert settings.database == f"sqlite:///{tmp_path}/.punte/desk.db"
    assert settings.telegram_token is None


def test_two_homes_are_two_desks(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PUNTE_HOME", "one")
    first = load()
    monkeypatch.setenv("PUNTE_HOME", "two")
    assert first.database != load().database


def test_a_dotenv_file_is_read_and_the_environment_wins(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / ".env").write_text("PUNTE_PORT=9001\nPUNTE_HOST=0.0.0.0\n")
    monkeypatch.setenv("PUNTE_PORT", "9002")
    assert (load().port, load().host) == (9002, "0.0.0.0")


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("PUNTE_PORT", "http"),
        ("PUNTE_PORT", "70000"),
        ("PUNTE_DATABASE_URL", "nonsense"),
        ("PUNTE_DATABASE_URL", "mysql://root@localhost/punte"),
        ("PUNTE_NLU_URL", "localhost:5005"),
        ("PUNTE_NLU_TIMEOUT", "0"),
        ("PUNTE_ANSWER_THRESHOLD", "1.5"),
        ("PUNTE_LOG_LEVEL", "loud"),
        ("PUNTE_TELEGRAM_API_URL", "not an address"),
        ("PUNTE_TELEGRAM_WEBHOOK_SECRET", "with spaces"),
        ("PUNTE_ADMIN_EMAIL", "nobody"),
        ("PUNTE_SECRET", "short"),
        ("PUNTE_SMTP_URL", "mail.example.org"),
        ("PUNTE_SMTP_URL", "smtp://mail.example.org:many"),
        ("PUNTE_MAIL_FROM", "desk"),
        ("PUNTE_WEB_FALLBACK_MINUTES", "0"),
    ],
)
def test_a_wrong_value_is_one_line_that_names_the_setting(
    name: str, value: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(name, value)
    with pytest.raises(WrongSetting) as caught:
        load()
    assert f"{name}: " in str(caught.value)
    assert "\n" not in str(caught.value)


def test_settings_that_disagree_are_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PUNTE_ANSWER_THRESHOLD", "0.3")
    monkeypatch.setenv("PUNTE_CLARIFY_THRESHOLD", "0.6")
    with pytest.raises(WrongSetting, match="PUNTE_CLARIFY_THRESHOLD"):
        load()


def test_a_mail_server_needs_a_sender(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PUNTE_SMTP_URL", "smtp://desk:p%40ss@mail.example.org:587")
    with pytest.raises(WrongSetting, match="PUNTE_MAIL_FROM"):
        load()
    monkeypatch.setenv("PUNTE_MAIL_FROM", "Punte <desk@example.org>")
    assert "p%40ss" not in repr(load())


def test_a_bot_api_address_gets_the_form_that_the_library_needs(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PUNTE_TELEGRAM_API_URL", "http://127.0.0.1:8081")
    assert load().telegram_api_url == "http://127.0.0.1:8081/bot"
    monkeypatch.setenv("PUNTE_TELEGRAM_API_URL", "http://127.0.0.1:8081/bot")
    assert load().telegram_api_url == "http://127.0.0.1:8081/bot"


def test_a_misspelt_setting_is_noticed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PUNTE_PROT", "8000")
    monkeypatch.setenv("PUNTE_PORT", "8000")
    assert unknown_settings() == ["PUNTE_PROT"]


def test_a_secret_is_not_shown(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PUNTE_TELEGRAM_TOKEN", "123:abc")
    assert "abc" not in repr(load())
