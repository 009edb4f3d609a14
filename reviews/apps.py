"""The reviews app."""

from django.apps import AppConfig


class ReviewsConfig(AppConfig):
    """Screening, reviewers and interests, assignment, scores, selection, decision, publicity, objections."""

    name = "reviews"
    label = "reviews"

    def ready(self) -> None:
        from applications.sheets import problems  # noqa: PLC0415
        from portal.audit import kinds  # noqa: PLC0415
        from portal.core import errors, menu  # noqa: PLC0415 - registries are filled when the models are there
        from portal.core import rules as core_rules  # noqa: PLC0415
        from portal.notifications import todo as desk  # noqa: PLC0415
        from portal.programme import changes  # noqa: PLC0415
        from portal.reports import catalogue  # noqa: PLC0415
        from reviews import guard_texts, reports, rules, todo, todo_publicity  # noqa: PLC0415
        from reviews.domain import replacing  # noqa: PLC0415
        from reviews.pool import texts  # noqa: PLC0415

        core_rules.register(rules.MAY)
        errors.register_guards(guard_texts.GUARDS)
        problems.register(texts.TEXTS)
        menu.register(*rules.MENU)
        menu.work_of(*rules.WORK)
        kinds.register(rules.LOOKS)
        catalogue.register(*reports.REPORTS)
        changes.follow_up(replacing.announce)
        for source in (
            todo.reviewer,
            todo.beginning,
            todo.screening,
            todo.hearings,
            todo.outcomes,
            todo_publicity.decisions,
        ):
            desk.register(source)
