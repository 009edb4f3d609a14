"""Applications, rows of the dossier, joint applicants, files, sign-offs, snapshots, comments."""

from applications.models.application import Application
from applications.models.content import FocusIndustry, Project
from applications.models.duty import SectionDuty
from applications.models.file import SealCheck, Upload
from applications.models.findings import CheckRun, Match
from applications.models.funding import FundingLine
from applications.models.imports import ImportFile
from applications.models.pair import CoSignature, DistrictPair
from applications.models.part import JointSummary, Part, PartLetter, PartnerProject
from applications.models.part_sheet import PartSheet
from applications.models.partner import Attachment, Partner
from applications.models.plan import Figure, PlanChapter, WordImport
from applications.models.plans import ChangeRequest, PlanVersion
from applications.models.project_parts import ProjectApproval, ProjectEnterprise, ProjectMilestone, ProjectMoney
from applications.models.province import Letter, Point
from applications.models.roster import Enterprise, Roster, RosterText
from applications.models.ruling import Ruling
from applications.models.sections import Cluster, FoundationYear, Risk, Statement
from applications.models.submission import Recommendation, SignOff, Snapshot
from applications.models.targets import Target, TargetYear
from applications.models.together import Comment, Presence, Unsaved

__all__ = [
    "Application",
    "Attachment",
    "ChangeRequest",
    "CheckRun",
    "Cluster",
    "CoSignature",
    "Comment",
    "DistrictPair",
    "Enterprise",
    "Figure",
    "FocusIndustry",
    "FoundationYear",
    "FundingLine",
    "ImportFile",
    "JointSummary",
    "Letter",
    "Match",
    "Part",
    "PartLetter",
    "PartSheet",
    "Partner",
    "PartnerProject",
    "PlanChapter",
    "PlanVersion",
    "Point",
    "Presence",
    "Project",
    "ProjectApproval",
    "ProjectEnterprise",
    "ProjectMilestone",
    "ProjectMoney",
    "Recommendation",
    "Risk",
    "Roster",
    "RosterText",
    "Ruling",
    "SealCheck",
    "SectionDuty",
    "SignOff",
    "Snapshot",
    "Statement",
    "Target",
    "TargetYear",
    "Unsaved",
    "Upload",
    "WordImport",
]
