"""What importing the schemas does to a process."""

from __future__ import annotations

import subprocess
import sys

_CODE = """
import sys
import schemas.tables
import pyarrow
table = pyarrow.table({"a": [1, None]})
assert "pandas" not in sys.modules, "Arrow imported pandas"
assert table.to_pandas()["a"].sum() == 1
"""


def test_arrow_imports_pandas_only_for_who_asks():
    subprocess.run([sys.executable, "-c", _CODE], check=True)
