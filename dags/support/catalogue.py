"""docs/dags.md, made of the DAGs themselves: `python -m dags.support.catalogue` writes it."""

from __future__ import annotations

import inspect
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

PAGE = Path(__file__).resolve().parents[2] / "docs" / "dags.md"
HEAD = """# DAGs

Made by `python -m dags.support.catalogue` from the DAG files; a test compares. When a DAG starts by itself is said by
environment variables (README). There is one `crawl_<family>` for each site family, and one task `plan_<family>` for each
of them in the plans; here they stand once.
"""
_FAMILY = re.compile("^(plan|crawl)_(?!year$|season$)[a-z_]+$")


def dags_page(dags: Mapping[str, Any]) -> str:
    """Return the text of docs/dags.md for DAGs by id, as Airflow's DagBag has them."""
    shown = {_plain(dag_id): dag for dag_id, dag in sorted(dags.items(), reverse=True)}
    return HEAD + "".join(_section(name, shown[name]) for name in sorted(shown))


def _plain(name: str) -> str:
    """The name under which the DAGs, or tasks, of all families stand."""
    found = _FAMILY.match(name)
    return f"{found[1]}_<family>" if found else name


def _section(name: str, dag: Any) -> str:
    text = re.sub(r"^\s*###[^\n]*\n", "", dag.doc_md).strip()
    tasks = {_plain(task_id): dag.task_dict[task_id] for task_id in sorted(dag.task_ids, reverse=True)}
    rows = [_row(task_id, tasks[task_id]) for task_id in sorted(tasks)]
    return (
        f"\n## `{name}`\n\n{text}\n{_params(dag)}\n| task | after | runs | does |\n|---|---|---|---|\n{''.join(rows)}"
    )


def _row(task_id: str, task: Any) -> str:
    above = ", ".join(f"`{name}`" for name in sorted({_plain(name) for name in task.upstream_task_ids}))
    notes = ["once an item"] if task.is_mapped else ["once"]
    notes += ["whatever came of those before"] if task.trigger_rule.value == "all_done" else []
    notes += [f"pool `{task.pool}`"] if task.pool != "default_pool" else []
    hands = sorted({asset.name for asset in task.outlets})
    said = " ".join((inspect.getdoc(task.python_callable) or "").split())
    on = f" Emits keys on {', '.join(f'`{_plain(name)}`' for name in hands)}." if hands else ""
    return f"| `{task_id}` | {above or '-'} | {', '.join(notes)} | {said}{on} |\n"


def _params(dag: Any) -> str:
    if not dag.params:
        return ""
    rows = []
    for name in dag.params:
        param = dag.params.get_param(name)
        kind = param.schema.get("type", "")
        kind = " or ".join(kind) if isinstance(kind, list) else kind
        rows.append(f"| `{name}` | {kind} | {param.description or param.schema.get('description', '')} |\n")
    return f"\n| param | type | meaning |\n|---|---|---|\n{''.join(rows)}"


if __name__ == "__main__":
    from airflow.dag_processing.dagbag import DagBag

    bag = DagBag(str(PAGE.parents[1] / "dags"))
    if bag.import_errors:
        raise SystemExit(str(bag.import_errors))
    PAGE.write_text(dags_page(bag.dags), encoding="utf-8")
