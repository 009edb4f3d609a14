"""What follows what for an application and for a joint applicant's part."""

from django.utils.translation import gettext_lazy as _

from applications.enums import ApplicationState as S
from applications.enums import ChangeState as C
from applications.enums import ImportState as I
from applications.enums import PartnerState as P
from applications.enums import PartState
from portal.core.states import Machine, Transition

_WITHDRAWABLE = (
    S.DRAFT,
    S.AWAITING_SIGN_OFF,
    S.WITH_PROVINCE,
    S.RETURNED,
    S.RECOMMENDED,
    S.SCREENING,
    S.CORRECTION,
    S.IN_REVIEW,
    S.DEFENCE,
    S.RESERVE,
    S.PUBLICITY,
)
APPLICATION = Machine(
    "application",
    states=S,
    initial=[S.DRAFT],
    transitions=[
        Transition(
            "request_sign_off",
            (S.DRAFT, S.RETURNED),
            S.AWAITING_SIGN_OFF,
            _("The drafter asks a second person to sign; the dossier is frozen."),
        ),
        Transition("send_back", (S.AWAITING_SIGN_OFF,), S.DRAFT, _("The signatory wants changes first.")),
        Transition(
            "submit",
            (S.AWAITING_SIGN_OFF,),
            S.WITH_PROVINCE,
            _("The signatory signs; an immutable snapshot goes to the province."),
        ),
        Transition(
            "recall",
            (S.WITH_PROVINCE,),
            S.DRAFT,
            _("The signatory takes the submission back before the deadline, to change it."),
        ),
        Transition("return", (S.WITH_PROVINCE,), S.RETURNED, _("A department of the province wants it mended.")),
        Transition("recommend", (S.WITH_PROVINCE,), S.RECOMMENDED, _("Both departments of the province recommend.")),
        Transition(
            "not_recommend", (S.WITH_PROVINCE,), S.NOT_RECOMMENDED, _("Both have decided and not both recommend.")
        ),
        Transition("take_up", (S.RECOMMENDED,), S.SCREENING, _("The batch is closed; the ministries screen.")),
        Transition("ask_correction", (S.SCREENING,), S.CORRECTION, _("MIIT asks for a correction with a deadline.")),
        Transition("resubmit", (S.CORRECTION,), S.SCREENING, _("The corrected dossier is signed and sent again.")),
        Transition(
            "lapse",
            (S.CORRECTION,),
            S.SCREENING,
            _("The correction was not sent by its deadline; the ministries go on with the last submission."),
        ),
        Transition("reject", (S.SCREENING,), S.REJECTED, _("Both ministries reject with a reason.")),
        Transition("pass", (S.SCREENING,), S.IN_REVIEW, _("Screening is passed.")),
        Transition("hear", (S.IN_REVIEW,), S.DEFENCE, _("The unit defends its plan.")),
        Transition("propose", (S.IN_REVIEW, S.DEFENCE), S.PROPOSED, _("The adopted decision contains the unit.")),
        Transition("reserve", (S.IN_REVIEW, S.DEFENCE), S.RESERVE, _("The decision keeps the unit in reserve.")),
        Transition("not_select", (S.IN_REVIEW, S.DEFENCE), S.NOT_SELECTED, _("The decision does not contain it.")),
        Transition("publish", (S.PROPOSED,), S.PUBLICITY, _("The list is put up for objections.")),
        Transition("replace", (S.RESERVE,), S.PROPOSED, _("It moves up for a unit that was dropped.")),
        Transition("drop", (S.PUBLICITY, S.PROPOSED), S.NOT_SELECTED, _("An objection was upheld.")),
        Transition("select", (S.PUBLICITY,), S.SELECTED, _("Publicity has ended; the list is final.")),
        Transition(
            "withdraw",
            _WITHDRAWABLE,
            S.WITHDRAWN,
            _("The unit withdraws before the decision, or gives up its place in reserve or on the published list."),
        ),
    ],
)
PARTNER = Machine(
    "partner",
    states=P,
    initial=[P.INVITED],
    transitions=[
        Transition("commit", (P.INVITED,), P.COMMITTED, _("The partner commits by letter.")),
        Transition("decline", (P.INVITED,), P.DECLINED, _("The partner declines with a reason.")),
        Transition("reconsider", (P.COMMITTED, P.DECLINED), P.INVITED, _("The partner takes its answer back.")),
    ],
)
PART = Machine(
    "part",
    states=PartState,
    initial=[PartState.DRAFT],
    transitions=[
        Transition("ask", (PartState.DRAFT,), PartState.ASKED, _("A second person is asked to confirm.")),
        Transition("send_back_part", (PartState.ASKED,), PartState.DRAFT, _("The second person wants changes first.")),
        Transition("confirm", (PartState.ASKED,), PartState.CONFIRMED, _("The second person confirms and commits.")),
        Transition("reopen", (PartState.CONFIRMED,), PartState.DRAFT, _("The partner takes its answer back.")),
    ],
)
IMPORT = Machine(
    "import",
    states=I,
    initial=[I.BROUGHT],
    transitions=[
        Transition("judge_import", (I.BROUGHT, I.JUDGED), I.JUDGED, _("Its rows are judged against the dossier.")),
        Transition("take_import", (I.JUDGED,), I.TAKEN, _("Its good rows are taken over.")),
        Transition("drop_import", (I.BROUGHT, I.JUDGED), I.DROPPED, _("It is not wanted.")),
    ],
)
CHANGE = Machine(
    "change",
    states=C,
    initial=[C.ASKED],
    transitions=[
        Transition(
            "sign", (C.ASKED,), C.SIGNED, _("A signatory of the unit signs; the request goes to the ministries.")
        ),
        Transition("approve", (C.SIGNED,), C.APPROVED, _("MIIT approves; the next version of the plan stands.")),
        Transition("refuse", (C.SIGNED,), C.REFUSED, _("MIIT refuses with a reason.")),
        Transition("withdraw", (C.ASKED, C.SIGNED), C.WITHDRAWN, _("The unit takes its request back.")),
    ],
)
