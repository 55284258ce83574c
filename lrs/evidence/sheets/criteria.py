"""The sheet of criteria: what each asks, in our words, and where in the pack one looks for it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from lrs.evidence.material import Material
from lrs.evidence.sheets.making import Cells, Form, Whole, listed, number, text
from lrs.evidence.sheets.programme import entry_of
from lrs.evidence.sheets.results import buckets
from lrs.evidence.tally import Tally
from lrs.register.sheet import slug

SOC_2, ISO = "SOC 2", "ISO/IEC 27001:2022"
_PREFIXES = {"SOC2": SOC_2, "ISO27001": ISO}
READING = "our reading, in our words"
_NO_MAP = "our reading, in our words; nobody's official mapping says so"
UNKNOWN = "Not described here: an exercise's author names it, and this version of the pack doesn't."


@dataclass(frozen=True)
class Criterion:
    """One criterion: of which frame, what it asks as far as it touches training, paraphrased; the
    criteria whose sheets serve it too, of one that no sheet names itself."""

    name: str
    frame: str
    asks: str
    beside: tuple[str, ...] = ()


CRITERIA = (
    Criterion(
        "CC1.1",
        SOC_2,
        "The organisation holds to standards of conduct: it notices where people, contractors and "
        "vendors' staff depart from them, and puts it right in time.",
    ),
    Criterion(
        "CC1.4",
        SOC_2,
        "It sees to it that people are able to do their work: it looks at what they can do, deals "
        "with what is lacking, and trains its own staff and those who work for it from outside.",
    ),
    Criterion(
        "CC1.5",
        SOC_2,
        "It holds people to account for their part in control, and acts where they don't do it.",
    ),
    Criterion(
        "CC2.2",
        SOC_2,
        "It tells its people what they must know and do for control to work, how to report what "
        "goes wrong, and trains them in security awareness, in a way that fits time and audience.",
    ),
    Criterion(
        "CC2.3",
        SOC_2,
        "It tells outside parties what is expected of them, and what they are responsible for.",
    ),
    Criterion(
        "CC4.2",
        SOC_2,
        "What is found lacking is told in time to those who must act on it, and followed until it "
        "is put right.",
    ),
    Criterion(
        "CC5.3",
        SOC_2,
        "Policies say what is expected and procedures do it; what is found is acted on, and "
        "policies are looked at again.",
    ),
    Criterion("CC6.1", SOC_2, "Access to systems and information is protected against attack."),
    Criterion("CC6.2", SOC_2, "Credentials are given to those who are entitled, and taken away."),
    Criterion("CC6.3", SOC_2, "Access follows from a role, with no more rights than it needs."),
    Criterion("CC6.6", SOC_2, "There is protection against threats from outside the boundaries."),
    Criterion("CC6.7", SOC_2, "Information is protected while it is moved, and only some may."),
    Criterion(
        "CC6.8", SOC_2, "Unwanted and harmful software is prevented or found, and dealt with."
    ),
    Criterion("CC7.2", SOC_2, "Systems are watched for what is out of the ordinary."),
    Criterion("CC7.3", SOC_2, "What looks like a security event is judged, and acted on."),
    Criterion("CC7.4", SOC_2, "Incidents are answered in a way that was thought of beforehand."),
    Criterion("CC8.1", SOC_2, "Changes to systems are approved, tested and recorded."),
    Criterion(
        "A.6.3",
        ISO,
        "People get awareness, education and training in security that fits their work, and again "
        "when policies change.",
        ("CC1.4", "CC2.2"),
    ),
    Criterion(
        "A.6.8", ISO, "People have a way to report what they see of security, and know to use it."
    ),
)
_KNOWN = {(each.frame, each.name): each for each in CRITERIA}


def parted(named: str) -> tuple[str, str]:
    """Frame and name of a criterion as exercises write it: "SOC2 CC1.4"."""
    prefix, _, name = named.partition(" ")
    return (_PREFIXES.get(prefix, prefix), name) if name else (SOC_2, prefix)


def criteria(forms: Sequence[Form]) -> Whole:
    """The sheet, over the forms of all sheets that there are."""

    def rows(material: Material, tally: Tally) -> Iterator[Cells]:
        asked = dict.fromkeys(slug(e) for each in buckets(material) for e in each.exercises)
        trained: dict[tuple[str, str], dict[str, int]] = {}
        for exercise in asked:
            entry = entry_of(material, exercise)
            for objective in entry["objectives"] if entry else ():
                for named in objective["criteria"]:
                    there = trained.setdefault(parted(named), {})
                    there[exercise] = there.get(exercise, 0) + 1
        shown = [e for e in forms if e.design or material.asked.operating]
        for key in dict.fromkeys((*_KNOWN, *sorted(trained))):
            found, exercises = _KNOWN.get(key), trained.get(key, {})
            ours = {key[1], *(found.beside if found else ())} if found else set()
            sheets = [e.name for e in shown if ours & set(e.criteria)]
            if sheets or exercises:
                reading = _NO_MAP if key[0] == ISO else READING
                asks = found.asks if found else UNKNOWN
                objectives = sum(exercises.values())
                yield *key, asks, listed(sheets), listed(exercises), objectives, reading

    return Whole(
        Form(
            "criteria",
            "Criteria, and where to look for them",
            (
                text("framework", "Framework", 18, "Of which it is one."),
                text("criterion", "Criterion", 10, "As the framework calls it."),
                text("asks", "Asks for", 70, "As far as it touches training; a paraphrase."),
                text("sheets", "Sheets", 40, "Of this pack, that speak to it."),
                text(
                    "exercises",
                    "Exercises",
                    40,
                    "Of the curriculum, with an objective that names it.",
                ),
                number("objectives", "Objectives", "Of these exercises, that name it."),
                text("reading", "Reading", 24, "Whose reading this is."),
            ),
            lambda material: (
                "The sheets of this pack, and the objectives of all exercises that the programme's "
                "versions in force ask for."
            ),
            "Which sheet speaks to which criterion is our reading, and an auditor may read "
            "otherwise. The criteria are paraphrased; the text of the Trust Services Criteria is "
            "the AICPA's, that of ISO/IEC 27001 is ISO's. Which criteria an exercise serves is "
            "said by its author. ISO/IEC 27001 stands beside, as our reading alone.",
            ("CC2.2",),
            design=True,
        ),
        rows,
    )
