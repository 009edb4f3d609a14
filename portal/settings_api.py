"""Settings of the API and of its schema; `portal.settings` takes them over."""

from __future__ import annotations

from portal.environment import rates

_RATE = r"[1-9]\d*/(second|minute|hour|day|[smhd])"
REST_FRAMEWORK = {
    "DEFAULT_AUTHENTICATION_CLASSES": [
        "portal.api.authentication.TokenAuthentication",
        "portal.api.authentication.SessionAuthentication",
    ],
    "DEFAULT_PERMISSION_CLASSES": [
        "portal.api.permissions.SignedIn",
        "portal.api.permissions.SecondFactor",
        "portal.api.permissions.TokenMayAct",
    ],
    "DEFAULT_SCHEMA_CLASS": "portal.api.schema.Schema",
    "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
    "DEFAULT_PARSER_CLASSES": ["rest_framework.parsers.JSONParser"],
    "DEFAULT_THROTTLE_CLASSES": ["portal.api.throttles.Anonymous", "portal.api.throttles.Person"],
    "DEFAULT_THROTTLE_RATES": {
        "user": rates("THROTTLE_USER", _RATE, "600/minute"),
        "anon": rates("THROTTLE_ANON", _RATE, "60/minute"),
    },
    "DEFAULT_PAGINATION_CLASS": "portal.api.pages.ByCursor",
    "DEFAULT_METADATA_CLASS": None,  # OPTIONS says nothing that the schema does not say
    "EXCEPTION_HANDLER": "portal.api.problems.handler",
    "COERCE_DECIMAL_TO_STRING": True,
    "PAGE_SIZE": 50,
}
SPECTACULAR_SETTINGS = {
    "TITLE": "Pilot portal",
    "DESCRIPTION": "Reads and acts of the pilot portal, in the scope of the person who asks. Errors are RFC 9457.",
    "VERSION": "1",
    "OAS_VERSION": "3.1.1",
    "SERVE_INCLUDE_SCHEMA": False,
    "SERVE_AUTHENTICATION": [],
    "COMPONENT_SPLIT_REQUEST": True,
    "ENUM_GENERATE_CHOICE_DESCRIPTION": False,
    "ENUM_NAME_OVERRIDES": {
        "AcceptanceResult": "grants.enums.AcceptanceResult",
        "AcceptanceState": "grants.enums.AcceptanceState",
        "ApplicationState": "applications.enums.ApplicationState",
        "AssignmentState": "reviews.enums.AssignmentState",
        "AssessmentResult": "grants.enums.Result",
        "BankDecisionKind": "grants.enums_bank.Decided",
        "BankFileKind": "grants.enums_bank.BankFileKind",
        "BankFileState": "grants.enums_bank.BankFileState",
        "BankLineState": "grants.enums_bank.LineState",
        "BankOrderState": "grants.enums_bank.OrderState",
        "BatchState": "portal.programme.enums.BatchState",
        "CheckState": "grants.enums.CheckState",
        "DemandingLevel": "grants.enums.Level",
        "EntryKind": "grants.enums.EntryKind",
        "EvaluationKind": "grants.enums.EvaluationKind",
        "EvaluationState": "grants.enums.EvaluationState",
        "GivenBackFrom": "grants.enums.GivenBack",
        "HoldState": "grants.enums_paying.HoldState",
        "HoldWord": "grants.enums_paying.HoldWord",
        "MatchingSource": "grants.enums.Matching",
        "MoneyLevel": "applications.enums.MoneyLevel",
        "MoneyPlace": "grants.enums.Place",
        "PanelState": "grants.enums.PanelState",
        "PartnerState": "applications.enums.PartnerState",
        "ProofKind": "grants.enums.EvidenceKind",
        "RecoveryGround": "grants.enums.Ground",
        "RecoveryStanding": "grants.enums.Standing",
        "RecoveryState": "grants.enums.RecoveryState",
        "RefusalGround": "grants.enums_paying.Ground",
        "ReportState": "grants.enums_performance.ReportState",
        "ReviewState": "reviews.enums.ReviewState",
        "RunState": "portal.core.models.RunState",
    },
}
