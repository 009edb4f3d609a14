"""Forms of screening, review, selection and objections."""

from reviews.forms.deciding import DocumentForm, ProposalForm, ReplaceForm, SelectionForm, SignDecisionForm, WhyForm
from reviews.forms.objecting import AnswerForm, ObjectionForm, StatusForm
from reviews.forms.people import ProfileForm
from reviews.forms.reviewing import AssignForm, InterestForm, OwnInterestForm, ScoreForm
from reviews.forms.screening import ScreeningForm

__all__ = [
    "AnswerForm",
    "AssignForm",
    "DocumentForm",
    "InterestForm",
    "ObjectionForm",
    "OwnInterestForm",
    "ProfileForm",
    "ProposalForm",
    "ReplaceForm",
    "ScoreForm",
    "ScreeningForm",
    "SelectionForm",
    "SignDecisionForm",
    "StatusForm",
    "WhyForm",
]
