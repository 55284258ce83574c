"""A review in words: minutes in Markdown that reads well as it is, and the same for programs."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date
from typing import Any, NamedTuple

from lrs import freezing, timestamps
from lrs.freezing import Carried, Frozen
from lrs.register import counting
from lrs.register.counting import Number, Turn
from lrs.register.writing.plain_text import harmless, padded, width
from lrs.reviews import ADDED, SIGNED, SUPERSEDED, Action, Review

_MARKUP = re.compile(r"([\\`*<\[|])")
_BY = {
    "bucket": "Verdicts by bucket",
    "kind": "Verdicts by kind, as of the day of assignment",
    "reason": "Verdicts by reason",
    "exercise": "Verdicts by exercise",
    "age": "How far behind due",
}
_KINDS = {"meet": "meeting", "decide": "decision", "act": "action", "sign-off": "sign-off"}


class Since(NamedTuple):
    """What is known today of the quarter that was frozen."""

    frozen: Frozen
    turns: Sequence[Turn]


def minutes(
    review: Review, today: date, before: Review | None = None, since: Since | None = None
) -> Iterator[str]:
    """The lines of the minutes. `today` says which actions are overdue; `before` is the review of
    the quarter before, whose figures stand beside."""
    for part in (
        _head(review),
        _carried(review),
        _figures(review, before),
        _since(review, since) if since else (),
        _decisions(review),
        _actions(review, today),
        _withdrawn(review),
        _sign_offs(review),
        _again(review),
    ):
        yield from part


def _head(review: Review) -> Iterator[str]:
    frozen = review.frozen
    edition = f", edition {review.edition}" if review.edition > 1 else ""
    yield f"# Management review {review.quarter}{edition}"
    yield ""
    yield f"- Programme: {_text(frozen.programme)}; {_versions(frozen)}"
    days = f"{frozen.period.first} to {frozen.period.last}"
    yield f"- Period: {days}, days of {frozen.zone}; verdicts as of {frozen.as_of}"
    yield f"- Opened: {review.day} by {_text(review.by)}, record {review.number}"
    if frozen.why:
        yield f"- In place of edition {review.edition - 1}, because: {_text(frozen.why)}"
    names = ", ".join(map(_text, frozen.attendees))
    if names or not review.meetings:
        yield f"- Attendees: {names or 'not told'}"
    for each in review.meetings:
        later = _later(review, each.signed, each.edition)
        told = f"{_text(each.attendees)} ({_text(each.text)}; ruling {each.number}{later})"
        yield f"- Meeting: {each.day}, {told}"
    yield f"- State: {_state(review)}"


def _versions(frozen: Frozen) -> str:
    one = "version" if len(frozen.programmes) == 1 else "versions"
    told = [f"{each.number} from {each.starts}" for each in frozen.programmes]
    return f"{one} {', '.join(told)}"


def _state(review: Review) -> str:
    if review.state == SUPERSEDED:
        return "another edition was opened since, which has everything decided here too"
    if review.state == SIGNED:
        names = (_text(each.by) for each in review.sign_offs if each.covers)
        return f"signed by {', '.join(names)}"
    if review.state == ADDED:
        return "changed since it was signed; it asks for another sign-off"
    return "not signed yet"


def _carried(review: Review) -> Iterator[str]:
    yield from _heading("Actions of earlier reviews")
    if not review.frozen.carried:
        yield "None was open when this review began."
        return
    yield "As they stood when this review began."
    yield ""
    yield from _table(
        ("Action", "Review", "What", "Owner", "Due", "State"),
        [
            (str(e.number), e.quarter, e.text, e.owner, str(e.due), _carried_state(e, review.day))
            for e in review.frozen.carried
        ],
    )


def _carried_state(each: Carried, day: date) -> str:
    if each.ended:
        return f"{'withdrawn' if each.withdrawn else 'closed'} on {each.ended}: {each.why}"
    return _open(each.due, day)


def _open(due: date, today: date) -> str:
    late = (today - due).days
    return f"open, {_count(late, 'day')} overdue" if late > 0 else "open"


def _count(number: int, what: str) -> str:
    return f"{number} {what}{'' if number == 1 else 's'}"


def _figures(review: Review, before: Review | None) -> Iterator[str]:
    yield from _heading("Figures")
    frozen = review.frozen
    known = timestamps.written(frozen.known)
    yield f"Frozen as they were known at {known}, up to record {frozen.newest}."
    yield ""
    columns = {str(each.quarter): each.frozen.figures.single for each in (review, before) if each}
    names = list(frozen.figures.single)
    rows = [
        (counting.title(name), *(_number(some.get(name)) for some in columns.values()))
        for name in names
    ]
    yield from _table(("Figure", *columns), rows, right=True)
    for by, some in frozen.figures.tables.items():
        yield from _heading(_BY.get(by, by), "###")
        yield from _counts(by, some)


def _counts(by: str, some: Mapping[str, Mapping[str, int]]) -> Iterator[str]:
    if not any(count for counts in some.values() for count in counts.values()):
        yield "Nothing was behind due." if by == "age" else "Nothing was owed."
        return
    names = list(dict.fromkeys(name for counts in some.values() for name in counts))
    shown = [name for name in names if by == "age" or any(c.get(name) for c in some.values())]
    rows = [
        (of, *(_number(counts.get(name, 0)) for name in shown), _number(sum(counts.values())))
        for of, counts in some.items()
    ]
    first = "Verdict" if by == "age" else by.capitalize()
    yield from _table((first, *shown, "all"), rows, right=True)


def _number(number: Number) -> str:
    return "none" if number is None else f"{number:,}"


def _since(review: Review, since: Since) -> Iterator[str]:
    yield from _heading("What is known since")
    now = since.frozen
    known = timestamps.written(now.known)
    if now.digest == review.frozen.digest and not since.turns:
        yield f"Nothing that changes these figures, up to record {now.newest} ({known})."
        return
    yield f"The same days as of the same day, as known now: up to record {now.newest} ({known})."
    yield "The frozen figures stay as they are."
    yield ""
    if since.turns:
        rows = [(e.what, _number(e.before), _number(e.after)) for e in since.turns]
        yield from _table(("Figure", "frozen", "now"), rows, right=True)
    else:
        yield "No figure is another, but the rows behind them are."
    yield ""
    yield "Which rows, and because of which records:"
    yield ""
    yield f"    {difference(review.frozen, now)}"


def difference(before: Frozen, after: Frozen) -> str:
    """The command that tells which rows changed from one to the other."""
    ends = [f"--known-at {timestamps.written(each.known)}" for each in (before, after)]
    days = f"--from {before.period.first} --to {before.period.last} --as-of {before.as_of}"
    return f"lrs register diff {days} {' '.join(ends)}"


def _decisions(review: Review) -> Iterator[str]:
    yield from _heading("Decisions")
    if not review.decisions:
        yield "None."
    for each in review.decisions:
        told = f"{each.day}, {_text(each.by)}, ruling {each.number}"
        yield f"- {_text(each.text)} ({told}{_later(review, each.signed, each.edition)})"


def _later(review: Review, signed: bool, edition: int) -> str:
    told = f"; in edition {edition}" if edition < review.edition else ""
    new = any(each.edition == review.edition for each in review.sign_offs)
    return told + ("; after the sign-off" if new and not signed else "")


def _actions(review: Review, today: date) -> Iterator[str]:
    yield from _heading("Actions")
    if not review.actions:
        yield "None."
        return
    yield from _table(
        ("Action", "What", "Owner", "Due", f"State on {today}"),
        [
            (str(e.number), _what(review, e), e.owner, str(e.due), _action_state(e, today))
            for e in review.actions
        ],
    )


def _what(review: Review, action: Action) -> str:
    later = _later(review, action.signed, action.edition).removeprefix("; ")
    return f"{action.text} ({later})" if later else action.text


def _action_state(action: Action, today: date) -> str:
    done = action.closed
    if done is None:
        return _open(action.due, today)
    late = (done.day - action.due).days
    told = f", {_count(late, 'day')} late" if late > 0 else ""
    return f"closed on {done.day}{told}: {done.why} ({done.by})"


def _withdrawn(review: Review) -> Iterator[str]:
    if not review.withdrawn:
        return
    yield from _heading("Withdrawn")
    for each in review.withdrawn:
        what = f"{_KINDS.get(each.kind, each.kind)} {each.number}, {_text(each.text)}"
        yield f"- The {what}: on {each.day} by {_text(each.by)}, because: {_text(each.why)}"


def _sign_offs(review: Review) -> Iterator[str]:
    yield from _heading("Sign-off")
    if not review.sign_offs:
        yield f"Nobody has signed. lrs review sign {review.quarter} signs this whole:"
    for each in review.sign_offs:
        title = f", {_text(each.title)}" if each.title else ""
        yield f"- {_text(each.by)}{title}, on {each.day}: {_text(each.why)} (ruling {each.number})"
        yield f"  {_extent(review, each.sound, each.covers, each.edition)}"
        yield f"  SHA-256 of what was signed: {_text(each.digest)}"
    if review.state == ADDED:
        yield f"- Asks for another sign-off: lrs review sign {review.quarter} signs this whole:"
    if not any(each.covers for each in review.sign_offs):
        yield f"  {review.digest}"


def _extent(review: Review, sound: bool, covers: bool, edition: int) -> str:
    if covers:
        return "Covers all that stands here."
    if not sound:
        return "Names something else than what there was to sign."
    if edition < review.edition:
        return f"Covers edition {edition} as it stood then."
    return "Covers what stood here then; something was added or withdrawn since."


def _again(review: Review) -> Iterator[str]:
    frozen = review.frozen
    yield from _heading("How these figures are made again")
    yield f"    {frozen.query}"
    yield ""
    yield f"SHA-256 of its rows: {frozen.digest}"
    for each in frozen.programmes:
        yield f"SHA-256 of version {each.number} of the programme: {each.sha256}"


# The form.


def _heading(text: str, level: str = "##") -> Iterator[str]:
    yield ""
    yield f"{level} {text}"
    yield ""


def _table(
    titles: Sequence[str], rows: Iterable[Sequence[str]], right: bool = False
) -> Iterator[str]:
    """A table; with `right` all columns but the first are numbers."""
    lines = [titles, *([_text(cell) for cell in row] for row in rows)]
    sizes = [max(3, *(width(line[n]) for line in lines)) for n in range(len(titles))]
    numbers = [right and n > 0 for n in range(len(titles))]
    for at, line in enumerate(lines):
        cells = zip(line, sizes, numbers, strict=True)
        yield f"| {' | '.join(padded(text, size, number) for text, size, number in cells)} |"
        if at == 0:
            rules = (
                "-" * (size - number) + ":" * number
                for size, number in zip(sizes, numbers, strict=True)
            )
            yield f"| {' | '.join(rules)} |"


def _text(text: str) -> str:
    """Somebody's words on one line, in which nothing is markup."""
    return _MARKUP.sub(r"\\\1", harmless(" ".join(text.split())))


# For programs.


def told(review: Review, since: Since | None = None) -> dict[str, Any]:
    """All of it as JSON."""
    found = {
        "review": str(review.quarter),
        "edition": review.edition,
        "record": review.number,
        "opened_at": timestamps.written(review.at),
        "opened": review.day.isoformat(),
        "opened_by": review.by,
        "state": review.state,
        "frozen": freezing.written(review.frozen),
        "meetings": [_plain(each._asdict()) for each in review.meetings],
        "decisions": [_plain(each._asdict()) for each in review.decisions],
        "actions": [_plain(each._asdict()) for each in review.actions],
        "sign_offs": [_plain(each._asdict()) for each in review.sign_offs],
        "withdrawn": [_plain(each._asdict()) for each in review.withdrawn],
        "digest": review.digest,
    }
    if since:
        now = since.frozen
        found["known_since"] = {
            "known_at": timestamps.written(now.known),
            "newest_record": now.newest,
            "digest": now.digest,
            "same_rows": now.digest == review.frozen.digest,
            "differences": [each._asdict() for each in since.turns],
        }
    return found


def _plain(value: Any) -> Any:
    """With days as 2026-03-31, and what a closing tells as an object."""
    if isinstance(value, date):
        return value.isoformat()
    if hasattr(value, "_asdict"):
        return _plain(value._asdict())
    return {k: _plain(v) for k, v in value.items()} if isinstance(value, dict) else value


def line(review: Review, today: date) -> str:
    """A review in a line of a list: quarter, edition, day, by whom, state, how much was decided,
    how many actions are open and overdue, who signed it last and when."""
    open_ones = [each for each in review.actions if not each.closed]
    late = sum(each.due < today for each in open_ones)
    all_ = _count(len(review.actions), "action")
    actions = f"{len(open_ones)} of {all_} open" if review.actions else all_
    signed = [f"{each.by} on {each.day}" for each in review.sign_offs[-1:]]
    words = [
        *(str(review.quarter), f"edition {review.edition}", str(review.day), review.by),
        *(review.state, _count(len(review.decisions), "decision")),
        actions + (f", {late} overdue" if late else ""),
        *signed,
    ]
    return "\t".join(map(harmless, words))
