"""Ready-made analyses of dossiers, one module each."""

from applications.analytics import changes_after_sign_off, duplicate_enterprises, duplicate_projects, related_applicants

ANALYSES = (
    duplicate_enterprises.ANALYSIS,
    duplicate_projects.ANALYSIS,
    related_applicants.ANALYSIS,
    changes_after_sign_off.ANALYSIS,
)

__all__ = ["ANALYSES"]
