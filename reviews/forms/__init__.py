"""Forms of screening, review, selection and objections."""

from reviews.forms.deciding import DocumentForm, ProposalForm, SignDecisionForm, WhyForm
from reviews.forms.objecting import AnswerForm, ExtendForm, NoteForm, ObjectionForm, StatusForm
from reviews.forms.people import ProfileForm
from reviews.forms.reviewing import AssignForm, InterestForm, OwnInterestForm, ScoreForm
from reviews.forms.screening import ScreeningForm
from reviews.forms.selecting import CommentForm, NameForm, SelectionForm

__all__ = [
    "AnswerForm",
    "AssignForm",
    "CommentForm",
    "DocumentForm",
    "ExtendForm",
    "InterestForm",
    "NameForm",
    "NoteForm",
    "ObjectionForm",
    "OwnInterestForm",
    "ProfileForm",
    "ProposalForm",
    "ScoreForm",
    "ScreeningForm",
    "SelectionForm",
    "SignDecisionForm",
    "StatusForm",
    "WhyForm",
]
