"""A timetable of our own. Airflow finds it by our plugin (status_plugin.py)."""

from __future__ import annotations

from typing import Any

from airflow.timetables.trigger import CronPartitionTimetable


class YearsByHand(CronPartitionTimetable):
    """Report years as partitions, for Airflow's backfill and for runs by hand; none of them starts by itself.

    Neither way that Airflow has will do: it backfills nothing whose partitions are set at run time, and of a DAG whose
    end is past it starts no task of a run that has a logical date.
    """

    can_be_scheduled = False

    def __init__(self) -> None:
        super().__init__("0 0 1 1 *", timezone="UTC", run_offset=-1, key_format="%Y")

    @property
    def summary(self) -> str:
        """Return what the UI shows as schedule."""
        return "by hand"

    def serialize(self) -> dict[str, Any]:
        """Return nothing: all of them are alike."""
        return {}

    @classmethod
    def deserialize(cls, data: dict[str, Any]) -> YearsByHand:
        """Return the timetable."""
        return cls()

    def next_dagrun_info_v2(self, **_: Any) -> None:
        """Return no next run, ever."""
