"""Files of reports, with whom they are shared, and what is made again by the calendar."""

from portal.reports.models.file import ReportFile
from portal.reports.models.schedule import ReportSchedule, Rhythm
from portal.reports.models.share import ReportShare

__all__ = ["ReportFile", "ReportSchedule", "ReportShare", "Rhythm"]
