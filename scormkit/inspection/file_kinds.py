"""What a package's files are, as far as their names and sizes tell."""

from __future__ import annotations

import posixpath
import re
from collections import defaultdict
from collections.abc import Iterator, Mapping

from scormkit.inspection.directory import Entry
from scormkit.inspection.findings import shown, some, warning
from scormkit.problems import Mark, Problem

PROGRAMS = (  # what a server might run; the first line is what one LMS names when it refuses a zip
    *("htaccess", "php", "cgi", "sh", "shtml", "asp", "aspx", "jsp", "py", "rb", "pl"),
    *("phtml", "phar", "cfm", "exe", "bat", "cmd", "com", "msi", "dll", "scr", "ps1", "vbs"),
)
SNIFFED = ("mjs", "woff2", "webp", "wasm", "avif", "map", "md", "webmanifest")
_ARCHIVES = ("zip", "rar", "7z", "tar", "gz", "tgz", "jar")
_UNUSED = re.compile(
    r"(?i)(\.development\.js|[-_]harness[\w-]*\.html?|\.map|\.tsx?|\.scss|\.less|\.psd|\.fla|\.orig"
    r"|(^|/)(package(-lock)?\.json|\.ds_store|thumbs\.db|desktop\.ini))\Z"
    r"|(^|/)(node_modules|\.git|\.svn|__macosx)/"
)
_FONTS = ("woff", "woff2", "ttf", "otf", "eot")
_HASHED = re.compile(r"(?i)[.\-_]([0-9a-f]{8,40})(?=\.(?:js|css)\Z)")
_HEAVY_TWIN = 50_000
_HEAVY_CODE = 5 << 20


def extension(name: str) -> str:
    """What follows the last dot of a file's name, in lower case: "htaccess" of .htaccess too."""
    last = posixpath.basename(name).lower()
    return last.rpartition(".")[2] if "." in last else ""


def file_problems(files: Mapping[str, Entry], mark: Mark) -> Iterator[Problem]:
    """Files that an LMS refuses, serves as something else, or that learners carry for nothing."""
    for name in sorted(files):
        kind = extension(name)
        at = Mark(shown(name))
        if kind in PROGRAMS or re.match(r"php\d", kind):
            message = "a server could run it; LMSs refuse such files, or whole packages with them"
            yield warning(at, message, "server-file", "leave it out; a course is static files")
        elif kind in SNIFFED:
            hint = "a .js for a module, a .woff for a font: LMSs know those types"
            message = f"some LMSs don't know the type .{kind} and guess it from the content"
            yield warning(at, message, "file-type", hint)
        elif kind in _ARCHIVES:
            message = "an archive in the package was not opened, and is not inspected"
            yield warning(
                at, message, "nested-archive", "put its files into the package themselves"
            )
        if _UNUSED.search(name) or _is_font_source(name, files):
            message = "it is of use to whoever builds the course, not to who takes it"
            yield warning(at, message, "development-file", "leave it out of the package")
    yield from _twice(files)
    code = sum(e.size for n, e in files.items() if extension(n) in ("js", "css", "html", "htm"))
    if code > _HEAVY_CODE:
        message = f"pages, scripts and styles weigh {code / 1e6:.1f} MB unpacked"
        hint = "learners wait for them at each first start; see what can go"
        yield warning(mark, message, "heavy", hint)


def _is_font_source(name: str, files: Mapping[str, Entry]) -> bool:
    """A JSON beside an icon font is what the font was made from."""
    stem = posixpath.dirname(name)
    return extension(name) == "json" and any(
        posixpath.dirname(other) == stem and extension(other) in _FONTS for other in files
    )


def _twice(files: Mapping[str, Entry]) -> Iterator[Problem]:
    """Large files that are there in two copies: the same bytes, or two builds of one."""
    alike: dict[tuple[object, ...], list[str]] = defaultdict(list)
    for name, entry in sorted(files.items()):
        if entry.size >= _HEAVY_TWIN:
            hashed = _HASHED.sub("", name)
            alike[(hashed,) if hashed != name else (entry.size, entry.crc)].append(name)
    for names in alike.values():
        if len(names) > 1:
            message = f"the package holds this {len(names)} times: {some(names)}"
            yield warning(Mark(shown(names[0])), message, "file-twice", "keep one of them")
