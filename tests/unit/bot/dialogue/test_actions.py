"""What buttons do survives the way to a person and back, and what nobody sent is nothing."""

import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.dialogue.actions import (
    Action,
    Drop,
    Fix,
    OnDesk,
    OnTicket,
    Plain,
    Rate,
    Redeem,
    Show,
    Speak,
    StaffAct,
    TicketAct,
    button,
    parse,
)
from bot.dialogue.buttons import takes_its_place
from bot.dialogue.intake import FIELDS
from bot.dialogue.slash_commands import slash, spelled, unspelled
from bot.dialogue.state import FILTERS
from knowledge.languages import TAGS

PAGE = Path(__file__).parents[4] / "bot" / "channels" / "web" / "static"

ids = st.integers(1, 10**9)
codes = st.text("23456789ABCDEFGHJKLMNPQRSTUVWXYZ-", min_size=1, max_size=30)
actions: st.SearchStrategy[Action] = st.one_of(
    st.sampled_from(Plain),
    st.builds(Show, ids),
    st.builds(Drop, st.sampled_from(FILTERS)),
    st.builds(Speak, st.sampled_from(TAGS)),
    st.builds(Fix, st.sampled_from(FIELDS)),
    st.builds(Redeem, codes),
    st.builds(OnTicket, st.sampled_from(TicketAct), ids),
    st.builds(OnTicket, st.just(TicketAct.WITHDRAW), ids, st.booleans()),
    st.builds(Rate, ids, st.sampled_from(Rate.STARS)),
    st.builds(OnDesk, st.sampled_from(StaffAct), ids, st.just(0) | ids),
)

MAX_BYTES = 40
"""What a button may carry back on every channel."""


@given(actions)
def test_every_action_comes_back_as_it_was_sent(action: Action) -> None:
    assert parse(action.encode()) == action


@given(actions)
def test_every_action_is_short_enough_for_every_channel(action: Action) -> None:
    assert re.fullmatch("[!-~]+", action.encode())
    assert len(action.encode().encode()) <= MAX_BYTES


parts = st.text(max_size=6) | st.sampled_from(
    ["t", "sum", "fix", "rate", "withdraw", "yes", "7", *TicketAct, *StaffAct]
)


@given(st.text() | st.lists(parts, max_size=5).map(":".join))
def test_whatever_comes_is_an_action_of_ours_or_none(text: str) -> None:
    action = parse(text)
    assert action is None or parse(action.encode()) == action


@pytest.mark.parametrize(
    ("action", "sent"),
    [
        (Show(12), "card:12"),
        (Drop("countries"), "drop:countries"),
        (Speak("sr-Latn"), "language:sr-Latn"),
        (Fix(FIELDS[0]), "sum:fix:question"),
        (Redeem("ABCDE"), "redeem:ABCDE"),
        (OnTicket(TicketAct.ABOUT, 7), "about:7"),
        (OnTicket(TicketAct.SHOW, 7), "ticket:7"),
        (OnTicket(TicketAct.WITHDRAW, 7, sure=True), "withdraw:7:yes"),
        (Rate(7, 4), "rate:7:4"),
        (OnDesk(StaffAct.CLAIM, 7), "t:claim:7"),
        (OnDesk(StaffAct.PASS, 7, 3), "t:pass:7:3"),
        (Plain.UNHELPFUL, "person:unhelpful"),
        (Plain.SEND, "sum:ok"),
    ],
)
def test_buttons_that_were_sent_long_ago_go_on_working(action: Action, sent: str) -> None:
    assert (action.encode(), parse(sent)) == (sent, action)


@pytest.mark.parametrize(
    "text",
    ["t:", "t:claim", "t:claim:", "t:sell:7", "t:pass:7:", "t:pass:7:x", "t:pass:7:3:1", "t:claim:٣", "T:claim:7"],
)
def test_forged_acts_of_staff_are_none(text: str) -> None:
    assert parse(text) is None


def test_a_button_carries_its_action_and_perhaps_a_page() -> None:
    made = button("Open", OnDesk(StaffAct.OPEN, 7), url="https://desk.example")
    assert (made.label, made.action, made.url) == ("Open", "t:open:7", "https://desk.example")


@given(actions)
def test_what_a_button_is_spelled_as_does_the_same(action: Action) -> None:
    command = spelled(action)
    if command is None:
        return
    if isinstance(action, OnDesk):
        assert unspelled(command) == OnDesk(action.act, action.ticket_id)
        assert slash(f"/{command}") is None
    else:
        assert slash(f"/{command}") == action


def test_the_buttons_beside_awaited_words_can_be_spelled() -> None:
    beside = [Plain.SKIP, Plain.CANCEL, OnTicket(TicketAct.REOPEN, 7), OnDesk(StaffAct.END, 7), Plain.MORE]
    assert [spelled(action) for action in beside] == ["skip", "cancel", "reopen_7", "close_7", None]
    assert unspelled("close_7 now") is unspelled("close_") is unspelled("skip_7") is None


def test_a_reply_takes_the_place_of_what_it_changes() -> None:
    changing = [Drop("cities"), Speak("bg"), Plain.DELETE, Plain.KEEP]
    assert all(takes_its_place(action) for action in changing)
    assert not any(takes_its_place(action) for action in (None, Plain.MORE, Show(1), Plain.ASK_DELETE))


def test_what_the_page_sends_by_itself_is_known_here() -> None:
    scripts = "\n".join(path.read_text(encoding="utf-8") for path in sorted(PAGE.glob("*.js")))
    said = re.findall(r'\baction(?:: | === )"([\w:]+)"', scripts)
    begun = re.findall(r"(?:action: |ask\()`(\w+:)\$\{", scripts)
    assert {"new", "delete:yes"} <= {*said}
    assert {"language:", "redeem:"} <= {*begun}
    assert [each for each in said if parse(each) is None] == []
    assert [each for each in begun if parse(f"{each}7") is None] == []
