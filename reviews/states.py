"""What follows what in review, selection and publicity."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from applications.enums import ImportState as I
from portal.core.states import Machine, Transition
from reviews.enums import AssignmentState as A
from reviews.enums import DecisionState as D
from reviews.enums import EntryState as E
from reviews.enums import HearingState as H
from reviews.enums import ObjectionState as O
from reviews.enums import ProposalState as P
from reviews.enums import ReplacementState as M
from reviews.enums import ReviewState as R
from reviews.enums import ScenarioState as S

ASSIGNMENT = Machine(
    "assignment",
    states=A,
    initial=[A.ASSIGNED],
    transitions=[
        Transition("declare", (A.ASSIGNED,), A.DECLARED, _("The reviewer declares to have no interest.")),
        Transition("recuse", (A.ASSIGNED, A.DECLARED), A.RECUSED, _("A conflict came to light.")),
        Transition("relieve", (A.ASSIGNED, A.DECLARED), A.RELIEVED, _("MIIT gives it to somebody else.")),
    ],
)
PROPOSAL = Machine(
    "proposal",
    states=P,
    initial=[P.COMPUTING],
    transitions=[
        Transition("solve", (P.COMPUTING,), P.READY, _("The best assignment was found and proven.")),
        Transition("contradict", (P.COMPUTING,), P.INFEASIBLE, _("No assignment keeps every rule and wish.")),
        Transition("fail", (P.COMPUTING,), P.FAILED, _("The computation ended without an answer.")),
        Transition("take", (P.READY,), P.TAKEN, _("MIIT puts it into effect; the reviewers are told.")),
    ],
)
REVIEW = Machine(
    "review",
    states=R,
    initial=[R.DRAFT],
    transitions=[
        Transition("submit", (R.DRAFT,), R.SUBMITTED, _("All criteria are scored; the total is fixed.")),
        Transition(
            "reopen",
            (R.SUBMITTED,),
            R.DRAFT,
            _("MIIT lets the reviewer change it, or it is revised after the defence; with a reason."),
        ),
        Transition("lock", (R.SUBMITTED,), R.LOCKED, _("Scores are locked for all; nothing changes any more.")),
    ],
)
HEARING = Machine(
    "hearing",
    states=H,
    initial=[H.INVITED],
    transitions=[
        Transition("confirm_hearing", (H.INVITED, H.CONFIRMED), H.CONFIRMED, _("The unit says that it comes.")),
        Transition(
            "move_session", (H.INVITED, H.CONFIRMED), H.INVITED, _("MIIT moves the session; the unit is asked anew.")
        ),
        Transition("hold", (H.INVITED, H.CONFIRMED), H.HEARD, _("The panel has heard the unit.")),
        Transition("note_absence", (H.INVITED, H.CONFIRMED), H.ABSENT, _("The unit did not come.")),
    ],
)
SCENARIO = Machine(
    "scenario",
    states=S,
    initial=[S.COMPUTING],
    transitions=[
        Transition("solve", (S.COMPUTING,), S.OPTIMAL, _("The best list was found and proven.")),
        Transition("contradict", (S.COMPUTING,), S.INFEASIBLE, _("The rules cannot hold together.")),
        Transition("fail", (S.COMPUTING,), S.FAILED, _("The computation ended without an answer.")),
    ],
)
DECISION = Machine(
    "decision",
    states=D,
    initial=[D.PROPOSED],
    transitions=[
        Transition("withdraw", (D.PROPOSED,), D.WITHDRAWN, _("The proposal is taken back with a reason.")),
        Transition("adopt", (D.PROPOSED,), D.ADOPTED, _("Both ministries have signed.")),
        Transition("publish", (D.ADOPTED,), D.PUBLISHED, _("The list is put up for objections.")),
        Transition("finalise", (D.PUBLISHED,), D.FINAL, _("Publicity is over, objections are answered.")),
    ],
)
OBJECTION = Machine(
    "objection",
    states=O,
    initial=[O.LODGED],
    transitions=[
        Transition("dismiss", (O.LODGED,), O.DISMISSED, _("Examined and not upheld, with the reason.")),
        Transition("uphold", (O.LODGED,), O.UPHELD, _("Examined and upheld; the unit leaves the list.")),
    ],
)
ENTRY = Machine(
    "public_entry",
    states=E,
    initial=[E.LISTED],
    transitions=[
        Transition("suspend", (E.LISTED,), E.SUSPENDED, _("An objection against the unit is being examined.")),
        Transition("release", (E.SUSPENDED,), E.LISTED, _("The objections against it were not upheld.")),
        Transition("drop", (E.LISTED, E.SUSPENDED), E.DROPPED, _("An objection was upheld.")),
        Transition("finalise", (E.LISTED,), E.FINAL, _("Its publicity has ended; it stands on a final list.")),
    ],
)
REPLACEMENT = Machine(
    "replacement",
    states=M,
    initial=[M.PROPOSED],
    transitions=[
        Transition("confirm_replacement", (M.PROPOSED,), M.CONFIRMED, _("The other ministry confirms; it moves up.")),
        Transition("withdraw_replacement", (M.PROPOSED,), M.WITHDRAWN, _("It is taken back with a reason.")),
    ],
)
POOL_IMPORT = Machine(
    "pool_import",
    states=I,
    initial=[I.BROUGHT],
    transitions=[
        Transition("judge_pool_import", (I.BROUGHT, I.JUDGED), I.JUDGED, _("Its rows are judged against the pool.")),
        Transition("take_pool_import", (I.JUDGED,), I.TAKEN, _("The profiles of its good rows are kept.")),
        Transition("drop_pool_import", (I.BROUGHT, I.JUDGED), I.DROPPED, _("It is not wanted.")),
    ],
)
