"""Static files as Azure Static Web Apps serves them: text compressed once and kept, each encoding with its own ETag."""

from __future__ import annotations

import gzip
import hashlib
import mimetypes
import re
from dataclasses import dataclass
from pathlib import Path

from aiohttp import ETag, hdrs, web
from multidict import CIMultiDict

_TEXT = ("text/", "application/javascript", "application/json", "application/manifest+json", "image/svg+xml")
_SMALLEST_WORTH_IT = 256
_COMPRESSION = 9
_REFUSED = re.compile(r"\s*q=0(\.0*)?\s*")


@dataclass(frozen=True, slots=True)
class _Content:
    """What a file held when it had this stamp. `packed` is None where compressing does not pay."""

    stamp: tuple[int, int]
    plain: bytes
    packed: bytes | None
    digest: str


class StaticFiles:
    """Answers with files, which it keeps in memory until they change."""

    def __init__(self) -> None:
        self._kept: dict[Path, _Content] = {}

    def answer(self, request: web.Request, file: Path, headers: CIMultiDict[str]) -> web.Response:
        """The file with these headers, compressed if the client takes that; 304 without it if she has it already."""
        kind = mimetypes.guess_type(file.name)[0] or "application/octet-stream"
        content, headers = self._content(file, kind), headers.copy()
        packed = content.packed if accepts_gzip(request.headers.get(hdrs.ACCEPT_ENCODING, "")) else None
        tag = content.digest if packed is None else f"{content.digest}-gzip"
        if content.packed is not None:
            headers[hdrs.VARY] = hdrs.ACCEPT_ENCODING
        if _has_it(request, tag):
            answer = web.Response(status=304, headers=headers)
        else:
            if packed is not None:
                headers[hdrs.CONTENT_ENCODING] = "gzip"
            headers.setdefault(hdrs.CONTENT_TYPE, f"{kind}; charset=utf-8" if kind.startswith("text/") else kind)
            answer = web.Response(body=content.plain if packed is None else packed, headers=headers)
        answer.etag = tag
        return answer

    def _content(self, file: Path, kind: str) -> _Content:
        status = file.stat()
        stamp = (status.st_mtime_ns, status.st_size)
        kept = self._kept.get(file)
        if kept is None or kept.stamp != stamp:
            kept = self._kept[file] = _read(file, kind, stamp)
        return kept


def _read(file: Path, kind: str, stamp: tuple[int, int]) -> _Content:
    plain = file.read_bytes()
    packed = None
    if kind.startswith(_TEXT) and len(plain) >= _SMALLEST_WORTH_IT:
        packed = gzip.compress(plain, _COMPRESSION, mtime=0)
    return _Content(stamp, plain, packed, hashlib.sha256(plain).hexdigest()[:32])


def _has_it(request: web.Request, tag: str) -> bool:
    return any(each in (ETag(tag), ETag(tag, is_weak=True), ETag("*")) for each in request.if_none_match or ())


def accepts_gzip(accepted: str) -> bool:
    """Whether an Accept-Encoding header takes gzip, by name or by `*`. Source: RFC 9110, section 12.5.3."""
    takes: dict[str, bool] = {}
    for choice in accepted.lower().split(","):
        coding, _, weight = choice.partition(";")
        takes[coding.strip()] = not _REFUSED.fullmatch(weight)
    return takes.get("gzip", takes.get("*", False))
