"""``python -m local.published``: write everything anew that follows from the operations; ``make openapi``.

``python -m local.published reference`` makes the page to read the API in; ``make reference``.
"""

import sys

import app
from chalicelib.entrypoints.http import health, openapi
from local.published import client_source, problem_pages, reference


def main() -> None:
    """Write the description, then what is made of it."""
    health.DESCRIPTION_FILE.write_text(openapi.written(app.APIS), encoding="utf-8")
    description = openapi.describe(app.APIS)
    for page in problem_pages.FOLDER.glob("*.md"):
        page.unlink()  # a problem that is gone has no page
    problem_pages.FOLDER.mkdir(exist_ok=True)
    for file, text in {**client_source.sources(description), **problem_pages.pages(description)}.items():
        file.write_text(text, encoding="utf-8")


if __name__ == "__main__":
    if sys.argv[1:] == ["reference"]:
        print(reference.build(openapi.describe(app.APIS)))
    else:
        main()
