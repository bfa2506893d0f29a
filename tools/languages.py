"""The languages: extracts every sentence, and compiles the catalogues that ship.

`python tools/languages.py` compiles; `--extract` first brings the catalogues up to date;
`--check` fails if a sentence in the code has no entry, or an entry no translation.
"""

import io
import sys
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.extract import extract_from_dir
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po

SOURCE = Path(__file__).resolve().parent.parent / "src" / "courtyard"
LANGUAGES = ("es",)
METHODS = [
    ("web/jinja2/**.html", "jinja2.ext:babel_extract"),
    ("cli/jinja2/**.html", "jinja2.ext:babel_extract"),
    ("**.py", "python"),
]
JINJA = {"trimmed": "true", "silent": "false", "encoding": "utf-8"}
OPTIONS = {"web/jinja2/**.html": JINJA, "cli/jinja2/**.html": JINJA}
KEYWORDS = {"_": None, "gettext": None, "ngettext": (1, 2), "gettext_lazy": None}


def extracted() -> Catalog:
    """Every sentence of the code, with where it stands."""
    found = Catalog(project="Courtyard", charset="utf-8")
    for file, line, message, comments, context in extract_from_dir(
        SOURCE, METHODS, OPTIONS, KEYWORDS, ("Translators:",), strip_comment_tags=True
    ):
        found.add(message, None, [(Path(file).as_posix(), line)], auto_comments=comments,
                  context=context)  # fmt: skip
    return found


def path(language: str) -> Path:
    """A language's catalogue."""
    return SOURCE / "locale" / language / "LC_MESSAGES" / "django.po"


def kept(language: str) -> Catalog:
    """The catalogue as it is on disk, empty if there is none."""
    if not path(language).exists():
        return Catalog(locale=language, project="Courtyard", charset="utf-8")
    with path(language).open("rb") as file:
        return read_po(file, locale=language)


def extract() -> None:
    """Brings every catalogue up to date with the code; translations stay."""
    template = extracted()
    for language in LANGUAGES:
        catalog = kept(language)
        catalog.update(template, no_fuzzy_matching=True)
        catalog.obsolete.clear()
        path(language).parent.mkdir(parents=True, exist_ok=True)
        content = io.BytesIO()
        write_po(content, catalog, width=100, sort_by_file=True, omit_header=False)
        lines = content.getvalue().decode().splitlines(keepends=True)
        dated = ('"POT-Creation-Date', '"PO-Revision-Date', '"Generated-By')
        path(language).write_text("".join(one for one in lines if not one.startswith(dated)))


def gaps() -> list[str]:
    """What is missing: sentences without an entry, entries without a translation."""
    template, found = extracted(), []
    for language in LANGUAGES:
        catalog = kept(language)
        for message in template:
            if message.id and (entry := catalog.get(message.id, message.context)) is None:
                found.append(f"{language}: no entry for {message.id!r}")
            elif message.id and not all(
                [entry.string] if isinstance(entry.string, str) else entry.string
            ):
                found.append(f"{language}: not translated: {message.id!r}")
        found += [
            f"{language}: {entry.id!r}: {error}"
            for entry, errors in catalog.check()
            for error in errors
        ]
    return found


def compile_all() -> None:
    """Writes the compiled catalogue beside each."""
    for language in LANGUAGES:
        with path(language).with_suffix(".mo").open("wb") as file:
            write_mo(file, kept(language))


if __name__ == "__main__":
    if "--extract" in sys.argv:
        extract()
    if "--check" in sys.argv:
        sys.exit("\n".join(gaps()) or 0)
    compile_all()
