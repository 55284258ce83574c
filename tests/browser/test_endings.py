"""Every shipped scenario, played to each ending in a real browser: what the LMS must hold then."""

from __future__ import annotations

import material
import pytest
from driver import BOTH, EVERYTHING, FRAMES, PACKAGES, Room, Sitting
from expected import committed, differences

from scormkit import play
from scormkit.play import State

# Each ending in an edition and a frame by turns, or with EVERYTHING in all of them.
CASES = [
    pytest.param(slug, ending, edition, frame, n % 7 == 0, id=f"{slug}-{ending}-{edition}-{frame}")
    for n, (slug, ending) in enumerate(material.named("endings"))
    for edition in (PACKAGES if EVERYTHING else ([*PACKAGES][n % 2],))
    for frame in (FRAMES if EVERYTHING else (FRAMES[n % 3],))
]


@pytest.mark.parametrize(("slug", "ending", "edition", "frame", "thorough"), CASES)
def test_an_ending_is_played_and_committed(
    room: Room, slug: str, ending: str, edition: str, frame: str, thorough: bool
) -> None:
    """What scorm-again and a strict LMS hold after a path is what play.py makes of it, to the
    last element, and no call was refused (1.2 RTE 3.4, 2004 RTE 4.2). Every act on the way is
    clicked."""
    whole = material.bundle(slug)
    wanted = material.ends(slug, ending)[-1 if thorough else 0]
    learner = material.learner_for(whole, wanted)
    start = play.start(whole, material.first_seed(learner, whole))
    sitting = room.open(whole, edition, frame=frame, runtimes=BOTH, learner=learner)
    sitting.go("begin")
    assert sitting.title() == material.title(whole, start)
    end = sitting.play(start, wanted.path)
    assert end.ending == ending
    shows_result(sitting, end)
    sitting.done()
    stored = sitting.ended()
    holds(sitting, end)
    assert stored["strict"]["exit"] == "suspend"
    assert room.refused() == []


def shows_result(sitting: Sitting, end: State) -> None:
    """The learner reads the score, and whether it passes."""
    result = play.result(sitting.whole, end)
    text = sitting.text()
    assert f"{result.score} of 100" in text
    assert ("Not passed yet" in text) is not result.passed


def holds(sitting: Sitting, end: State, *, before: int = 0, counter: int | None = None) -> None:
    """Both runtimes hold what the path must give: nothing more, nothing less."""
    wanted = committed(sitting.whole, sitting.edition, end, before=before, counter=counter)
    assert differences(wanted, sitting.elements("strict"), only_wanted=False) == []
    again = sitting.elements("again")
    assert differences(wanted, again, only_wanted=True) == []
    for kind in ("interactions", "objectives"):
        ours = {name for name in wanted if name.startswith(f"cmi.{kind}.") and name.endswith(".id")}
        theirs = {n for n in again if n.startswith(f"cmi.{kind}.") and n.endswith(".id")}
        assert theirs == ours
