"""The audit app."""

from django.apps import AppConfig


class AuditConfig(AppConfig):
    """The append-only trail of what was done."""

    name = "portal.audit"
    label = "audit"

    def ready(self) -> None:
        from portal.audit import checks, gauges, kinds, rules, writer  # noqa: PLC0415 - needs the models
        from portal.audit.findings import beside  # noqa: PLC0415
        from portal.audit.findings import rules as rules_findings  # noqa: PLC0415 - needs the models
        from portal.core import commands, errors, menu, side_links, units  # noqa: PLC0415
        from portal.core import gauges as core_gauges  # noqa: PLC0415
        from portal.core import rules as core_rules  # noqa: PLC0415

        checks.register()
        core_gauges.register(gauges.GAUGE)
        commands.set_event_writer(writer.write)
        core_rules.register(rules.MAY)
        errors.register_guards(rules.GUARDS)
        menu.register(*rules.MENU)
        # Audit objects: engagements, findings and their papers.
        core_rules.register(rules_findings.MAY)
        errors.register_guards(rules_findings.GUARDS)
        kinds.register(rules_findings.LOOKS)
        menu.register(*rules_findings.MENU)
        menu.arrange(rules.AUDITOR, *rules_findings.GROUPS)
        side_links.register(beside.raise_here)
        commands.CHECK_EARLY["audit"] = ("audit_answer_proofs", "audit_proof_proofs")
        units.register("auditing")
