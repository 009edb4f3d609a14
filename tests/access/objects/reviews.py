"""Xiamen's application in each phase: in screening, read by the two reviewers of the matrix, decided, under publicity."""

from __future__ import annotations

from typing import Any

from applications.models import Application
from portal.core import clock
from portal.programme.models import Province
from reviews.domain import assigning, interests, people, proposing
from reviews.domain.screening import start_passing
from reviews.models import Assignment, Conflict, Decision, ObjectionFile, PoolImport, Review, ReviewerProfile
from tests import factories_applications as make_applications
from tests import factories_defence as defences
from tests import factories_reviews as make_reviews
from tests import uploads

UNITS = {"350200": "300000000.00"}
BOTH = {"350200": "200000000.00", "330200": "200000000.00"}
GIVEN = {"350200": "90.00", "330200": "80.00"}


def _profile(world: Any, caller: str, group: str) -> ReviewerProfile:
    with world.acting("officer.miit") as by:
        what = people.ProfileInput(Province.objects.get(pk="110000"), "某单位（演示）", group=group)
        return people.keep_profile(by=by, user_id=world.person(caller).pk, what=what)


def _reading(world: Any) -> tuple[Any, Assignment]:
    """A batch under review in which the reviewers of the matrix have Xiamen's application, declared by MIIT's."""
    batch = make_reviews.passed_batch(UNITS, places=1, number=812)
    profiles = [_profile(world, "reviewer.miit", "MIIT"), _profile(world, "reviewer.expert", "expert")]
    row = make_reviews.application(batch, "350200")
    with world.acting("officer.miit") as by:
        assigning.assign(by=by, batch=batch, pairs=[(row.pk, profile.user_id, 50) for profile in profiles])
    mine = next(row for row in make_reviews.assignments(batch) if row.reviewer_id == world.person("reviewer.miit").pk)
    make_reviews.declared(mine)
    with make_reviews.as_reviewer(mine) as by:
        make_reviews.scoring.keep_draft(by=by, assignment=mine, what=make_reviews.scores(batch, "80"))
    return make_reviews.fresh(batch), mine


def _submitted(world: Any) -> Review:
    """A submitted review of a batch that is still read."""
    batch = make_reviews.reviewing_batch(UNITS, places=1, number=820)
    row = make_reviews.assignments(batch)[0]
    make_reviews.scored(row, "80")
    with world.acting("officer.miit"):
        return Review.objects.get(assignment=row)


def _on_paper(world: Any) -> dict[str, dict[str, Any]]:
    """A batch whose assignment is computed but not in effect, with a wish."""
    batch = make_reviews.passed_batch(UNITS, places=1, number=819)
    made = make_reviews.assigned_on_paper(batch)
    with world.acting("officer.miit") as by:
        application = Application.objects.select_related("batch").get(batch=batch)
        profile = ReviewerProfile.objects.get(user=world.person("reviewer.expert").pk)
        wish = proposing.wish(by=by, application=application, profile=profile, is_pin=False, reason="x")
        row = made.rows.get()
    pk = {"pk": made.pk}
    return {
        "reviews:proposal": pk,
        "reviews:proposal_loads": pk,
        "reviews:take_proposal": pk,
        "reviews:proposed": pk | {"row": row.pk},
        "reviews:take_back_wish": {"pk": wish.pk},
    }


def _pool(world: Any) -> dict[str, dict[str, Any]]:
    """A file for the expert pool that nobody has judged yet."""
    with world.acting("officer.miit") as by:
        values = vars(make_applications.kept("pool.csv", b"a,b")) | {"content_type": "text/csv"}
        kept = PoolImport(uploaded_by_id=by.id, uploaded_at=clock.now(), **values)
        kept.save()
    pk = {"pk": kept.pk}
    return {"reviews:pool_import": pk, "reviews:judge_pool_import": pk, "reviews:drop_pool_import": pk}


def _conflicts(world: Any, mine: Assignment) -> tuple[Conflict, Conflict]:
    """Two derived conflicts with the application that is read; MIIT proposes to override the second."""
    with world.acting("officer.miit") as by:
        rows = [
            Conflict.objects.create(
                application_id=mine.application_id,
                reviewer_id=make_reviews.person("reviewer", "ZJ", 8).pk,
                code=code,
                is_derived=True,
            )
            for code in ("employer", "roster")
        ]
        interests.waive(by=by, conflict=rows[1], why="已离职（演示）")
    return rows[0], rows[1]


def _defended(world: Any) -> dict[str, dict[str, Any]]:
    """Batches in the defence: one before the draw, one whose agenda stands, with a question and material; a letter."""
    before = defences.ready_batch(number=831)
    defences.invited(before)
    planned = defences.session(before)
    agreed = defences.agreed_batch(number=832)
    material = defences.material(agreed)
    with world.acting("officer.miit") as by:
        row = defences.queries.hearings(by).get(session__batch=agreed, application__unit="350200")
        question = defences.hearing.ask(by=by, hearing=row, text="x")
    defences.recorded(agreed, comment="好（演示）")
    final = make_reviews.final_batch(BOTH, given=GIVEN, places=1, number=833)
    with world.acting("officer.miit") as by:
        told = make_reviews.application(final, "350200")
        defences.panel.keep_record(by=by, application=told, what=defences.panel.RecordInput(0, None, "好（演示）"))
    defences.approved(final, "350200")
    with world.acting("officer.miit") as by:
        defences.panel.release_feedback(by=by, batch=make_reviews.fresh(final))
    pk, number, letter = {"pk": row.pk}, {"number": before.number}, {"pk": told.pk}
    return {
        "reviews:defence": {"number": agreed.number},
        "reviews:invite": number,
        "reviews:new_session": number,
        "reviews:draw_agenda": number,
        "reviews:session": {"pk": planned.pk},
        "reviews:remove_session": {"pk": planned.pk},
        **{f"reviews:{name}": pk for name in ("hearing", "prepare_questions", "hold", "note_absence", "record",
                                              "approve_comment", "own_hearing", "bring_material")},
        "reviews:question": {"pk": question.pk},
        "reviews:drop_question": {"pk": question.pk},
        "reviews:hearing_file": {"pk": material.pk},
        "reviews:take_back_material": {"pk": material.pk},
        "reviews:letters": {"number": final.number},
        "reviews:release_feedback": {"number": final.number},
        "reviews:outcome": letter,
        "reviews:feedback": letter,
        "reviews:feedback_pdf": letter,
    }  # fmt: skip


def _public(world: Any) -> dict[str, dict[str, Any]]:
    """Lists under publicity: a unit waits because of an objection with evidence; a replacement waits for MOF."""
    held = make_reviews.published_batch(BOTH, given=GIVEN, places=1, reserve=1, number=851)
    files = [uploads.upload(uploads.pdf(), "evidence.pdf")]
    objection = make_reviews.lodged(held, unit="350200", files=files)
    suspension = make_reviews.suspended(objection)
    moved = make_reviews.published_batch(BOTH, given=GIVEN, places=1, reserve=1, number=852)
    make_reviews.answered(make_reviews.lodged(moved, unit="350200"), uphold=True)
    replacement = {"pk": make_reviews.moved_up(moved, confirmed=False).pk}
    with world.acting("officer.miit"):
        evidence = ObjectionFile.objects.get(objection=objection.pk)
    return {
        "reviews:evidence": {"pk": evidence.pk},
        "reviews:release": {"pk": suspension.pk},
        "reviews:replacement": replacement,
        "reviews:confirm_replacement": replacement,
        "reviews:withdraw_replacement": replacement,
        "reviews:final_pdf": {"number": 833, "list_number": 1},
    }


def make(world: Any) -> dict[str, dict[str, Any]]:
    screening = make_reviews.screening_batch(UNITS, places=1, number=811)
    reading, mine = _reading(world)
    deciding = make_reviews.locked_batch(BOTH, given=GIVEN, places=1, number=813)
    scenario = make_reviews.computed(deciding)
    decision = make_reviews.proposed(scenario, reserve=1)
    public = make_reviews.published_batch(BOTH, given=GIVEN, places=1, reserve=1, number=814)
    objection = make_reviews.lodged(public, unit="350200")
    with world.acting("officer.miit"):
        adopted = Decision.objects.get(batch=public)
        profile = ReviewerProfile.objects.get(user=world.person("reviewer.miit").pk)
    application = {"pk": make_reviews.application(screening, "350200").pk}
    read = {"pk": mine.application_id}
    number = {name: {"number": row.number} for name, row in
              {"screening": screening, "reading": reading, "deciding": deciding, "public": public}.items()}  # fmt: skip
    own = {"pk": mine.pk}
    conflict, waived = _conflicts(world, mine)
    with world.acting("officer.miit") as by:
        passing = start_passing(by=by, batch=screening, applications=[application["pk"]])
    proposal = {"pk": decision.pk}
    given = _submitted(world)
    world.kept["published"] = adopted
    return {
        "reviews:queue": number["screening"],
        "reviews:take_up": number["screening"],
        "reviews:screen": application,
        "reviews:pass_clean": number["screening"],
        "reviews:passed": number["screening"] | {"run": passing.pk},
        "reviews:own_interest": application,
        "reviews:reviewer": {"pk": profile.pk},
        "reviews:panel": read,
        "reviews:waive": {"pk": conflict.pk},
        "reviews:confirm_waiver": {"pk": waived.pk},
        "reviews:declare_batch": number["reading"],
        "reviews:board": number["reading"],
        "reviews:loads": number["reading"],
        "reviews:assign": number["reading"],
        "reviews:lock": number["reading"],
        "reviews:calibrate": number["reading"],
        "reviews:relieve": own,
        "reviews:keep": own,
        "reviews:calibration": number["reading"],
        "reviews:leniency": number["reading"],
        "reviews:draw": number["reading"],
        "reviews:remind": number["reading"],
        "reviews:reopen": {"pk": given.pk},
        "reviews:relieve_all": number["reading"] | {"pk": profile.pk},
        **_on_paper(world),
        **_defended(world),
        "reviews:revise": own,
        **_pool(world),
        "reviews:review": own,
        "reviews:interest": own,
        "reviews:submit": own,
        **{
            f"reviews:{name}": {"pk": scenario.pk}
            for name in (
                "scenario",
                "reasons",
                "firmness",
                "proof",
                "rename_scenario",
                "comment_scenario",
                "study_scenario",
            )
        },
        "reviews:candidate_set": {"pk": scenario.candidate_set_id},
        "reviews:compare": number["deciding"],
        "reviews:propose": {"pk": scenario.pk},
        "reviews:decision": proposal,
        "reviews:sign": proposal,
        "reviews:withdraw": proposal,
        "reviews:publish": proposal,
        "reviews:decision_zip": {"pk": adopted.pk},
        "reviews:decision_pdf": {"pk": adopted.pk},
        "reviews:scenarios": number["deciding"],
        "reviews:select": number["deciding"],
        "reviews:freeze": number["deciding"],
        **_public(world),
        "reviews:publicity": number["public"],
        "reviews:propose_replacement": number["public"],
        "reviews:finalise": number["public"],
        **{
            f"reviews:{name}": {"pk": objection.pk}
            for name in ("objection", "take_objection", "note_objection", "extend_objection", "suspend")
        },
        "reviews:list_pdf": number["public"],
        "reviews:list_json": number["public"],
        "reviews:list": number["public"],
        "reviews:lodge": number["public"],
        "reviews:lodged": number["public"],
        "reviews:status": number["public"],
    }
