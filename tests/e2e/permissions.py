"""What functions asked the emulator's IAM for, against what the code is found to call and what is granted."""

import json
import re
from pathlib import Path

from infra.function_specs import FUNCTIONS
from local.emulator_process import CALLS
from tests.infra.derived_actions import Action, derive, granted
from tests.infra.exactness import NOT_CALLED_BY_CODE

_ROLE = re.compile(r"email-platform-local-(?P<function>[a-z-]+?)-role(-[0-9a-f]+)?$")
_TABLE = re.compile(r":table/email-platform-local-(?P<table>[a-z-]+?)(-[0-9a-f]{7})?(?P<index>/index/[a-z_]+)?$")


def asked(folder: Path) -> set[tuple[str, Action]]:
    """Return what each function asked for, as `tests.infra.derived_actions` writes it."""
    found = set()
    for line in (folder / CALLS).read_text(encoding="utf-8").splitlines():
        principal, action, resource, _ = json.loads(line)
        role = _ROLE.search(principal.split("/")[-2] if ":assumed-role/" in principal else principal)
        name = role["function"].replace("-", "_") if role else ""
        if name in FUNCTIONS:
            table = _TABLE.search(resource)
            on = f"table.{table['table'].replace('-', '_')}{table['index'] or ''}" if table else ""
            found.add((name, (action, on)))
    return found


def check(folder: Path) -> str:
    """Hold the record of a run to what was derived and granted; return what was granted and not asked for this time."""
    recorded = asked(folder)
    called = {(name, action) for name, actions in derive().items() for action in actions} | NOT_CALLED_BY_CODE.keys()
    grants = {(name, action) for name, actions in granted().items() for action in actions}
    assert len(recorded) > 0
    assert sorted(recorded - called) == [], "the derivation from the sources does not find these calls"
    assert sorted(recorded - grants) == [], "called and not granted"
    left = sorted(grants - recorded)
    return f"{len(recorded)} of {len(grants)} grants were used; not in this run:\n" + "\n".join(map(str, left))
