"""Write the generated files of the nation: `python -m tests.nation.write` (truth.json and the registry)."""

from __future__ import annotations

import json
from pathlib import Path

import yaml

from tests.nation.pages import nation, registry_rows

HERE = Path(__file__).parent


def files() -> dict[Path, str]:
    """Return the text of every generated file by its path."""
    truth = {row["url"]: row for row in nation().truth}
    lines = [
        f"{json.dumps(url)}: {json.dumps(row, ensure_ascii=False, sort_keys=True)}"
        for url, row in sorted(truth.items())
    ]
    found = {HERE / "truth.json": "{\n" + ",\n".join(lines) + "\n}\n"}
    for province, rows in registry_rows().items():
        found[HERE / "sites" / f"{province}.yml"] = yaml.safe_dump(rows, allow_unicode=True, sort_keys=False)
    return found


if __name__ == "__main__":
    for path, text in files().items():
        path.parent.mkdir(exist_ok=True)
        path.write_text(text, encoding="utf-8")
        print(path.name, len(text))
