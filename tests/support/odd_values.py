"""Values that nobody sends by accident: what they have in common is that some program somewhere fell over each."""

from __future__ import annotations

from urllib.parse import quote

LONG, TOO_LONG = 6_000, 100_000
DEPTH = 10_000

TEXTS = (
    "",
    " ",
    "\t\n\r\v\f",
    "\0",
    "a\0b",
    "\x01\x1b[31m",
    "\x7f\x85",
    "ü",
    "e" + "\u0301" * 90,
    "\u202eabc\u202c",
    "\u200b\u200d\ufeff",
    "\u2028\u2029",
    "\uffff\U0010ffff",
    "👩\u200d👩\u200d👧",
    "\u0130\u0131\u017fß\u212a\u212b",  # each changes its length or its alphabet with its case
    "\u0661\u0662\u0663",
    "null",
    "true",
    "NaN",
    "-Infinity",
    "0",
    "-1",
    "-0.0",
    "1_0",
    "1e400",
    "0x10",
    "9" * 400,
    "99999999999999999999.99",
    "0000-00-00",
    "0001-01-01",
    "9999-12-31",
    "+2027-05-02",
    "00000000-0000-0000-0000-000000000000",
    "FFFFFFFF-FFFF-FFFF-FFFF-FFFFFFFFFFFF",
    "{6f5f7cde-5dc1-4a3c-9b50-6a4d8f6f4f1e}",
    "' OR '1'='1",
    "x'; DROP TABLE conferences; --",
    "PartitionKey eq 'x' or true",
    "${jndi:ldap://127.0.0.1/x}",
    "{{7*7}}",
    "%s%n%x",
    "../../etc/passwd",
    "..\\..\\windows",
    "/",
    "?#&=;+",
    "<script>alert(1)</script>",
    "a@b",
    "\0@\0",
    '"quoted \\"@example.com',
    "x" * 64 + "@" + "y" * 189,
    "a\r\nSet-Cookie: b=c",
    "x" * LONG,
    "é" * (LONG // 2),
)

_NOT_UNICODE = (
    b"\xff",
    b"\xc0\x80",  # NUL in two bytes
    b"\xed\xa0\x80",  # half of a surrogate pair
    b"\xf5\x80\x80\x80",  # beyond Unicode
    b"\xe2\x82",  # cut off
)


def _json_text(text: str) -> bytes:
    escaped = "".join(f"\\u{ord(char):04x}" if ord(char) < 0x20 or char in '"\\' else char for char in text)
    return f'"{escaped}"'.encode()


JSON_LITERALS: tuple[bytes, ...] = (
    *(_json_text(text) for text in TEXTS),
    *(b'"' + raw + b'"' for raw in _NOT_UNICODE),
    rb'"\ud800"',
    rb'"\udfff\ud800"',
    rb'"a\ud83d"',
    rb'"\u0000"',
    rb'"\x41"',
    b'"\x00"',
    b'"\n"',
    b'"' + b"x" * 1_000_000 + b'"',
    b'"' + rb"\u0041" * 9_000 + b'"',
    b"null",
    b"true",
    b"false",
    b"0",
    b"-0",
    b"-0.0",
    b"1.0",
    b"2.5",
    b"-1",
    b"1e400",
    b"-1e400",
    b"1e-400",
    b"1e308",
    b"9" * 400,
    b"9" * 5_000,
    b"-" + b"9" * 5_000,
    b"0." + b"3" * 5_000,
    b"9007199254740993",
    b"9223372036854775808",
    b"-9223372036854775809",
    b"18446744073709551616",
    b"01",
    b"+1",
    b".5",
    b"1.",
    b"1e",
    b"0x10",
    b"NaN",
    b"Infinity",
    b"-Infinity",
    b"undefined",
    b"",
    b"[]",
    b"{}",
    b"[null]",
    b'{"":null}',
    b'{"\\u0000":1}',
    b'{"__proto__":{}}',
    b"[" + b"0," * 5_000 + b"0]",
    b"{" + b",".join(b'"%d":0' % number for number in range(3_000)) + b"}",
    b"[" * DEPTH + b"]" * DEPTH,
    b'{"a":' * DEPTH + b"0" + b"}" * DEPTH,
    b"[" * DEPTH,
    b'"',
    b"}",
    b"/**/1",
)
"""What may stand in a body where a value is expected; some are no JSON at all."""

PATH_SEGMENTS: tuple[bytes, ...] = (
    *(quote(text, safe="").encode() for text in TEXTS if len(text) < LONG // 2),
    b"x" * LONG,
    b"%",
    b"%zz",
    b"%u0041",
    b"%ff",
    b"%ed%a0%80",
    b"%c0%80",
    b"%C0%AE%C0%AE",
    b".",
    b"..",
    b"%2e%2e",
    b"a%2Fb",
    b"a%5Cb",
    b"%252F",
    b"a;b=c",
    b"a+b",
    b"*",
    b"$batch",
    b"a'b\"c",
    b"[]{}|^`",
    b"locate",
    b"orders",
)
"""One segment of a path, encoded or wrongly encoded."""

QUERY_VALUES: tuple[bytes, ...] = (
    *(quote(text, safe="").encode() for text in TEXTS if len(text) < LONG // 2),
    b"x" * LONG,
    b"%",
    b"%zz",
    b"%ff",
    b"%ed%a0%80",
    b"%c0%80",
    b"+",
    b"a=b",
    b"1&1",
    b"e30=",
    b"WyJhIiwiYiJd",
    b"WyIiLG51bGxd",
)

HEADER_VALUES: tuple[bytes, ...] = (
    *(text.encode() for text in TEXTS if text.isprintable() and len(text) < LONG),
    b"x" * LONG,
    b"\t",
    b"a, b, c",
    b",,,",
    b'"',
    b"=?utf-8?q?a?=",
    b"Bearer",
    b"Bearer ",
    b"Bearer a b c",
    b"Basic Og==",
    b"00-" + b"f" * 32 + b"-" + b"f" * 16 + b"-ff",
    b"00-" + b"0" * 32 + b"-" + b"0" * 16 + b"-00",
    b"[::1]:1",
    b"[",
    b"192.0.2.1:99999, 192.0.2.2, , 192.0.2.3:x",
)
"""Values that a header may have by the rules of HTTP."""

FORBIDDEN_HEADER_VALUES: tuple[bytes, ...] = (
    *_NOT_UNICODE,
    "ü".encode("latin-1"),
    b"Bearer \xff",
    b"\0",
    b"a\0b",
    b"\x01",
    b"\x7f",
    b"a\rb",
    b"x" * TOO_LONG,
)
"""Values that a header may not have, that are no UTF-8, or that are too long for any server."""
