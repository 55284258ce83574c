"""Sheets of the design: the programme in words, its curriculum, versions, changes and notices."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from itertools import pairwise
from typing import Any
from zoneinfo import ZoneInfo

from lrs import days
from lrs.evidence.material import Material, ProgrammeVersion
from lrs.evidence.sheets import wording
from lrs.evidence.sheets.making import (
    Cells,
    Form,
    Whole,
    day,
    during,
    instant,
    log,
    number,
    text,
    yes,
)
from lrs.evidence.tally import Tally
from lrs.programme.difference import differences
from lrs.programme.programme import Cadence, Curriculum, Exercise, Programme, Rule
from lrs.register.columns import Cell
from lrs.register.sheet import slug

_VERSION = number("version", "Version", "Of the programme: 1, 2, 3 in the order of publication.")
_PATH = text("path", "Place", 30, "Where it stands in the programme's text.")
SOFTWARE = "rule of the software"


def _in_force(material: Material) -> str:
    numbers = wording.joined(str(each.number) for each in material.effective)
    said = f"versions in force {during(material)}: {numbers or 'none'}"
    return f"Every version of the programme in {log(material)}; {said}."


# The programme in words.


def _programme(material: Material, tally: Tally) -> Iterator[Cells]:
    for version in material.effective:
        for part, path, says in described(material, version.programme):
            yield version.number, part, path, says


def described(material: Material, told: Programme) -> Iterator[tuple[str, str, str]]:
    """Part, place and words of all that a programme says."""
    yield "Programme", "title", told.title
    if told.description:
        yield "Programme", "description", told.description
    yield "Programme", "owner", " ".join(filter(None, (told.owner, _mail(told.owner_mail))))
    for each in told.curricula:
        bucket = each.bucket
        who = f"{bucket.title}: {wording.audience(bucket)}."
        yield "Scope", f"buckets/{bucket.name}", who
    for each in told.curricula:
        for rule in ruled(each):
            yield "Curriculum", rule.path, wording.rule(material, each, rule)
    yield "Completion", "pass, versions", wording.policy(material, told.policy)
    for name, policy in told.policies.items():
        says = f"{wording.called(material, name)}: {wording.policy(material, policy)}"
        yield "Completion", f"exercises/{name}", says
    for path, says in wording.remediation(material, told.remediation):
        yield "Remediation", path, says
    yield "Notices", "assignment", _assigned(told)
    for number_of, step in enumerate(told.escalation, 1):
        yield "Escalation", f"escalation/{number_of}", wording.step(step)
    for name, says in wording.rules(told):
        yield name, SOFTWARE, says


def _mail(mail: str) -> str:
    return f"<{mail}>" if mail else ""


def _assigned(told: Programme) -> str:
    if told.assigned is None:
        return "The programme asks for no notice when something is assigned."
    return f"When something is assigned, the notice {told.assigned} goes to the person."


def ruled(curriculum: Curriculum) -> Iterator[Rule]:
    """The rules of a bucket, in order."""
    for each in (curriculum.onboarding, curriculum.role_change, *curriculum.cadences):
        if each is not None:
            yield each


PROGRAMME = Whole(
    Form(
        "programme",
        "The programme in words",
        (
            _VERSION,
            text("part", "Part", 14, "What it speaks of."),
            _PATH,
            text("says", "Says", 90, "In words, made from the programme's text."),
        ),
        _in_force,
        "Each version in force in the period, part by part. The sentences are made from the "
        "published text, which is in the pack as it is: programme/version-N.yaml. What is marked "
        f"as a {SOFTWARE} holds of every programme.",
        ("CC1.4", "CC2.2", "CC5.3"),
        design=True,
    ),
    _programme,
)


# Curriculum.


def _curriculum(material: Material, tally: Tally) -> Iterator[Cells]:
    for version in material.effective:
        for each in version.programme.curricula:
            for rule in ruled(each):
                for exercise in rule.exercises:
                    yield from _mapped(material, version, each, rule, exercise)


def _mapped(
    material: Material,
    version: ProgrammeVersion,
    curriculum: Curriculum,
    rule: Rule,
    exercise: Exercise,
) -> Iterator[Cells]:
    entry = entry_of(material, exercise.name)
    before = (
        version.number,
        curriculum.bucket.name,
        curriculum.bucket.title,
        wording.audience(curriculum.bucket),
        rule.path,
        wording.occasion(curriculum, rule),
        wording.within(rule),
        rule.grace,
        rule.earlier,
        yes(isinstance(rule, Cadence) and rule.in_turn),
        exercise.name,
    )
    if entry is None:
        yield *before, *[None] * (len(_CURRICULUM) - len(before))
        return
    about = (entry["title"], entry["version"], entry["minutes"])
    for objective in entry["objectives"]:
        told = (objective["id"], objective["title"], yes(objective["must"]))
        for criterion in objective["criteria"] or [None]:
            yield *before, *about, *told, criterion


def entry_of(material: Material, exercise: str) -> Mapping[str, Any] | None:
    """What the catalogue says of the newest version of an exercise."""
    found = material.newest_entries.get(slug(exercise))
    return found.entry if found else None


_CURRICULUM = (
    _VERSION,
    text("bucket", "Bucket", 14, "A group with its own curriculum."),
    text("bucket_title", "Called", 24, "What the programme calls it."),
    text("who", "Who", 28, "Who is in it."),
    _PATH,
    text("occasion", "When", 28, "When it is asked for."),
    text("within", "By when", 24, "As people are told."),
    number("grace", "Grace", "Days after that, on which it is still in time."),
    number("earlier", "Earlier", "Days before, from which on a completion counts."),
    text("in_turn", "In turn", 8, "Whether it is one of several that take turns."),
    text("exercise", "Exercise", 22, "By its slug; after a / the variant."),
    text("title", "Title", 26, "Of the newest version in the catalogue; empty if it isn't there."),
    text("exercise_version", "Its version", 9, "The newest in the catalogue."),
    number("minutes", "Minutes", "That it takes, as its author says."),
    text("objective", "Objective", 20, "What it trains, for programs."),
    text("objective_title", "Trains", 44, "What it trains, in words."),
    text("must", "Must", 6, "Whether a pass needs it."),
    text("criterion", "Criterion", 16, "That the objective serves, as the exercise's author says."),
)
CURRICULUM = Whole(
    Form(
        "curriculum",
        "Curriculum map: role, exercise, objective, criterion",
        _CURRICULUM,
        _in_force,
        "A row for each criterion of each objective of each exercise of each rule of each bucket. "
        "Objectives and criteria are those of the newest version of the exercise that the "
        "catalogue had.",
        ("CC1.4", "CC2.2", "CC2.3"),
        design=True,
    ),
    _curriculum,
)


# Versions.


def _versions(material: Material, tally: Tally) -> Iterator[Cells]:
    spans = {each.number: span for each, span in material.spans}
    for each in material.versions:
        span = spans.get(each.number)
        first, last = (span.first, span.last) if span else (None, None)
        late = backdated(material, each)
        mail = _mail(each.programme.owner_mail)
        owner = " ".join(filter(None, (each.programme.owner, mail)))
        place = (each.number, each.starts, first, last, each.at, each.by, owner, late)
        yield *place, each.sha256, each.seq, each.file if span else None


def backdated(material: Material, version: ProgrammeVersion) -> int:
    """The days from a version's first day to its publication, if that came later."""
    return max(0, (days.of(version.at, ZoneInfo(version.programme.zone)) - version.starts).days)


VERSIONS = Whole(
    Form(
        "programme-versions",
        "Versions of the programme",
        (
            _VERSION,
            day("starts", "From", "The first day on which it can be in force."),
            day("in_force_from", "In force from", "In the period; empty if it wasn't."),
            day("in_force_to", "In force to", "In the period."),
            instant("published", "Published (UTC)", "When the store took it in."),
            text("by", "By", 14, "Who published it."),
            text("owner", "Owner", 30, "Whom it names as its owner."),
            number("days_after", "Days after", "By which it was published after its first day."),
            text("sha256", "SHA-256", 16, "Of its text."),
            number("record", "Record", "Its number in the log."),
            text("file", "File", 26, "In this pack; only of those in force in the period."),
        ),
        lambda material: f"Every version of the programme in {log(material)}.",
        "Of two versions from the same day, the one published last is in force. A text that was "
        "published can't be changed, only followed by another.",
        ("CC1.5", "CC2.2", "CC5.3"),
        design=True,
    ),
    _versions,
)


def _changes(material: Material, tally: Tally) -> Iterator[Cells]:
    upto = [each for each in material.versions if each.starts <= material.asked.last]
    ordered = sorted(upto, key=lambda each: (each.starts, each.number))
    for before, after in pairwise(ordered):
        for line in differences(before.data, after.data):
            sign, _, rest = line.partition(" ")
            path, _, says = rest.partition(": ")
            yield before.number, after.number, after.starts, _SIGNS[sign], path, says


_SIGNS = {"+": "added", "-": "removed", "~": "changed"}
CHANGES = Whole(
    Form(
        "programme-changes",
        "What changed from version to version",
        (
            number("before", "Version", "The one before."),
            number("after", "Next version", "The one that took its place.", 11),
            day("starts", "From", "The first day of the next version."),
            text("change", "Change", 9, "Added, removed or changed."),
            _PATH,
            text("says", "What", 70, "What came or went; of a change, before -> after."),
        ),
        lambda material: (
            f"Every version of the programme in {log(material)} that took effect by "
            f"{material.asked.last}, each beside the one before it."
        ),
        "The texts are compared as data: order of keys, comments and layout play no part.",
        ("CC1.5", "CC5.3"),
        design=True,
    ),
    _changes,
)


# Notices.


def _templates(material: Material, tally: Tally) -> Iterator[Cells]:
    for version in material.effective:
        told = version.programme
        for occasion, offset, to, name in occasions(told):
            notice = told.notices.get(name)
            words = (notice.subject, notice.text) if notice else (None, None)
            yield version.number, name, occasion, offset, to, *words


def occasions(told: Programme) -> Iterator[tuple[str, Cell, str | None, str]]:
    """Each use of a notice: when, how many days from the due day, to whom, its name; a notice
    that is never used, too."""
    used = set()
    if told.assigned is not None:
        used.add(told.assigned)
        yield "when it is assigned", None, wording.recipients(["person"]), told.assigned
    for step in told.escalation:
        used.add(step.notice)
        to = wording.recipients(step.to)
        yield wording.moment(step.days), step.days, to, step.notice
    for name in told.notices:
        if name not in used:
            yield "never", None, None, name


TEMPLATES = Whole(
    Form(
        "templates",
        "Notices and escalation",
        (
            _VERSION,
            text("notice", "Notice", 16, "What the programme calls it."),
            text("occasion", "When", 26, "When it goes out."),
            number("days", "Days", "From the due day; before it with a minus."),
            text("to", "To", 30, "To whom."),
            text("subject", "Subject", 40, "With {fields} that are filled in."),
            text("text", "Text", 70, "With {fields} that are filled in."),
        ),
        _in_force,
        "As the programme's text has them, once for each use. This is what is meant to be sent; "
        "what was sent is in the sheet communications.",
        ("CC1.5", "CC2.2"),
        design=True,
    ),
    _templates,
)


def _nothing(material: Material, tally: Tally) -> Iterable[Cells]:
    return ()


COMMUNICATIONS = Whole(
    Form(
        "communications",
        "Communications sent",
        (
            instant("at", "Sent (UTC)", "When."),
            text("notice", "Notice", 16, "Of the programme."),
            text("person", "Person", 10, "Whom it is about: HR id."),
            text("to", "To", 24, "Who got it."),
            text("exercise", "Exercise", 22, "What it is about."),
            day("due", "Due", "The day that it told."),
            text("channel", "Channel", 10, "Mail, chat."),
            text("delivered", "Delivered", 10, "Whether it arrived, as far as is known."),
            number("record", "Record", "Its number in the log."),
        ),
        lambda material: (
            f"{log(material)[:1].upper()}{log(material)[1:]}, for records of notices that were "
            "sent. This version of the store keeps none: it sends no notices, and what an LMS or a "
            "mail system sent is not told to it. What is meant to be sent is in the sheet "
            "templates; proof of sending has to come from the system that sends."
        ),
        "One row for each notice that was sent. An empty sheet says that none is on record, not "
        "that none was sent.",
        ("CC1.5", "CC2.2"),
    ),
    _nothing,
)
