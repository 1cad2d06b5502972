"""A corpus of files and options as users bring them: what each is, and whether it can be used.

`SAME` is read as the clean table, `OTHER` as a table of its own; `AUDIT` is for an audit alone, `REFUSED` for nothing.
"""

import csv
import gzip
import io
import zipfile
from dataclasses import dataclass
from functools import partial

import numpy as np

SAME, OTHER, AUDIT, REFUSED = "same", "other", "audit", "refused"
HEADER = ["slip", "fault", "label"]
N = 30


@dataclass(frozen=True)
class Case:
    """A file and what is to become of it."""

    what: str
    content: bytes
    fate: str
    name: str = "table.csv"


def _clean() -> list[list[str]]:
    rng = np.random.default_rng(0)
    return [[repr(float(a)), repr(float(b)), str(int(i % 3 == 0))] for i, (a, b) in enumerate(rng.normal(size=(N, 2)))]


def _text(rows, header=HEADER, **options) -> str:
    file = io.StringIO()
    csv.writer(file, **{"lineterminator": "\n"} | options).writerows([header, *rows])
    return file.getvalue()


CLEAN = _text(_clean())


def _with(column: int, cell: str, row: int = 7) -> bytes:
    rows = _clean()
    rows[row][column] = cell
    return _text(rows).encode()


def _column(column: int, change) -> bytes:
    rows = _clean()
    for place, row in enumerate(rows):
        row[column] = change(place, row[column])
    return _text(rows).encode()


def _added(name: str, cells) -> bytes:
    return _text([[*row, cells(i)] for i, row in enumerate(_clean())], [*HEADER, name]).encode()


def _zipped() -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        archive.writestr("table.csv", CLEAN)
    return file.getvalue()


def _forms():
    """The clean table written in other ways."""
    lines = CLEAN.splitlines()
    yield from (
        ("as it is", CLEAN.encode()),
        ("a byte-order mark", CLEAN.encode("utf-8-sig")),
        ("line ends of Windows", CLEAN.replace("\n", "\r\n").encode()),
        ("line ends of old Macs", CLEAN.replace("\n", "\r").encode()),
        ("no line end at the end", CLEAN.rstrip().encode()),
        ("empty lines at the start", b"\n\n" + CLEAN.encode()),
        ("empty lines at the end", CLEAN.encode() + b"\n\n\n"),
        ("empty lines between", CLEAN.replace("\n", "\n\n").encode()),
        ("spaces around commas", CLEAN.replace(",", " , ").encode()),
        ("everything quoted", _text(_clean(), quoting=csv.QUOTE_ALL).encode()),
        ("plus signs", _column(0, lambda i, cell: cell if cell.startswith("-") else f"+{cell}")),
        ("labels with a point", _column(2, lambda i, cell: f"{cell}.0")),
        ("labels in words", _column(2, lambda i, cell: ("False", "TRUE")[int(cell)])),
        ("labels with an exponent", _column(2, lambda i, cell: f"{cell}e0")),
        ("numbers of twenty digits", _column(0, lambda i, cell: f"{float(cell):.20e}")),
    )
    for ending in (".txt", "", ".gz", ".bz2", ".xz", ".zip", ".tar", ".zst", ".CSV", ".csv.csv"):
        yield f"an ending {ending}", CLEAN.encode(), f"table{ending or '.'}"
    yield "one line of the header", lines[0].encode() + b"\n" + "\n".join(lines[1:]).encode()


def _broken():
    """Shapes that could be read in two ways."""
    lines = CLEAN.splitlines()
    yield from (
        ("row names", "\n".join([lines[0], *(f"{i},{line}" for i, line in enumerate(lines[1:]))])),
        ("a running index", "\n".join([f",{lines[0]}", *(f"{i},{line}" for i, line in enumerate(lines[1:]))])),
        (
            "an index called nothing",
            "\n".join([f'"",{lines[0]}', *(f"{i},{line}" for i, line in enumerate(lines[1:]))]),
        ),
        ("decimal commas", "\n".join([lines[0], *(line.replace(".", ",") for line in lines[1:])])),
        ("decimal commas, quoted", "\n".join([lines[0], *(f'"0,5",{i},{i % 2}' for i in range(N))])),
        ("semicolons", CLEAN.replace(",", ";")),
        ("tabs", CLEAN.replace(",", "\t")),
        ("bars", CLEAN.replace(",", "|")),
        ("blanks", CLEAN.replace(",", " ")),
        ("a comma at each end", CLEAN.replace("\n", ",\n")),
        ("a comma at each row", "\n".join([lines[0], *(f"{line}," for line in lines[1:])])),
        ("a short row", CLEAN + "1.0,2.0\n"),
        ("a long row", CLEAN + "1.0,2.0,1,4\n"),
        ("a row of one cell", CLEAN + "end of file\n"),
        ("a row cut off", CLEAN + "1.0"),
        ("an open quote", CLEAN.replace("slip", '"slip')),
        ("a quote in a row", CLEAN + '1.0,"2.0,1\n'),
        ("a quote in a cell", CLEAN + '1.0,"2"3,1\n'),
        ("the header twice", CLEAN + lines[0] + "\n"),
        ("a header again after an empty line", "\nlabel,label,slip\n" + "\n".join(lines[1:])),
        ("a title above", "ruptures of 2026\n" + CLEAN),
        ("a comment above", "# made on Monday\n" + CLEAN),
        ("units below", f"{lines[0]}\nm,km,1\n" + "\n".join(lines[1:])),
        ("no header", "\n".join(lines[1:])),
        ("a header alone", lines[0]),
        ("a header without a name", CLEAN.replace("fault", " ")),
        ("no label", CLEAN.replace("label", "broke")),
        ("the label in capitals", CLEAN.replace("label", "LABEL")),
        ("two labels", CLEAN.replace("fault", "label")),
        ("the label alone", "label\n" + "0\n1\n" * 20),
        ("nothing", ""),
        ("an empty line", "\n"),
        ("spaces", "   \n  "),
        ("a page", f"<html><body><table>{CLEAN}</table></body></html>"),
        ("JSON", '{"slip": [1, 2], "label": [0, 1]}'),
        ("a pointer to a file", "version https://git-lfs.github.com/spec/v1\noid sha256:abc\nsize 123\n"),
        ("no class 1", "\n".join([lines[0], *(f"{line[:-1]}2" for line in lines[1:])]).replace(",2", ",much")),
    )


def _no_text():
    """Other encodings, and what is no text."""
    for encoding in ("utf-16", "utf-16-le", "utf-16-be", "utf-32"):
        yield encoding, CLEAN.encode(encoding)
    for encoding in ("latin-1", "cp1252", "cp437"):
        yield encoding, CLEAN.replace("slip", "größe").encode(encoding)
    yield from {
        "compressed": gzip.compress(CLEAN.encode()),
        "an archive": _zipped(),
        "a picture": b"\x89PNG\r\n\x1a\n\x00\x00",
        "a document": b"%PDF-1.4\n\xe2\xe3\xcf\xd3",
        "HDF5": b"\x89HDF\r\n\x1a\n\x00\x00",
        "a program": b"\x7fELF\x02\x01\x01\x00",
        "zeros": bytes(100),
        "NUL in the header": CLEAN.replace("fault", "fa\0ult").encode(),
        "NUL in a cell": _with(0, "1\0"),
        "an escape sequence in a cell": _with(0, "\x1b[31m1"),
        "a bell": _with(0, "\a"),
        "a form feed": CLEAN.encode() + b"\f",
        "half a character": CLEAN.encode() + b"\xc3",
        "a byte of no text": CLEAN.encode() + b"\xff",
    }.items()


NUMBERS = {  # a cell -> its fate where a feature is expected
    **dict.fromkeys(
        ("", "NA", "nan", "NaN", "null", "None", "n/a", "inf", "-inf", "Infinity", "1e999", "1e308"), AUDIT
    ),
    **dict.fromkeys(("-1e200", "1e61", "1e50"), AUDIT),
    **dict.fromkeys(("1e-320", "-0", "0", "1e-400", "007", "5", "1.", ".5", "+2", "1E1", "3e+0", "true"), OTHER),
    **dict.fromkeys(
        ("1,5", "1.000,5", "1 000", "1_000", "1'000", "0x1F", "1e", "e5", "--1", "+-1", "1-2", "½"), REFUSED
    ),
    **dict.fromkeys(
        ("٣", "१", "１", "−1", "1d5", "1f", "$5", "5 km", "5%", "=1+1", "@x", "#REF!", "#N/A", "?"), REFUSED
    ),
    **dict.fromkeys(
        ("-", ".", "*", "much", "yes", "[/red]", "[bold]1", "{1}", "<b>1</b>", "NULL;", "1j", "1+0j"), REFUSED
    ),
    **dict.fromkeys(
        ("2026-01-01", "12:30", "1;2", "1\n2", "a\tb", "nan(1)", "infinite", "\u00a01\u00a0x", "💥"), REFUSED
    ),
}
LABELS = {
    **dict.fromkeys(("2", "-1", "0.5", "1e9", "", "nan", "inf"), AUDIT),
    **dict.fromkeys(("yes", "arrest", "0 1", "1,0", "O", "l", "[/red]", "T", "wahr", "''"), REFUSED),
}
NAMES = {
    **dict.fromkeys(
        ("[/red]", "[bold]x", ":warning:", "$x$", "$\\frac", "x_1^2", "_hidden", "é", "応力", "σ_xx"), OTHER
    ),
    **dict.fromkeys(
        ("<script>alert(1)</script>", "&amp;", "{{7*7}}", "{% x %}", "%s", "{0}", "\\n", "a/b", "../x"), OTHER
    ),
    **dict.fromkeys(
        ("=cmd()", "+x", "-x", "@x", "a b", "a,b", 'a"b', "'", "method", "chain", "draw", "feature"), OTHER
    ),
    **dict.fromkeys(("simulation", "row", "p", "units", "None", "nan", "b0", "index", "0x", "x" * 100, "🌋"), OTHER),
    **dict.fromkeys(
        ("", " ", "x" * 101, "x" * 5000, "a\nb", "a\tb", "a\x7fb", "a\u2028b", "a\u202eb", "slip"), REFUSED
    ),
    **dict.fromkeys(("\u0085", "label", "a\x1b[31m", "\ufffe", "slip ", " label"), REFUSED),
}
SCALES = {
    **dict.fromkeys((1e-50, 1e-20, 1e-3, 1e3, 1e20, 1e50), OTHER),
    **dict.fromkeys((1e-300, 1e-200, 1e-70, 1e70, 1e160, 1e300, 0.0), AUDIT),
}
SPLITS = {
    "train and test": (lambda i: "test" if i % 5 < 2 else "train", OTHER),
    "capitals": (lambda i: "Test" if i % 5 < 2 else "Train", AUDIT),
    "a third part": (lambda i: ("train", "test", "validation")[i % 3], AUDIT),
    "markup": (lambda i: "[/red]" if i == 3 else "train", AUDIT),
    "numbers": (lambda i: str(i % 2), AUDIT),
    "nothing": (lambda i: "", AUDIT),
    "training rows alone": (lambda i: "train", AUDIT),
    "test rows alone": (lambda i: "test", AUDIT),
    "a fold": (lambda i: "train" if i else "test", AUDIT),
    "one that is missing": (lambda i: ("test" if i % 5 < 2 else "train") if i else "", AUDIT),
}


def cases() -> list[Case]:
    """The files of the corpus."""
    found = [Case(what, content, SAME, *name) for what, content, *name in _forms()]
    found += [Case(what, text.encode(), REFUSED) for what, text in _broken()]
    found += [Case(what, content, REFUSED) for what, content in _no_text()]
    found += [Case(f"a cell {cell!r}", _with(0, cell), fate) for cell, fate in NUMBERS.items()]
    found += [Case(f"a label {cell!r}", _with(2, cell), fate) for cell, fate in LABELS.items()]
    found += [
        Case(f"a column {name[:20]!r}", _added(name, lambda i: str(i * i % 7)), fate) for name, fate in NAMES.items()
    ]
    for scale, fate in SCALES.items():
        found.append(Case(f"a column times {scale}", _column(0, partial(_scaled, scale)), fate))
    found += [Case(f"a split of {what}", _added("split", cells), fate) for what, (cells, fate) in SPLITS.items()]
    found += [
        Case("values that differ by the last digit", _column(0, lambda i, cell: repr(1 + (i % 3) * 2.3e-16)), AUDIT),
        Case("dates as seconds", _column(0, lambda i, cell: repr(1.7e9 + i)), OTHER),
        Case("labels of one class", _column(2, lambda i, cell: "1"), AUDIT),
        Case("one row of a class", _column(2, lambda i, cell: str(int(i == 0))), AUDIT),
        Case("two rows", "\n".join(CLEAN.splitlines()[:3]).encode(), AUDIT),
        Case("the label among the features", _added("copy", lambda i: str(int(i % 3 == 0))), OTHER),
    ]
    return found


def _scaled(scale: float, place: int, cell: str) -> str:
    return repr(float(cell) * scale)


OPTIONS = [  # command lines that are refused; FILE is a catalogue, RUN a folder of it, TEXT a file that is none
    *(f"run rupture --seed {seed}" for seed in ("-1", "1.5", "x", "nan", str(2**63), str(10**30), "1e3", "")),
    *(
        f"run {study}"
        for study in ("ruptures", "", "rupture/", "priors/", "priors/x", "/", "../rupture", "rupture/x", "[/red]")
    ),
    *(f"run rupture --methods {names}" for names in ("x", ",", "mlp,,nuts", "mlp nuts", "MLP", "[bold]mlp", "*")),
    *(f"run rupture --data FILE --balance {balance}" for balance in ("smote", "UPSAMPLE", "0", "[/x]")),
    *(
        f"run rupture --data {name}"
        for name in ("nowhere", "nowhere.csv", ".", "/", "/dev/null", "TEXT/x.csv", "x" * 300)
    ),
    *(f"run rupture --data FILE --label {name}" for name in ("nothing", "[/red]", "Label", "split", "x" * 300)),
    *(f"run rupture --data FILE --out {out}" for out in ("TEXT", "TEXT/x", "FILE", "/proc/x", "/dev/null", "x" * 300)),
    *(f"run {study} --data FILE" for study in ("paper", "solver", "okada", "labels")),
    *(
        "run",
        "run rupture priors",
        "run rupture --bogus",
        "run rupture --seed",
        "run rupture --quick=5",
        "run --",
        "runs",
    ),
    *(f"report {folder}" for folder in ("nowhere", "FILE", "TEXT", ".", "/dev/null", "[/red]", "x" * 300, "RUN RUN")),
    *(f"compare {runs}" for runs in ("", "RUN", "RUN --out RUN", "RUN RUN --out x", "nowhere TEXT --out x", "--out x")),
    *(
        f"data audit {name}"
        for name in ("nowhere", "nowhere.csv", "", ".", "rupture2d --label x", "FILE --label x", "TEXT")
    ),
    *(f"data fetch {name}" for name in ("nowhere", "", "[/red]", "a b")),
    *("data", "data bogus", "bogus", "--bogus", "data list x", "studies x", "data fetch"),
    *(f"simulate --out x.csv --rows {rows}" for rows in ("0", "-1", "1.5", "x", "nan", "")),
    *(f"simulate --out x.csv --seed {seed}" for seed in ("-1", "x", "1.5", str(2**64))),
    *(f"simulate --out x.csv --resolution {value}" for value in ("0", "-50", "nan", "inf", "x", "1e-9", "1e9", "4.9")),
    *(f"simulate --out x.csv --workers {value}" for value in ("0", "-1", "x", "1.5")),
    *(f"simulate --out x.csv --law {law}" for law in ("nowhere", "TEXT", "FILE", ".", "[/red]", "x" * 300)),
    *(f"simulate --out x.csv --from {rows}" for rows in ("nowhere", "TEXT", "FILE", ".", "/dev/null", "x" * 300)),
    *(
        f"simulate --out {out}"
        for out in ("x.json", "x", "x.CSV.gz", "nowhere/x.csv", "FILE", "TEXT/x.csv", ".", f"{'x' * 300}.csv")
    ),
    *("simulate", "simulate --out", "simulate x.csv", "simulate --out x.csv --bogus 1"),
]
