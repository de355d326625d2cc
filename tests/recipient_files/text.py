"""Files whose encoding or lines are the difficulty."""

from codecs import BOM_UTF8, BOM_UTF16_BE, BOM_UTF16_LE

_MIXED_ENDS = "email,name\r\nana@example.org,LF\nbo@example.org,CR\rnobody,CR LF\r\n\r\n\r\ncy@example.org,none"
_BREAKS_IN_CELLS = (
    "email,address\r\n"
    'ana@example.org,"1 High Street\nOxford"\r\n'
    'bo@example.org,"2 High Street\r\nOxford\r\n"\r\n'
    'nobody,"3 High Street\rOxford"\r\n'
    '"cy@example.org","""\n"""\r\n'
    "ANA@example.org,\r\n"
)
_LIKE_ROWS = (
    "email,note\n"
    'ana@example.org,"see\n'
    "bo@example.org,B\n"
    '"\n'
    'cy@example.org,"\n'
    "\n"
    'di@example.org,D"\n'
    "bo@example.org,really\n"
    '"ed@example.org","x\n'
    'fy@example.org,""y""\n'
    'gi@example.org"\n'
)
_NO_LINE_ENDS = "email,note\n" + "".join(
    f"{name}@example.org,one{character}two\n"
    for name, character in [
        ("ls", "\u2028"),
        ("ps", "\u2029"),
        ("nel", "\u0085"),
        ("vt", "\v"),
        ("ff", "\f"),
        ("fs", "\x1c"),
    ]
)
_LATE_BROKEN = [
    b"email,name",
    "first@example.org,Zoë".encode(),
    *(b"u%03d@example.org,somebody or other" % number for number in range(130)),
    *(f"bad{number}@example.org,Zoë".encode("windows-1252") for number in range(5)),
    b"last@example.org,Z",
]


def files() -> dict[str, bytes]:
    """Return the files by name."""
    return _encodings() | _undecodable() | _line_ends()


def _encodings() -> dict[str, bytes]:
    names = "email,name\nana@example.org,Ána Ortíz\nbo@example.org,Łukasz Żak\n"
    western = "email;name\r\nana@example.org;Ána Müller\r\nbo@example.org;„Bo“ – 5 €\r\n"  # noqa: RUF001 - a dash
    emoji = "email,name\nana@example.org,😀 Ana\nbo@example.org,𝔅𝔬\n"  # noqa: RUF001 - beyond the first plane
    return {
        "utf-8.csv": names.encode(),
        "utf-8-with-mark.csv": BOM_UTF8 + names.encode(),
        "utf-8-with-mark-and-quotes.csv": BOM_UTF8 + b'"email","name"\r\n"ana@example.org","Ana"\r\n',
        "utf-8-with-two-marks.csv": BOM_UTF8 + BOM_UTF8 + names.encode(),
        "utf-8-mark-in-the-middle.csv": BOM_UTF8
        + b"email,name\nana@example.org,A\n"
        + BOM_UTF8
        + b"bo@example.org,B\n",
        "utf-8-emoji.csv": emoji.encode(),
        "utf-16-le.csv": BOM_UTF16_LE + names.replace("\n", "\r\n").encode("utf-16-le"),
        "utf-16-be.csv": BOM_UTF16_BE + names.encode("utf-16-be"),
        "utf-16-tabs.txt": BOM_UTF16_LE + names.replace(",", "\t").replace("\n", "\r\n").encode("utf-16-le"),
        "utf-16-surrogate-pairs.csv": BOM_UTF16_BE + emoji.encode("utf-16-be"),
        "windows-1252.csv": western.encode("windows-1252"),
        "windows-1252-spaces.csv": b"email,name\n\xa0ana@example.org\xa0,A\xa0B\n",
        "ascii.csv": b"email,name\nana@example.org,Ana\n",
    }


def _undecodable() -> dict[str, bytes]:
    half = "email,name\nana@example.org,A\nbo@example.org,\ud83d\ncy@example.org,C\n"
    start = "email,name\nana@example.org,A\n"
    return {
        "utf-8-broken-row.csv": (
            b"email,name\n"
            + "ana@example.org,Zoë Éva Ñ Ç\n".encode()
            + b"bo@example.org,Zo\xeb\n"
            + "cy@example.org,Ænna\n".encode()
            + b"d\xff@example.org,D\n"
            + b"\xfe,\n"
        ),
        "utf-8-broken-far-behind.csv": b"\n".join([*_LATE_BROKEN, b""]),
        "utf-8-cut-in-a-character.csv": "email,name\nana@example.org,Zoë Éva\nbo@example.org,Zo".encode() + b"\xc3",
        "utf-8-surrogate-and-overlong.csv": (
            "email,name\nana@example.org,ÀÈÌÒÙàèìòù\n".encode()
            + b"bo@example.org,\xed\xa0\xbd\ncy@example.org,\xc0\x80\ndi@example.org,D\n"
        ),
        "utf-8-and-1252-tie.csv": b"email,name\nana@example.org,\xc3\xab\nbo@example.org,\xeb\n",
        "windows-1252-undefined-bytes.csv": (
            b"email,name\nana@example.org,M\xfcller\nbo@example.org,\x81\ncy@example.org,\x80 5\nd\x9d@example.org,D\n"
        ),
        "utf-16-half-a-pair.csv": BOM_UTF16_LE + half.encode("utf-16-le", "surrogatepass"),
        "utf-16-cut-in-a-character.csv": BOM_UTF16_LE + (start + "b").encode("utf-16-le")[:-1],
        "utf-16-cut-in-a-pair.csv": BOM_UTF16_LE
        + (start + "b@example.org,\ud83d").encode("utf-16-le", "surrogatepass"),
        "utf-16-without-mark.csv": start.encode("utf-16-le"),
        "nul-row.csv": b"email,name\nana@example.org,A\nbo@example.org,B\0o\n\0\ncy@example.org\0,C\nd@example.org,D\n",
        "no-text.csv": bytes(range(256)) * 4 + b"\0" * 200,
    }


def _line_ends() -> dict[str, bytes]:
    plain = "email,name\nana@example.org,A\nnobody,B\ncy@example.org,C\n"
    return {
        "line-ends-crlf.csv": plain.replace("\n", "\r\n").encode(),
        "line-ends-cr.csv": plain.replace("\n", "\r").encode(),
        "line-ends-cr-crlf.csv": plain.replace("\n", "\r\r\n").encode(),
        "line-ends-mixed.csv": _MIXED_ENDS.encode(),
        "no-line-end-at-the-end.csv": plain.removesuffix("\n").encode(),
        "line-breaks-in-cells.csv": _BREAKS_IN_CELLS.encode(),
        "line-ends-within-bare-cells.csv": (
            b"email,name\nana@example.org,A\rB\nbo@example.org,B\r\r\ncy@example.org,C\n"
        ),
        "line-breaks-that-look-like-rows.csv": _LIKE_ROWS.encode(),
        "no-line-ends.csv": _NO_LINE_ENDS.encode(),
        "blank-lines-everywhere.csv": b'\n\r\n \n,,\nemail,name\n\n  ,\t\nana@example.org,A\n"",""\n\nnobody,B\n\n\n',
        "empty.csv": b"",
        "blank.csv": b"\r\n\n  \n,,\n\t\n",
        "mark-alone.csv": BOM_UTF8,
    }
