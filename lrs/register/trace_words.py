"""A trace in words, for somebody who has to explain a row to an auditor."""

from __future__ import annotations

import textwrap
from collections.abc import Iterable, Iterator

from lrs.register.about import unresolved
from lrs.register.behind import Data
from lrs.register.verdicts import FAIL, UNPROVEN, UNPROVEN_NOTE, WAIVER_NOTE
from lrs.register.writing.plain_text import harmless, width

RECORDS = "The records that were named, as the log has them"
_LABEL = 12  # places before what is said
_LEAST = 40  # places for what is said, however narrow the terminal


def words(trace: Data, places: int) -> Iterator[str]:
    """The lines of a trace, no wider than so many places where that can be."""
    for n, (title, pairs) in enumerate(parts(trace)):
        if n:
            yield ""
        yield title
        for label, text in pairs:
            yield from _line(label, harmless(text), places)


Pairs = Iterator[tuple[str, str]]


def _line(label: str, text: str, places: int) -> Iterator[str]:
    """A label and what is said; long texts go on below themselves."""
    indent = "  " + " " * _LABEL
    room = max(places - width(indent), _LEAST)
    lines = textwrap.wrap(text, room, break_long_words=False, break_on_hyphens=False) or [""]
    yield f"  {label:<{_LABEL}}{lines[0]}".rstrip()
    yield from (f"{indent}{line}" for line in lines[1:])


def parts(trace: Data) -> Iterator[tuple[str, Pairs]]:
    """What there is to say, part by part: a title, and a label with each thing that is said; one
    without a label goes on from the one before it."""
    yield harmless(trace["row"]), _came(trace)
    yield "The person", _person(trace["person"])
    if "obligation" in trace:
        yield "Why it is owed", _why(trace["programme"], trace["obligation"])
        yield "The days", _days(trace["obligation"])
        if not trace["attempts"]:
            yield "Attempts", _none("none up to the day asked about")
        for number, each in enumerate(trace["attempts"], 1):
            yield f"Attempt {number}", _attempt(each)
        if trace["sittings"]:
            yield "Sittings", _sittings(trace["sittings"])
        if trace["voided"]:
            yield "Voided", _voided(trace["voided"])
    rulings = trace["rulings"]
    yield "Rulings", _rulings(rulings) if rulings else _none("none that is about it")
    yield "Names that mean nobody", _unresolved(trace["unresolved"])
    yield RECORDS, _records(trace)


def _none(text: str) -> Pairs:
    yield "", text


def _came(trace: Data) -> Pairs:
    verdict = trace["verdict"]
    note = f" ({verdict['note']})" if verdict["note"] and verdict["name"] else ""
    closed = f" on {verdict['closed']}" if verdict.get("closed") else ""
    yield "verdict", f"{verdict['name'] or verdict['note']}{closed}{note}"
    if verdict.get("evidence"):
        yield "decided by", verdict["evidence"]
    if found := trace.get("exception"):
        yield "exception", _exception(found)
    if days := (trace.get("obligation") or {}).get("uncovered"):
        yield (
            "uncovered",
            f"{_count(days['days'], 'day')} of access, {days['from']} to {days['to']}",
        )
    as_of = f"{trace['as_of']}, days of {trace['zone']}"
    yield "as of", f"{as_of}; as it was known at {trace['known_at']}"


def _exception(found: Data) -> str:
    told = [found["state"], f"opened on {found['opened']}"]
    if found["escalated"]:
        told.append(f"escalated on {found['escalated']}")
    if found["remediated"]:
        told.append(f"remediated on {found['remediated']}")
    if accepted := found["accepted"]:
        told.append(
            f"accepted by {accepted['by']} in record {accepted['record']}: {accepted['why']}"
        )
    return ", ".join(told)


def _person(person: Data) -> Pairs:
    names = " or ".join(dict.fromkeys(each["value"] for each in person["names"]))
    yield "id", ", also ".join(person["ids"])
    yield "name", names or "not known"
    for label, key in (("access", "access"), ("leave", "leave")):
        yield from _same(label, (_span(each) for each in person[key]))
    for label, key in (
        *(("kind", "kinds"), ("role", "roles"), ("manager", "managers")),
        *(("unit", "units"), ("called", "called")),
    ):
        yield from _same(label, map(_held, person[key]))
    yield from _same("told by", map(_roster, person["told_by"]))


def _held(told: Data) -> str:
    name = f" ({told['name']})" if told.get("name") else ""
    return f"{told['value']}{name}, {_span(told)}"


def _same(label: str, texts: Iterable[str]) -> Pairs:
    """Several things of one kind, the label before the first."""
    for n, text in enumerate(texts):
        yield "" if n else label, text


def _span(days: Data) -> str:
    since = f"from {days['from']}" if days["from"] else "always"
    return f"{since} to {days['to']}" if days["to"] else since


def _roster(told: Data) -> str:
    where = "not in it any more" if told["absent"] else f"row {told['row']}"
    says = "" if told["absent"] else f": {', '.join(told['said'])}"
    return f"record {told['record']}: {told['source']}, {where}, as of {told['as_of']}{says}"


def _why(programme: Data, owed: Data) -> Pairs:
    title = f": {owed['title']}" if owed["title"] else ""
    yield "exercise", f"{owed['exercise']}{title}"
    if owed["criteria"]:
        yield "criteria", ", ".join(owed["criteria"])
    if others := [each for each in owed["met_by"] if each != owed["exercise"]]:
        yield "also met by", ", ".join(others)
    yield from _same("rule", map(_reason, owed["reasons"]))
    version = f"version {programme['version']}, {programme['title']}"
    record = f"record {programme['published']['record']}"
    yield "programme", f"{version}, in force from {programme['from']}: {record}"


def _reason(told: Data) -> str:
    bucket = f" of {told['bucket']}" if told["bucket"] else ""
    terms = [] if told["within"] is None else [f"within {_count(told['within'], 'day')}"]
    if told["grace"]:
        terms.append(f"{_count(told['grace'], 'day')} of grace")
    if told["earlier"]:
        terms.append(f"done up to {_count(told['earlier'], 'day')} before counts")
    return f"{told['reason']}{bucket} ({told['rule']}): {', '.join(terms) or 'no terms known'}"


_ANCHORS = {
    "onboarding": "access window {window} began",
    "role-change": "came into the bucket",
    "cadence": "it came round",
    "remediation": "failed on that day",
}


def _days(owed: Data) -> Pairs:
    anchors = [_ANCHORS[each["reason"]].format(**owed) for each in owed["reasons"]]
    yield "assigned", f"{owed['anchor']}: {', '.join(dict.fromkeys(anchors))}"
    yield "opens", f"{owed['opens']}: a completion from this day on counts"
    if owed["due"] is None:
        yield "due", "when the leave ends, of which no end is known"
    else:
        yield "announced", f"{owed['announced']}: the due day that the person is told"
        yield "due", f"{owed['due']}: the last day that is on time{_moved(owed)}"
    yield "access", f"{_span(owed['access'])}, window {owed['window']}"


def _moved(owed: Data) -> str:
    told = []
    if owed["grace"]:
        told.append(f"{_count(owed['grace'], 'day')} behind the day announced")
    if owed["leave_days"]:
        told.append(f"{_count(owed['leave_days'], 'day')} later for leave")
    return f" ({', '.join(told)})" if told else ""


def _attempt(each: Data) -> Pairs:
    yield "came to", f"{_result(each)} on {each['day']}"
    yield "counts", _counting(each)
    yield "sides", each["sides"]
    yield from _side(each)
    for other in each["other_sides"]:
        yield "", ""
        again = "statement" not in each and "statement" not in other
        yield "told again" if again else "other side", f"{_result(other)} on {other['day']}"
        yield from _side(other)
        if other["explained_by"]:
            yield "adds", f"nothing: {other['explained_by']} says the same, with a date"


def _result(each: Data) -> str:
    score = "" if each["score"] is None else f" with {each['score']:g} of 100"
    why = f" ({each['waived_because']})" if each.get("waived_because") else ""
    return f"{each['exercise']} {each['told']}{why}{score}"


def _counting(each: Data) -> str:
    if not each["counts"]:
        return f"no: {each['against']}"
    if each["too_early"]:
        return "not for this: it was before the day on which this opens"
    if each["another_window"]:
        return "not for this: it was in a later window of access"
    if each["asks_for_it"]:
        return "not for this: it is the fail that asks for it"
    if each["result"] == UNPROVEN:
        return f"no: {_UNPROVEN.get(each['told'], UNPROVEN_NOTE)}"
    low = (
        " as a fail: the programme asks for more"
        if each["result"] == FAIL and each["passed"]
        else ""
    )
    ruled = ", because a ruling accepts it" if each["accepted"] else ""
    return f"yes{low}{ruled}; {'it decided' if each['decided'] else 'it did not decide'}"


_UNPROVEN = {
    "waived": WAIVER_NOTE,
    "completed": "it doesn't tell whether it was passed, and that is asked for",
}


def _side(each: Data) -> Pairs:
    source = each["source"]
    where = f"{each['provenance']}, record {source['record']}"
    if "lms" in source:
        where += f": {source['source']}, row {source['row']}, of {source['lms']}"
    yield "source", where
    yield "called", each["called"]
    yield "when", _when(each)
    yield "whose", _whose(each)
    if each["set_by"]:
        yield "set by", f"{each['set_by']}, by hand: weak"
    if "statement" in each:
        version = f"version {each['version']}" if each["version"] else "no published version"
        yield "played", f"{version}, {_path(each)}"
        yield "digest", each["digest"] or "none"
        if each["completed_by"]:
            yield "completed", f"said in record {each['completed_by']['record']}"
    yield "replay", each["replay"]["words"]


def _when(each: Data) -> str:
    if each["zone"] is None:
        return f"by {each['day']}, the day of the export: the row tells no date"
    exact = each["at"] or each["day"]
    written = f', written "{each["original"]}"' if each["original"] else ""
    return f"{exact}, to the {each['precision']}{written}, zone {each['zone']}"


def _path(each: Data) -> str:
    if each["path"] is None:
        return "no path"
    taken = " ".join(map(str, each["path"]))
    seconds = f", {each['seconds']:g} seconds" if each["seconds"] is not None else ""
    return f"path {taken}, seed {each['seed']}{seconds}"


def _whose(each: Data) -> str:
    if each["person_by"]:
        return f"theirs by {', '.join(each['person_by'])}"
    return f"called {', '.join(each['names'])}"


def _sittings(sittings: Iterable[Data]) -> Pairs:
    for each in sittings:
        began = f"began {each['began']}" if each["began"] else "its beginning isn't told"
        ended = f", {each['end']} {each['ended']}" if each["end"] else ", no end is told"
        took = "" if each["seconds"] is None else f", {each['seconds']:g} seconds"
        records = ", ".join(str(one["record"]) for one in each["records"])
        yield each["day"], f"{each['exercise']}: {began}{ended}{took}; records {records}"


def _voided(voided: Iterable[Data]) -> Pairs:
    for each in voided:
        when = f"voided by record {each['voided_by']} at {each['voided_at']}"
        yield "", f"{each['called']}, record {each['record']}: {when}, so it is no attempt any more"


def _rulings(rulings: Iterable[Data]) -> Pairs:
    for each in rulings:
        told = "".join(f", {name} {value}" for name, value in each["told"].items())
        yield each["ruling"], f"{each['subject']}{told}"
        yield "", f"{each['why']} ({each['by']}, record {each['record']})"


def _unresolved(found: Data) -> Pairs:
    yield "", unresolved(found["names"], found["attempts"])
    for each in found["maybe"]:
        count = _count(each["attempts"], "attempt")
        yield "perhaps", f"{each['name']}, {count} since {each['since']}: {each['why']}"


def _records(trace: Data) -> Pairs:
    """Each record that was named: what it is, when it came, and its hashes."""
    for number, each in sorted(dict(_named(trace)).items()):
        what = [each["kind"], *(each[name] for name in ("source", "lms") if name in each)]
        by = f" by {each['by']}" if "by" in each else ""
        yield f"record {number}", f"{', '.join(what)}, received {each['received']}{by}"
        if "sha256" in each:
            yield "  SHA-256", each["sha256"]
        yield "  leaf", each["leaf"]


def _named(told: object) -> Iterator[tuple[int, Data]]:
    if isinstance(told, dict):
        if "leaf" in told:
            yield told["record"], told
        for each in told.values():
            yield from _named(each)
    elif isinstance(told, list):
        for each in told:
            yield from _named(each)


def _count(number: int, one: str) -> str:
    return f"{number} {one}" if number == 1 else f"{number} {one}s"
