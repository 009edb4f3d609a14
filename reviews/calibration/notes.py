"""What a reader of a calibration must know about the design and the answer, in words."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Final

import numpy as np

from reviews.calibration.design import Design
from reviews.calibration.result import Note
from reviews.calibration.system import Solved
from reviews.calibration.variances import Ratios


@dataclass(frozen=True, eq=False)
class Found:
    """The model at its best ratios (None: all scores are equal) and what the design let tell."""

    ratios: Ratios | None
    components: tuple[Any, Any]
    equal: bool = False
    quality_told: bool = False
    leniency_told: bool = False
    no_quality: bool = False
    no_leniency: bool = False
    no_noise: bool = False

    @property
    def solved(self) -> Solved | None:
        """The equations at the ratios."""
        return self.ratios.solved if self.ratios else None


WORDS: Final = {
    "one_score": "There is a single score: it stands as it is, without a standard error.",
    "all_equal": "All scores are equal: nothing tells applications, reviewers and chance apart, so there are no "
    "standard errors.",
    "one_application": "There is a single application: there is nothing to compare it with; its score is the mean.",
    "one_score_each": "Each application has a single score: quality cannot be told from noise. Each is taken as half; "
    "the order of calibrated scores does not depend on it, standard errors and intervals do.",
    "one_reviewer": "There is a single reviewer: leniency cannot be told; what the reviewer gives too much or too "
    "little, all applications have in common.",
    "leniency_not_told": "Leniency cannot be told from noise or quality in this design: it is taken as 0 and counts as "
    "noise.",
    "no_quality": "Applications differ no more than chance and leniency explain: calibrated scores lie close to the "
    "mean, and their order says next to nothing.",
    "no_leniency": "Reviewers differ no more in leniency than chance explains: no leniency is taken out.",
    "no_noise": "Quality and leniency explain the scores all but wholly: noise is close to 0.",
    "no_tests": "There are no more scores than applications and reviewers use up: no leniency can be tested, and "
    "intervals rest on few figures.",
    "single_scores": "These applications have a single score: they are pulled farthest to the mean and have the "
    "largest standard errors.",
    "reviewers_of_one": "These reviewers gave a single score: their leniency is pulled far to 0 and not tested.",
    "disconnected": "The design falls into components without a common reviewer: scores of different components "
    "cannot be compared except through the shrinkage, which takes their reviewers to be alike on average.",
    "component": "Scores of this component can be compared with one another, with those of other components only "
    "through the shrinkage.",
}


def notes(design: Design, found: Found) -> tuple[Note, ...]:
    """The notes, those on the whole first, then those on components, in order of their numbers."""
    whole = (Note(code, WORDS[code]) for code in _codes(design, found))
    return (*whole, *_single(design), *_components(design, found.components))


def _codes(design: Design, found: Found) -> list[str]:
    if found.equal:
        return ["one_score" if design.number == 1 else "all_equal"]
    applications, reviewers = len(design.applications), len(design.reviewers)
    told = {
        "one_application": applications == 1,
        "one_score_each": applications > 1 and not found.quality_told,
        "one_reviewer": reviewers == 1,
        "leniency_not_told": reviewers > 1 and not found.leniency_told,
        "no_quality": found.no_quality,
        "no_leniency": found.no_leniency,
        "no_noise": found.no_noise,
        "no_tests": design.freedom() < 1,
    }
    return [code for code, holds in told.items() if holds]


def _single(design: Design) -> Iterator[Note]:
    """Who has a single score, where others have more."""
    applications = tuple(design.applications[at] for at in np.flatnonzero(design.per_application == 1))
    if 0 < len(applications) < len(design.applications):
        yield Note("single_scores", WORDS["single_scores"], applications=applications)
    reviewers = tuple(design.reviewers[at] for at in np.flatnonzero(design.per_reviewer == 1))
    if 0 < len(reviewers) < len(design.reviewers):
        yield Note("reviewers_of_one", WORDS["reviewers_of_one"], reviewers=reviewers)


def _components(design: Design, components: tuple[Any, Any]) -> Iterator[Note]:
    of_applications, of_reviewers = components
    number = int(of_applications.max())
    if number == 1:
        return
    yield Note("disconnected", WORDS["disconnected"])
    for component in range(1, number + 1):
        applications = tuple(design.applications[at] for at in np.flatnonzero(of_applications == component))
        reviewers = tuple(design.reviewers[at] for at in np.flatnonzero(of_reviewers == component))
        yield Note("component", WORDS["component"], component, applications, reviewers)
