"""Screening, people and interests, assignments, scores, selection, decision, publicity, objections."""

from reviews.models.assignment import Assignment
from reviews.models.decision import Decision, DecisionRecord
from reviews.models.defence import Defence, DefenceSession, Hearing
from reviews.models.drawing import ExpertDraw
from reviews.models.hearing import Attendance, HearingFile, HearingQuestion
from reviews.models.interests import BatchDeclaration, BatchInterest, ConflictWaiver, FormerEmployer
from reviews.models.objection import Objection, ObjectionFile, ObjectionNote, Suspension
from reviews.models.people import Conflict, Interest, ReviewerProfile
from reviews.models.pool import PoolImport
from reviews.models.proposals import AssignmentProposal, AssignmentWish, ProposedLoad, ProposedRow
from reviews.models.publicity import FinalList, PublicEntry
from reviews.models.reopening import ReviewNote, ReviewReopening
from reviews.models.replacement import Replacement
from reviews.models.result import CalibrationResult, FeedbackLetter, PanelRecord, ResultSignature
from reviews.models.scoring import PanelResult, Review, ReviewScore
from reviews.models.screening import Screening, ScreeningPoint
from reviews.models.selection import CandidateSet, Scenario, ScenarioComment, ScenarioStudy

__all__ = [
    "Assignment",
    "AssignmentProposal",
    "AssignmentWish",
    "Attendance",
    "BatchDeclaration",
    "BatchInterest",
    "CalibrationResult",
    "CandidateSet",
    "Conflict",
    "ConflictWaiver",
    "Decision",
    "DecisionRecord",
    "Defence",
    "DefenceSession",
    "ExpertDraw",
    "FeedbackLetter",
    "FinalList",
    "FormerEmployer",
    "Hearing",
    "HearingFile",
    "HearingQuestion",
    "Interest",
    "Objection",
    "ObjectionFile",
    "ObjectionNote",
    "PanelRecord",
    "PanelResult",
    "PoolImport",
    "ProposedLoad",
    "ProposedRow",
    "PublicEntry",
    "Replacement",
    "ResultSignature",
    "Review",
    "ReviewNote",
    "ReviewReopening",
    "ReviewScore",
    "ReviewerProfile",
    "Scenario",
    "ScenarioComment",
    "ScenarioStudy",
    "Screening",
    "ScreeningPoint",
    "Suspension",
]
