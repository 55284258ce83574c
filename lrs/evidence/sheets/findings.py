"""Sheets that are counted of exceptions and of evidence: how long, from where, how sure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from statistics import median

from lrs.evidence.material import Material
from lrs.evidence.sheets.making import (
    Cells,
    Form,
    Whole,
    during,
    number,
    text,
    yes,
)
from lrs.evidence.sheets.results import EXERCISE, TITLE, title
from lrs.evidence.tally import (
    Found,
    Tally,
)
from lrs.register.audit_exceptions import ACCEPTED, OPEN, REMEDIATED
from lrs.register.completions import XAPI
from lrs.register.replay import FLAWS, GOOD
from lrs.register.rows import PROVENANCES
from lrs.register.verdicts import LATE, MET

AGES = ((1, 7), (8, 30), (31, 90), (91, None))


def _age_name(first: int, last: int | None) -> str:
    return f"open_{first}_{last}" if last else f"open_{first}"


def _age_title(first: int, last: int | None) -> str:
    return f"Open {first} to {last} days" if last else f"Open {first} days or more"


def _remediation(material: Material, tally: Tally) -> Iterator[Cells]:
    for exercise in sorted({each.exercise for each in tally.found}):
        theirs = {each: n for each, n in tally.found.items() if each.exercise == exercise}
        yield exercise, title(material, exercise), *remediation(theirs)


def remediation(found: Mapping[Found, int]) -> Cells:
    """Counts and times of some exceptions: all, open, remediated, accepted; median and longest
    days to remediation; open ones by age."""
    states: Counter[str] = Counter()
    ages: Counter[int] = Counter()
    times: list[int] = []
    for (_, state, _, days), count in sorted(found.items()):
        states[state] += count
        if state == REMEDIATED:
            times += [days] * count
        if state == OPEN:
            ages[days] += count
    spans = (
        sum(n for days, n in ages.items() if first <= days and (last is None or days <= last))
        for first, last in AGES
    )
    middle = median(times) if times else None
    return (
        sum(states.values()),
        states[OPEN],
        states[REMEDIATED],
        states[ACCEPTED],
        int(middle) if middle is not None and middle == int(middle) else middle,
        max(times, default=None),
        *spans,
    )


REMEDIATION = Whole(
    Form(
        "remediation",
        "Exceptions by exercise, with times",
        (
            EXERCISE,
            TITLE,
            number("exceptions", "Exceptions", "All of them."),
            number("open", "Open", "Neither remediated nor accepted."),
            number("remediated", "Remediated", "Closed by a pass."),
            number("accepted", "Accepted", "By a ruling; not remediated."),
            number(
                "median_days", "Median days", "From the due day to the pass, of those remediated."
            ),
            number("longest_days", "Longest", "The most such days."),
            *(
                number(
                    _age_name(*each), _age_title(*each), "Behind due, as of the day asked about."
                )
                for each in AGES
            ),
        ),
        lambda material: f"Every row of the sheet exceptions {during(material)}.",
        "Counted over the sheet exceptions. Days are counted from the due day, so that a pass on "
        "the day after it is one day late.",
        ("CC1.1", "CC1.5", "CC4.2", "CC5.3"),
    ),
    _remediation,
)


# Evidence.


def _evidence(material: Material, tally: Tally) -> Iterator[Cells]:
    for each in sorted(tally.evidence):
        counts = yes(each.verdict in (MET, LATE))
        accepted = yes(each.accepted)
        yield each.provenance, each.sides, accepted, each.verdict, counts, tally.evidence[each]


EVIDENCE = Whole(
    Form(
        "evidence",
        "Where the evidence comes from",
        (
            text("provenance", "Provenance", 14, "Statement, LMS export; weak: manual, waived."),
            text("sides", "Sides", 16, "Whether the LMS and the statement agree."),
            text("accepted", "By ruling", 9, "Whether it counts because of a ruling."),
            text("verdict", "Verdict", 11, "On the obligations that it decides."),
            text("meets", "Meets", 8, "Whether it meets them."),
            number("rows", "Rows", "Of the register that have such evidence."),
        ),
        lambda material: f"All rows of the register that have evidence {during(material)}.",
        "By the attempt that decided each row; one attempt can decide several.",
        ("CC1.4", "CC2.2"),
    ),
    _evidence,
)


def _replays(material: Material, tally: Tally) -> Iterator[Cells]:
    for provenance, flaw in sorted(tally.attempts):
        played = provenance == XAPI
        replayed = "yes" if played and flaw == GOOD else "no"
        says = FLAWS.get(flaw) or ("comes to what it says" if played else "carries no path")
        name = PROVENANCES[provenance]
        yield name, flaw or None, replayed, says, tally.attempts[provenance, flaw]


REPLAYS = Whole(
    Form(
        "replays",
        "Attempts that were played again",
        (
            text("provenance", "Provenance", 14, "Statement, LMS export; weak: manual, waived."),
            text("finding", "Finding", 14, "What keeps it from counting, for programs."),
            text("replayed", "Replayed", 9, "Whether playing it again came to the same."),
            text("means", "Which means", 50, "In words."),
            number("attempts", "Attempts", "Judged ones in the period, of people with access."),
        ),
        lambda material: (
            f"All judged attempts {during(material)}, of the people of the population, whether "
            "they meet anything or not; without statements that were voided."
        ),
        "A statement of our player carries the path of decisions; the path is played again by the "
        "rules of the version that it names, and must come to the same score and result.",
        ("CC1.4", "CC2.2"),
    ),
    _replays,
)
