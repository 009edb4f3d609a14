"""The trail with its chain; the auditor's instruments: samples, saved queries, analyses, leads."""

from portal.audit.models.leads import AnalysisResult, Lead
from portal.audit.models.samples import Sample, SampleEvaluation, SampleResult
from portal.audit.models.saved import SavedQuery
from portal.audit.models.trail import Event, Link, append_only

__all__ = [
    "AnalysisResult",
    "Event",
    "Lead",
    "Link",
    "Sample",
    "SampleEvaluation",
    "SampleResult",
    "SavedQuery",
    "append_only",
]
