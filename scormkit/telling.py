"""A scene as plain text: what its channel shows, and what a look reveals."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

from scormkit import play, prose
from scormkit.play import Bundle

_PLACEHOLDER = re.compile(r"\{([a-z0-9_-]+)\.([a-z0-9_-]+)\}")
_UNFILLED = ("words", "variants", "languages")
Content = Mapping[str, Any]


def filled(bundle: Bundle, seed: int) -> dict[str, Any]:
    """The bundle with the texts of the variants that a seed draws."""
    fields: dict[tuple[str, str], str] = {}
    for pool, variant in bundle["variants"].items():
        drawn = variant["options"][play.option(bundle, pool, seed)]
        fields |= {(pool, key): value for key, value in drawn["fields"].items()}

    def fill(value: Any) -> Any:
        if isinstance(value, str):
            return _PLACEHOLDER.sub(lambda m: fields.get((m[1], m[2]), m[0]), value)
        if isinstance(value, Mapping):
            return {key: fill(inner) for key, inner in value.items()}
        return [fill(inner) for inner in value] if isinstance(value, list) else value

    return {key: value if key in _UNFILLED else fill(value) for key, value in bundle.items()}


def channel(bundle: Bundle, name: str) -> list[str]:
    """What the scene's channel shows at first sight, block by block."""
    scene = bundle["scenes"][name]
    return [block for block in _CHANNELS[scene["channel"]](bundle, scene["content"]) if block]


def look(bundle: Bundle, name: str, act: Mapping[str, Any]) -> list[str]:
    """What a look reveals, beside its answer."""
    scene = bundle["scenes"][name]
    content = scene["content"]
    holder = content.get("messages", {}).get(act.get("on", ""), content)
    reveal = _LOOKS.get(act["do"])
    return [block for block in reveal(bundle, holder, act.get("at", "")) if block] if reveal else []


def script(bundle: Bundle, lines: Sequence[Mapping[str, str]]) -> list[str]:
    """Who says what, a block for each line."""
    return [_said(bundle, line) for line in lines]


def _said(bundle: Bundle, line: Mapping[str, str]) -> str:
    text = prose.paragraphs(line["text"])
    if line["who"] == "narrator":
        return text
    return f"{prose.line(_person(bundle, line['who'])['name'])}: {text}"


def _person(bundle: Bundle, name: str) -> Content:
    """Somebody of the cast; whoever has no name there is called as in the source."""
    known = bundle["you"] if name == "you" else bundle["people"].get(name, {})
    return {**known, "name": known.get("name") or name}


def _word(bundle: Bundle, key: str) -> str:
    return prose.line(bundle["words"].get(key, key))


def _facts(bundle: Bundle, facts: Sequence[tuple[str, Any]]) -> str:
    """Names and values, a line each, without those that are not given."""
    told = [(_word(bundle, key).rstrip(":"), value) for key, value in facts]
    return "\n".join(
        f"{key}: {prose.line(str(value))}" for key, value in told if value not in ("", None)
    )


def _someone(person: Content) -> str:
    if not person:
        return ""
    reached = person.get("address") or person.get("number") or person.get("phone")
    return f"{person.get('name', '')} <{reached}>" if reached else str(person.get("name", ""))


# --- Channels ---


def _inbox(bundle: Bundle, content: Content) -> Iterator[str]:
    for name, message in content["messages"].items():
        sender = prose.line(_plain(_someone(message["from"])))
        head = f"[{name}] {prose.line(message['subject'])}"
        yield f"{head}\n{sender}" + (f", {message['time']}" if "time" in message else "")
        if message.get("external"):
            yield _word(bundle, "inbox.external")
        yield prose.paragraphs(message["body"])
        files = [
            f"- {prose.line(each['name'])} ({prose.line(str(each.get('size', '')))}) [{key}]"
            for key, each in message.get("attachments", {}).items()
        ]
        if files:
            yield "\n".join([f"{_word(bundle, 'inbox.attachments')}:", *files])


def _phone(bundle: Bundle, content: Content) -> Iterator[str]:
    shown = content.get("shows", content["caller"])
    number = shown.get("number") or shown.get("phone") or content.get("number", "")
    outgoing = content.get("direction") == "outgoing"
    state = "phone.dialling" if outgoing else "phone.incoming"
    state = state if content.get("ringing") or outgoing else "phone.going-on"
    yield f"{_word(bundle, state)} {prose.line(shown.get('name', ''))} {prose.line(number)}".strip()
    yield from script(bundle, content.get("lines", ()))


def _conversation(bundle: Bundle, content: Content) -> Iterator[str]:
    cast = [_person(bundle, name) for name in content.get("members", ())]
    here = [f"{prose.line(each['name'])}{_guest(bundle, each)}" for each in cast]
    yield prose.line(content["room"]) + (f" ({', '.join(here)})" if here else "")
    yield from script(bundle, content["lines"])


def _guest(bundle: Bundle, person: Content) -> str:
    return f" ({_word(bundle, 'parts.guest')})" if person.get("guest") else ""


def _sms(bundle: Bundle, content: Content) -> Iterator[str]:
    yield prose.line(_plain(_someone(content["sender"])))
    for day in content.get("earlier", ()):
        yield f"-- {prose.line(day['time'])}"
        yield from script(bundle, day["lines"])
    if "earlier" in content:
        yield f"-- {_word(bundle, 'sms.today')}"
    yield from script(bundle, content["lines"])
    for name, link in content.get("links", {}).items():
        if "preview" in link:
            yield _card_of(name, link)


def _card_of(name: str, link: Content) -> str:
    """The card that a phone makes of a link."""
    shown = link["preview"]
    host = shown.get("host") or re.sub(r"^\w+://|[/?#:].*", "", link["url"])
    told = [shown["title"], shown.get("text", ""), host]
    return "\n".join([f"[{name}]", *(f"| {prose.line(each)}" for each in told if each)])


def _video(bundle: Bundle, content: Content) -> Iterator[str]:
    yield prose.line(content["title"])
    tiles = content.get("tiles", {})
    here = []
    for name in content["participants"]:
        each = _person(bundle, name)
        camera = tiles.get(name, {}).get("camera", "on")
        state = f", {_word(bundle, f'video.{camera}')}" if camera != "on" else ""
        here.append(f"- {prose.line(each['name'])}{_guest(bundle, each)}{state}")
    yield "\n".join(here)
    if "sharing" in content:
        yield f"{_word(bundle, 'video.sharing')} {prose.line(content['sharing'])}"
    yield from script(bundle, content["lines"])
    if "request" in content:
        request = content["request"]
        name = prose.line(request["from"]["name"])
        yield _word(bundle, f"video.wants-{request['wants']}").replace("{name}", name)
    if content.get("chat"):
        yield f"{_word(bundle, 'video.aside')}:"
        yield from script(bundle, content["chat"])


def _push(bundle: Bundle, content: Content) -> Iterator[str]:
    if "task" in content:
        yield f"{prose.line(content['task']['title'])}:"
        yield prose.paragraphs(content["task"].get("body", ""))
    yield f"[{prose.line(content['app'])}]" + (
        f" {_word(bundle, 'push.count').replace('{count}', str(content['count']))}"
        if content.get("count", 1) > 1
        else ""
    )
    yield prose.paragraphs(content["text"])
    parts = ("account", "device", "location", "time")
    facts = [(f"push.{key}", content.get(key)) for key in parts]
    yield _facts(bundle, [*facts, ("push.your-number", content.get("number"))])


def _browser(bundle: Bundle, content: Content) -> Iterator[str]:
    page = content["page"]
    yield f"{_word(bundle, 'browser.address')} {prose.line(content['url'])}"
    yield prose.line(page.get("heading", "")).upper()
    yield _facts(bundle, [("browser.publisher", page.get("publisher"))])
    yield from _work(bundle, page)
    if "verified" in page:
        yield _word(bundle, "browser.verified" if page["verified"] else "browser.unverified")
    yield prose.paragraphs(page.get("body", ""))
    if page.get("scopes"):
        items = [f"- {prose.line(scope)}" for scope in page["scopes"]]
        yield "\n".join([f"{_word(bundle, 'browser.scopes')}:", *items])
    table = [page["header"]] if "header" in page else []
    table += page.get("rows", [])
    yield "\n".join("- " + " | ".join(prose.line(str(cell)) for cell in row) for row in table)
    fields = [_field(*field) for field in page.get("fields", {}).items()]
    yield "\n".join(fields)
    for path, file in page.get("files", {}).items():
        yield f"{path}:"
        yield from _change(bundle, file)
    yield from script(bundle, page.get("history", ()))
    if "file" in page:
        yield f"{prose.line(page['file']['name'])} {prose.line(str(page['file'].get('size', '')))}"


def _work(bundle: Bundle, page: Content) -> Iterator[str]:
    """The head of a change or a ticket: what it is, who asks for it, what is known."""
    group = {"code-review": "review", "ticket": "ticket"}.get(page["kind"])
    if not group:
        return
    keys = ("number", "repository", "branch", "into", "priority", "status", "time")
    who = page.get("author") or page.get("requester") or {}
    asked = prose.line(_plain(_someone(who))) + _guest(bundle, who)
    yield _facts(
        bundle,
        [
            *((f"{group}.{key}", page[key]) for key in keys if key in page),
            (f"{group}.author" if group == "review" else f"{group}.requester", _plain(asked)),
        ],
    )
    yield "\n".join(
        f"- {prose.line(each['name'])}: {_word(bundle, 'review.' + each['state'])}"
        for each in page.get("checks", ())
    )
    known = [f"- {prose.line(what)}: {prose.line(value)}" for what, value in page.get("known", ())]
    if known:
        yield "\n".join([f"{_word(bundle, group + '.known')}:", *known])


def _change(bundle: Bundle, file: Content) -> Iterator[str]:
    """A changed file, its remarks below the lines that they are about."""
    lines = file["diff"].rstrip("\n").split("\n")
    begin = 0
    for remark in sorted(file.get("remarks", ()), key=lambda each: each["line"]):
        end = remark["line"] + 1
        if end > begin:
            yield prose.paragraphs("<pre>" + "\n".join(lines[begin:end]) + "</pre>")
        yield from script(bundle, remark["comments"])
        begin = max(begin, end)
    if lines[begin:]:
        yield prose.paragraphs("<pre>" + "\n".join(lines[begin:]) + "</pre>")
    yield from script(bundle, file.get("comments", ()))


def _field(name: str, field: Content) -> str:
    said = f"- {prose.line(field.get('label', name))} [{name}]"
    return f"{said}: {prose.line(str(field['value']))}" if field.get("value") else said


_CHANNELS: Mapping[str, Callable[[Bundle, Content], Iterator[str]]] = {
    "inbox": _inbox,
    "phone": _phone,
    "sms": _sms,
    "chat": _conversation,
    "video": _video,
    "push": _push,
    "browser": _browser,
}


# --- Looks ---


def _headers(bundle: Bundle, message: Content, at: str) -> Iterator[str]:
    known = (("From", "from"), ("Reply-To", "reply-to"), ("To", "to"), ("Cc", "cc"))
    lines = [
        f"{word}: {_plain(_someone(value) if isinstance(value, Mapping) else value)}"
        for word, key in (*known, ("Date", "time"), ("Subject", "subject"))
        if (value := message.get(key))
    ]
    lines += [f"{name}: {value}" for name, value in message.get("headers", {}).items()]
    yield "\n".join(prose.line(line) for line in lines)


def _sender(bundle: Bundle, holder: Content, at: str) -> Iterator[str]:
    if "sender" not in holder:
        yield from _card(bundle, holder.get("from", {}))
        return
    sender = holder["sender"]
    number = prose.line(sender.get("number") or sender.get("phone") or "")
    known = _word(bundle, "sms.contact" if holder.get("contact") else "sms.no-contact")
    told = [prose.line(sender["name"]), number or _word(bundle, "sms.name-only"), known]
    yield "\n".join(told)


def _profile(bundle: Bundle, holder: Content, at: str) -> Iterator[str]:
    if holder.get("sender", {}).get("id") == at:
        yield from _sender(bundle, holder, at)
    else:
        yield from _card(bundle, holder.get("page", {}).get(at) or bundle["people"].get(at, {}))


def _watch(bundle: Bundle, holder: Content, at: str) -> Iterator[str]:
    yield prose.paragraphs(holder.get("tiles", {}).get(at, {}).get("picture", ""))


def _roster(bundle: Bundle, holder: Content, at: str) -> Iterator[str]:
    lines = []
    for one in holder["participants"]:
        each = _person(bundle, one)
        joined = holder.get("tiles", {}).get(one, {}).get("joined")
        parts = [prose.line(part) for part in (each.get("role"), each.get("org"), joined) if part]
        lines.append(f"- {prose.line(each['name'])}{_guest(bundle, each)}: {', '.join(parts)}")
    yield "\n".join(line.removesuffix(": ") for line in lines)


def _card(bundle: Bundle, person: Content) -> Iterator[str]:
    """Who somebody says to be; of an address, whether the company's directory knows it."""
    parts = [person.get(key) for key in ("name", "role", "org", "address", "phone", "number")]
    told = [prose.line(_plain(str(part))) for part in parts if part]
    address = person.get("address")
    if address and (people := _listed(bundle)):
        name = next((each["name"] for each in people if each.get("address") == address), None)
        found = _word(bundle, "parts.listed").replace("{name}", prose.line(name or ""))
        told.append(found if name else _word(bundle, "parts.unlisted"))
    yield "\n".join(told)


def _listed(bundle: Bundle) -> list[Content]:
    return [each for each in bundle["people"].values() if each.get("listed")]


def _inspect(bundle: Bundle, holder: Content, at: str) -> Iterator[str]:
    links = {**holder.get("links", {}), **holder.get("page", {}).get("links", {})}
    yield prose.line(links.get(at, {}).get("url", ""))


def _preview(bundle: Bundle, holder: Content, at: str) -> Iterator[str]:
    file = holder.get("attachments", {}).get(at, {})
    yield prose.paragraphs(file.get("preview", "")) or _word(bundle, "inbox.no-preview")


def _directory(bundle: Bundle, holder: Content, at: str) -> Iterator[str]:
    """Everybody listed, and the help desk."""
    keys = ("name", "role", "address", "phone")
    name, phone = (bundle["organisation"].get(f"help_desk_{key}") for key in ("name", "number"))
    desk = [{"name": name, "phone": phone}] if name and phone else []
    everybody = (*_listed(bundle), *desk)
    lines = [", ".join(prose.line(each[key]) for key in keys if key in each) for each in everybody]
    yield "\n".join(f"- {line}" for line in lines)


def _address(bundle: Bundle, holder: Content, at: str) -> Iterator[str]:
    yield prose.line(holder.get("url", ""))


def _certificate(bundle: Bundle, holder: Content, at: str) -> Iterator[str]:
    given = holder.get("certificate", {})
    keys = ("subject", "issuer", "valid")
    yield _facts(bundle, [(f"browser.{key}", given.get(key)) for key in keys])


_LOOKS: Mapping[str, Callable[[Bundle, Content, str], Iterator[str]]] = {
    "headers": _headers,
    "sender": _sender,
    "profile": _profile,
    "watch": _watch,
    "roster": _roster,
    "inspect": _inspect,
    "preview": _preview,
    "directory": _directory,
    "address": _address,
    "certificate": _certificate,
}


def _plain(html: Any) -> str:
    """A text with an address in angle brackets, safe from being read as a tag."""
    return str(html).replace("<", "&lt;")
