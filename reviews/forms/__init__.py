"""Forms of screening, review, selection and objections."""

from reviews.forms.deciding import DocumentForm, ProposalForm, SelectionForm, WhyForm
from reviews.forms.objecting import AnswerForm, ExtendForm, NoteForm, ObjectionForm, StatusForm
from reviews.forms.people import ProfileForm
from reviews.forms.reviewing import AssignForm, InterestForm, OwnInterestForm, ScoreForm
from reviews.forms.screening import ScreeningForm

__all__ = [
    "AnswerForm",
    "AssignForm",
    "DocumentForm",
    "ExtendForm",
    "InterestForm",
    "NoteForm",
    "ObjectionForm",
    "OwnInterestForm",
    "ProfileForm",
    "ProposalForm",
    "ScoreForm",
    "ScreeningForm",
    "SelectionForm",
    "StatusForm",
    "WhyForm",
]
