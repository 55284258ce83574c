"""The text, the meeting, the change and the ticket: what they show, how they are used, by whom."""

from __future__ import annotations

from typing import Any

import material
import pytest
from driver import Room, Sitting, eventually
from lms import Site
from playwright.sync_api import Browser, Locator
from test_accessibility import (
    _ADOPT,
    _SMALL,
    DESKTOP,
    NARROW,
    PHONE,
    Keys,
    look,
    shown,
    violations,
    wider,
)
from test_isolation import another

from scormkit import play

WHOLE = material.channels()
WAYS: dict[str, tuple[str, ...]] = {
    "text": ("who",),
    "meeting": ("report", "wait"),
    "change": ("report", "deny"),
    "ticket": ("report", "deny", "request-changes"),
}
OPENED = {  # what opens in each place
    "text": (".sms-sender", ".sms-looks .look >> nth=0", ".sms-head .look"),
    "meeting": (
        *(".tile-watch >> nth=0", ".tile-name >> nth=1", ".meeting-top .look >> nth=0"),
        ".meeting-looks .look >> nth=0",
    ),
    "change": (".work-person", ".change-link >> nth=1"),
    "ticket": (".work-person",),
}


_LINES_OF_WORD = """(spans) => spans.map((span) => {
  const word = document.createRange();
  word.setStart(span.firstChild, 0);
  word.setEnd(span.firstChild, span.textContent.indexOf(":"));
  return new Set([...word.getClientRects()].map(({top}) => top)).size;
})"""


def at(room: Room, scene: str, language: str = "en", *acts: str) -> Sitting:
    """The exercise at a place of it, after these acts or after one that brought an answer."""
    whole = material.channels(language)
    name = f"channels-{language}"
    return shown(room, whole, material.after(whole, *(acts or WAYS[scene])), name=name)


def wrong(sitting: Sitting) -> list[str]:
    """What axe-core finds, from the top of the page: the bar that stays lies over half a control
    of any page that is scrolled."""
    sitting.frame.evaluate("scrollTo(0, 0)")
    return violations(sitting)


@pytest.mark.parametrize("scene", WAYS)
def test_each_place_is_accessible(room: Room, scene: str) -> None:
    """axe-core finds nothing, as a place opens and with each of its panels open, light and dark;
    every control is 44 px large; at 320 px nothing runs over (WCAG 2.2 A and AA)."""
    sitting = at(room, scene)
    for scheme, size in (("light", DESKTOP), ("dark", PHONE)):
        look(sitting, scheme, size)
        assert wrong(sitting) == []
        for part in OPENED[scene]:
            sitting.press(sitting.frame.locator(part))
            assert wrong(sitting) == [], part
            assert wider(sitting) == [], part
        assert sitting.frame.evaluate(_SMALL) == [], "44 px for every control"
        look(sitting, scheme, NARROW)
        assert wider(sitting) == []
    assert sitting.frame.evaluate("document.getAnimations().length") == 0, "asked for less motion"


@pytest.mark.parametrize("scene", WAYS)
def test_each_place_turns_round_and_grows(room: Room, scene: str) -> None:
    """From the right to the left, and with text of twice the size, nothing runs over."""
    sitting = at(room, scene, "ar")
    assert sitting.frame.locator("html").get_attribute("dir") == "rtl"
    for size in (DESKTOP, PHONE, NARROW):
        look(sitting, "light", size)
        assert wider(sitting) == []
    assert wrong(sitting) == []
    sitting = at(room, scene)
    look(sitting, "light", (640, 700))
    sitting.frame.evaluate(_ADOPT, "html { font-size: 200% }")
    assert wider(sitting) == []
    for part in OPENED[scene]:
        sitting.press(sitting.frame.locator(part))
        assert wider(sitting) == [], part


def test_all_of_it_is_done_by_keys(room: Room) -> None:
    """Every look and decision is reached with Tab and taken with Enter, and the focus is always to
    be seen (WCAG 2.1.1, 2.4.7)."""
    path = (
        *("courier.profile", "track.inspect", "pay.inspect", "who", "app", "report"),
        *("roster", "chief.watch", "lawyer.profile", "papers.inspect", "friday", "deny"),
        *("author.profile", "ask", "request-changes", "requester.profile", "call-back"),
    )
    learner = material.learner_for(WHOLE, material.after(WHOLE, *path))
    sitting = shown(room, WHOLE, None, learner=learner)
    keys = Keys(sitting)
    keys.to('[data-go="begin"]')
    state = play.start(WHOLE, material.first_seed(learner, WHOLE))
    for name in path:
        ids = [act["id"] for act in WHOLE["scenes"][state.scene]["acts"]]
        keys.to(f'[data-act="{ids.index(name)}"]')
        state = play.take(WHOLE, state, ids.index(name))
        assert sitting.title() == material.title(WHOLE, state)
        assert keys.focused() != "BODY", f"after {name} the focus is lost"
    assert keys.unseen == set()


@pytest.mark.parametrize("scene", WAYS)
def test_each_sign_is_shown_in_its_place(room: Room, scene: str) -> None:
    """The debrief marks every cue where it was, also those that lay closed: on a card, in what
    one notices of a picture, on a line of code."""
    sitting = shown(
        room, WHOLE, material.after(WHOLE, "stop", "share", "approve", "approve"), name="channels"
    )
    sitting.go("debrief")
    for _ in range([*WAYS].index(scene)):
        sitting.go("forward")
    signs = sitting.frame.locator(".sign").count()
    numbers = " ".join(
        mark.get_attribute("data-sign") or ""
        for mark in sitting.frame.locator("[data-sign]:visible").all()
    )
    assert signs == len(WHOLE["scenes"][scene]["cues"])
    assert sorted(map(int, numbers.split())) == list(range(1, signs + 1))
    for scheme in ("light", "dark"):
        look(sitting, scheme, DESKTOP)
        assert wrong(sitting) == []


# --- A text ---


def inspected(sitting: Sitting, link: Locator) -> str:
    """What the inspector says once it shows."""
    box = sitting.frame.locator(".inspector:visible")
    box.wait_for()
    whole = """(box) => {
      const {left, right, top, bottom} = box.getBoundingClientRect();
      return [[left + 9, top + 3], [right - 9, bottom - 3]].every(([x, y]) =>
        box.contains(document.elementFromPoint(x, y)));
    }"""
    assert box.evaluate(whole), "nothing covers it or cuts it off"
    assert link.get_attribute("aria-describedby") == "inspector"
    return box.inner_text()


def test_a_link_card_shows_where_it_leads_and_leads_there(room: Room) -> None:
    """The card of a link says what the page says of itself; resting on it, or having the focus on
    it, shows the whole address, which is a look; pressing it follows the link."""
    sitting = at(room, "text")
    card = sitting.frame.locator(".link-card")
    assert "release your parcel" in card.inner_text()
    before = sitting.frame.locator(".clock").inner_text()
    card.hover()
    assert "https://swiftmule.parcel-fees.example/8802?c=us" in inspected(sitting, card)
    assert sitting.frame.locator(".clock").inner_text() > before, "to inspect takes a minute"
    sitting.page.keyboard.press("Escape")
    assert sitting.frame.locator(".inspector:visible").count() == 0
    sitting.page.mouse.move(0, 0)
    sitting.frame.locator(".sms-sender").focus()
    while not card.evaluate("card => card === document.activeElement"):
        sitting.page.keyboard.press("Tab")
    assert "parcel-fees.example" in inspected(sitting, card)
    sitting.press(card)
    assert sitting.title() == WHOLE["scenes"]["meeting"]["title"]


def test_a_long_press_looks_and_does_not_follow(browser: Browser, site: Site) -> None:
    """On a touch screen a long press on the card shows where it leads; then nothing is followed."""
    with another(browser, site, has_touch=True, viewport={"width": 390, "height": 844}) as room:
        sitting = at(room, "text")
        card = sitting.frame.locator(".link-card")
        card.dispatch_event("pointerdown", {"pointerType": "touch"})
        assert "parcel-fees.example" in inspected(sitting, card)
        card.dispatch_event("pointerup", {"pointerType": "touch"})
        card.dispatch_event("click")
        assert sitting.title() == WHOLE["scenes"]["text"]["title"]


def test_the_false_text_stands_below_the_real_ones(room: Room) -> None:
    """The days of the thread come in order, the story's last; the card tells number and contact."""
    sitting = at(room, "text")
    days = sitting.frame.locator(".thread .time").all_inner_texts()
    assert days == ["Mon 3 March", "Tue 4 March", "Today, 11:50"]
    texts = sitting.frame.locator(".bubble").all_inner_texts()
    assert [text.split()[0] for text in texts] == [
        *("Your", "Your", "Thanks", "Your", "Which", "Ref"),
    ]
    sitting.press(sitting.frame.locator(".sms-sender"))
    card = sitting.frame.locator(".sms-panel").inner_text()
    assert "+1 202 555 0177" in card and "Not in your contacts" in card


def test_the_newest_text_stays_in_sight(room: Room) -> None:
    """Where an LMS resizes its frame or a phone is turned, the day's text stays at the top of the
    thread; whoever has scrolled up to the earlier ones is left there."""
    sitting = at(room, "text")
    as_high_as_it_goes = """() => {
      const thread = document.querySelector(".thread");
      const start = thread.querySelector(":scope > .time");
      const most = Math.min(start.offsetTop - 16, thread.scrollHeight - thread.clientHeight);
      return most > 0 && Math.abs(thread.scrollTop - most) < 2;
    }"""
    frame = "new Promise(done => requestAnimationFrame(() => setTimeout(done)))"
    for size in ((390, 844), (650, 500), (1000, 400), (360, 450)):
        look(sitting, "light", (size[0], 3000))  # all of it fits
        sitting.frame.evaluate(frame)
        look(sitting, "light", size)
        eventually(lambda: sitting.frame.evaluate(as_high_as_it_goes), f"in sight at {size}")
    sitting.frame.evaluate("document.querySelector('.thread').scrollTop = 3")
    look(sitting, "light", (390, 500))
    sitting.frame.evaluate(frame)
    assert sitting.frame.evaluate("document.querySelector('.thread').scrollTop") == 3


def test_a_tool_of_the_bar_breaks_no_word(room: Room) -> None:
    """Each button of the bar below a thread is as wide as its longest word, on a phone too."""
    sitting = at(room, "text")
    look(sitting, "light", (360, 740))
    words = sitting.frame.locator(".sms-tool > span")
    for word in words.all():
        word.evaluate("span => span.textContent = 'Technikerinnen: Ist das echt?'")
    assert words.evaluate_all(_LINES_OF_WORD) == [1, 1, 1]
    assert wider(sitting) == []


def test_an_answer_is_a_text_of_ones_own(room: Room) -> None:
    """STOP, once sent, stands in the thread."""
    sitting = at(room, "text", "en", "courier.profile")
    assert sitting.frame.locator(".mine .bubble").all_inner_texts() == ["Thanks"]
    sitting.press(sitting.frame.get_by_role("button", name="Which parcel"))
    assert sitting.frame.locator(".mine .bubble").all_inner_texts() == [
        "Thanks",
        "Which parcel is it?",
    ]


# --- A meeting ---


def test_whoever_speaks_is_outlined(browser: Browser, site: Site) -> None:
    """Captions come one by one, the speaker's picture is outlined as they go; they can be paused,
    or shown all at once, and then stay as the transcript."""
    with another(browser, site, reduced_motion="no-preference") as room:
        sitting = at(room, "meeting", "en", "report")
        sitting.page.emulate_media(reduced_motion="no-preference")
        speaker = sitting.frame.locator(".tile[data-speaks]")
        heard = sitting.frame.locator(".caption:not(.to-come)")
        eventually(lambda: heard.count() == 1, "the first caption")
        assert speaker.get_attribute("data-who") == "chief"
        sitting.press(sitting.frame.get_by_role("button", name="Pause captions"))
        sitting.frame.wait_for_timeout(4500)
        assert heard.count() == 1, "they wait"
        sitting.press(sitting.frame.get_by_role("button", name="Resume captions"))
        eventually(lambda: speaker.get_attribute("data-who") == "lawyer", "the next speaker")
        sitting.press(sitting.frame.get_by_role("button", name="Show all"))
        assert heard.count() == 3
        assert speaker.get_attribute("data-who") == "chief"


def test_the_meeting_tells_who_is_there(room: Room) -> None:
    """The list has guests and how each came in; a picture is told apart in words: off, poor, and
    what one notices on looking closely."""
    sitting = at(room, "meeting", "en", "report")
    assert "Camera off" in sitting.frame.locator('.tile[data-who="lawyer"]').inner_text()
    assert "Poor picture" in sitting.frame.locator('.tile[data-who="chief"]').inner_text()
    sitting.press(sitting.frame.get_by_role("button", name="People (4)"))
    roster = sitting.frame.locator(".meeting-list .directory li").all_inner_texts()
    assert len(roster) == 4
    assert "Guest" in roster[1] and "not signed in" in roster[1]
    watch = sitting.frame.get_by_role("button", name="Look closely: Maya Lund")
    sitting.press(watch)
    assert "trail the words" in sitting.frame.locator(".meeting-panel").inner_text()
    assert sitting.frame.locator(".meeting-list .directory").count() == 0, "one panel at a time"


def test_every_link_of_a_meeting_can_be_looked_into(room: Room) -> None:
    """Links in the meeting's chat and in what the narrator tells show where they lead."""
    sitting = at(room, "meeting", "en", "report")
    for name, url in (
        ("heron-closing", "heron-closing.example/sign"),
        ("invitation", "meet.heron"),
    ):
        link = sitting.frame.get_by_role("link", name=name)
        link.hover()
        assert url in inspected(sitting, link)
        sitting.page.mouse.move(0, 0)
        sitting.page.keyboard.press("Escape")
        button = sitting.frame.get_by_role("button", name=f"Inspect link: {name}")
        sitting.press(button)
        assert url in sitting.frame.locator(".meeting-looks").inner_text()


def test_a_request_on_the_screen_is_answered_there(room: Room) -> None:
    """Approve and deny stand in the request, which is announced and says who asks for what."""
    sitting = at(room, "meeting", "en", "report")
    request = sitting.frame.get_by_role("group", name="A request on your screen")
    wish = "Piet Aalders asks to control your screen."
    assert wish in request.first.inner_text()
    said = sitting.frame.locator('[role="status"][aria-live="polite"]')
    eventually(lambda: wish in said.inner_text(), "a screen reader is told")
    buttons = sitting.frame.locator(".meeting-request button").all_inner_texts()
    assert sorted(buttons) == ["Let him", "Not on my machine"]
    sitting.press(sitting.frame.get_by_role("button", name="Not on my machine"))
    assert sitting.title() == WHOLE["scenes"]["change"]["title"]


# --- A change, a ticket ---


def lines(sitting: Sitting, file: int) -> list[list[str]]:
    """The lines of a changed file as a screen reader has them: cells with their hidden words."""
    found: list[list[str]] = (
        sitting.frame.locator("table.diff")
        .nth(file)
        .evaluate(
            """(table) => [...table.tBodies[0].rows].map((row) =>
          [...row.cells].map((cell) => cell.textContent))"""
        )
    )
    return found


def test_a_change_reads_line_by_line(room: Room) -> None:
    """Lines have the numbers of before and now, added and removed ones a sign and a word, and
    comments stand below the line that they are about."""
    sitting = at(room, "change", "en", "report", "deny")
    first = lines(sitting, 0)
    assert first[1] == ["14", "14", "", "    body = payload(payout)"]
    assert first[2] == ["15", "", "−removed", "    response = post(HOOK, body)"]
    assert first[3] == ["", "15", "+added", "    for attempt in range(3):"]
    assert "Do we log the failed ones?" in first[4][0]
    assert first[5][:3] == ["", "16", "+added"]
    table = sitting.frame.get_by_role("table", name="config/settings.py")
    headers = table.get_by_role("columnheader").all_inner_texts()
    assert [each.strip() for each in headers] == ["Line before", "Line now", "Change", "Code"]
    plus, minus = (
        sitting.frame.locator(f"tr.{kind}").first.evaluate(
            "row => getComputedStyle(row).background"
        )
        for kind in ("plus", "minus")
    )
    assert plus != minus


def test_a_change_on_a_narrow_screen_keeps_one_number(room: Room) -> None:
    """At 360 px each line has one number, the sign and code that wraps instead of running over."""
    sitting = at(room, "change", "en", "report", "deny")
    look(sitting, "light", (360, 740))
    for row in sitting.frame.locator("tr:is(.plus, .minus)").all():
        numbers = [cell.inner_text() for cell in row.locator(".diff-number:visible").all()]
        assert len(numbers) == 1 and numbers[0].isdigit()
    assert wider(sitting) == []


def test_the_list_of_files_leads_to_each(room: Room) -> None:
    """Whoever presses a file in the list stands at its lines, with the focus on its name."""
    sitting = at(room, "change", "en", "report", "deny")
    sitting.press(sitting.frame.get_by_role("button", name="config/settings.py"))
    focused = sitting.frame.evaluate("document.activeElement.textContent")
    assert focused.startswith("config/settings.py")


def test_a_requester_has_a_card(room: Room) -> None:
    """The card says if the directory knows the address; what the records say stands beside it."""
    sitting = at(room, "ticket")
    sitting.press(sitting.frame.locator(".work-person"))
    said = sitting.frame.locator(".work-who .panel").inner_text()
    assert "This address is not in the company directory" in said
    assert "+1 202 555 0101" in sitting.frame.locator(".records").inner_text()
    change: Any = at(room, "change", "en", "report", "deny")
    change.press(change.frame.locator(".work-person"))
    assert "In the company directory as Bo Lindqvist" in change.frame.locator(".panel").inner_text()
