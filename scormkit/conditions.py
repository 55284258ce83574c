"""Conditions: `clicked and trust >= 2` to the small, total tree that the rules evaluate."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from scormkit.problems import did_you_mean, one_of

Condition = Any  # True, or ["and", c, …] ["or", c, …] ["not", c] ["flag", n] ["is", n, v] …

TIME = ("value", "minutes")  # what a comparison with the story's time asks for

_TOKEN = re.compile(r"\s*(?:(>=|<=|=|<|>|\(|\))|([a-z][a-z0-9/.-]*)|(-?\d+)|(\S))")
_SWAP = {"=": "=", "is": "="}


@dataclass(frozen=True)
class Names:
    """What a condition may speak of: each variable's type, pools, acts, objectives."""

    flags: frozenset[str]
    numbers: Mapping[str, tuple[int, int]]
    choices: Mapping[str, tuple[str, ...]]
    pools: Mapping[str, tuple[str, ...]]
    acts: frozenset[str]
    objectives: frozenset[str]

    def all(self) -> list[str]:
        return [*self.flags, *self.numbers, *self.choices, *self.pools, "minutes"]


class ConditionError(Exception):
    """The text is no condition; the message says why, `code` and `hint` as in a problem."""

    def __init__(self, message: str, code: str = "bad-condition", hint: str = "") -> None:
        super().__init__(message)
        self.code = code
        self.hint = hint


def parse(text: str, names: Names) -> Condition:
    """The condition in the text; raises ConditionError."""
    return _Parser(text, names).whole()


def parts(condition: Condition) -> Iterator[list[Any]]:
    """Every comparison inside a condition."""
    if condition is True:
        return
    if condition[0] in ("and", "or", "not"):
        for part in condition[1:]:
            yield from parts(part)
    else:
        yield condition


def asked(part: Sequence[Any]) -> tuple[str, str]:
    """What a comparison asks for: ("value", a variable or "minutes"), ("variant", a pool),
    ("took", an act), ("missed", an objective). Names of one kind can be those of another."""
    return (part[0] if part[0] in ("variant", "took", "missed") else "value", part[1])


def written(condition: Condition, inside: str = "") -> str:
    """A condition in the words of the scenario's language."""
    if condition is True:
        return "always"
    word, *rest = condition
    if word in ("and", "or"):
        signs, named = [part[0] for part in rest], rest[0][1:]
        if word == "and" and signs == [">=", "<="] and rest[1][1:] == named:  # once "trust is 2"
            return f"{named[0]} is {named[1]}"
        text = f" {word} ".join(written(part, word) for part in rest)
        return f"({text})" if inside and inside != word else text
    if word == "not":
        inner = rest[0]
        if inner[0] in ("is", "variant"):
            return f"{inner[1]} is not {inner[2]}"
        return f"not {written(inner, 'not')}"
    if word == "flag":
        return str(rest[0])
    if word in ("took", "missed"):
        return f"{word} {rest[0]}"
    name, value = rest
    return f"{name} {'is' if word in ('is', 'variant') else word} {value}"


class _Parser:
    def __init__(self, text: str, names: Names) -> None:
        self.text = text
        self.names = names
        self.tokens = [match.group().strip() for match in _TOKEN.finditer(text) if match.group()]
        self.at = 0

    def whole(self) -> Condition:
        condition = self.any_of()
        if self.at < len(self.tokens):
            raise ConditionError(
                f'"{self.tokens[self.at]}" comes unexpectedly in the condition "{self.text}"',
                hint='join comparisons with "and" or "or"',
            )
        return condition

    def peek(self) -> str:
        return self.tokens[self.at] if self.at < len(self.tokens) else ""

    def take(self) -> str:
        token = self.peek()
        self.at += 1
        return token

    def any_of(self) -> Condition:
        return self.joined("or", lambda: self.joined("and", self.single))

    def joined(self, word: str, operand: Any) -> Condition:
        found = [operand()]
        while self.peek() == word:
            self.take()
            found.append(operand())
        return found[0] if len(found) == 1 else [word, *found]

    def single(self) -> Condition:
        token = self.take()
        if token == "not":
            return ["not", self.single()]
        if token == "(":
            inner = self.any_of()
            if self.take() != ")":
                raise ConditionError(f'a ")" is missing in the condition "{self.text}"')
            return inner
        if token == "took":
            return ["took", self.named(self.names.acts, "an act", "unknown-act")]
        if token == "missed":
            return [
                "missed",
                self.named(self.names.objectives, "an objective", "unknown-objective"),
            ]
        if not token:
            raise ConditionError(f'the condition "{self.text}" ends too early')
        return self.comparison(token)

    def named(self, known: frozenset[str], what: str, code: str) -> str:
        name = self.take()
        if name not in known:
            hint = did_you_mean(
                name, known, "took is followed by scene/act, missed by an objective"
            )
            raise ConditionError(f'"{name}" in the condition is not {what} here', code, hint)
        return name

    def comparison(self, name: str) -> Condition:
        if name in self.names.flags:
            return self.flag(name)
        if name in self.names.choices:
            return self.choice("is", name, self.names.choices[name])
        if name in self.names.pools:
            return self.choice("variant", name, self.names.pools[name])
        if name == "minutes" or name in self.names.numbers:
            return self.number(name)
        known = self.names.all()
        hint = did_you_mean(name, known, f"known here: {one_of(known)}" if known else "")
        raise ConditionError(
            f'"{name}" in the condition is neither a variable nor a pool of variants',
            "unknown-variable",
            hint,
        )

    def flag(self, name: str) -> Condition:
        if self.peek() not in ("is", "=", "<", ">", "<=", ">="):
            return ["flag", name]
        hint = f'write "{name}" or "not {name}"'
        raise ConditionError(f'"{name}" is a flag: it is true or false by itself', hint=hint)

    def choice(self, word: str, name: str, options: tuple[str, ...]) -> Condition:
        if self.take() not in _SWAP:
            hint = f'for example "{name} is {options[0]}"'
            raise ConditionError(f'after "{name}" comes "is" and one of its words', hint=hint)
        negated = self.peek() == "not" and bool(self.take())
        value = self.take()
        if value not in options:
            hint = did_you_mean(value, options, f"it can be {one_of(options)}")
            raise ConditionError(f'"{name}" is never "{value}"', "unknown-value", hint)
        return ["not", [word, name, value]] if negated else [word, name, value]

    def number(self, name: str) -> Condition:
        sign = self.take()
        if sign == "is":
            sign = "="
        if sign not in ("=", "<", ">", "<=", ">="):
            hint = f'for example "{name} >= 2"'
            if sign == "!":
                hint = f'write "not {name} = 2"'
            raise ConditionError(f'"{name}" is a number: compare it', hint=hint)
        value = self.take()
        if not re.fullmatch(r"-?\d{1,6}", value):
            hint = "one = is enough" if sign == value == "=" else ""
            message = f'"{name}" is compared with "{value}", which is not a number'
            raise ConditionError(message, hint=hint)
        limits = self.names.numbers.get(name, (0, 1_000_000))
        if not limits[0] <= int(value) <= limits[1]:
            hint = f"it stays between {limits[0]} and {limits[1]}"
            raise ConditionError(f'"{name}" is never {value}', "out-of-range", hint)
        if sign == "=":
            return ["and", [">=", name, int(value)], ["<=", name, int(value)]]
        return [sign, name, int(value)]
