"""Forms on rule sets: every number with its source."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from typing import Any, Final

from django import forms
from django.utils.translation import gettext_lazy as _

from portal.core.errors import Text
from portal.core.forms import FigureField, money_input
from portal.core.sources import marked, parted
from portal.core.templatetags.portal_ui import in_language
from portal.programme.defaults import ASSESSMENT, form_of, performance_of
from portal.programme.domain.rule_set import AssessmentInput, RulesInput
from portal.programme.enums import Region
from portal.programme.models import RuleSet
from portal.programme.presentation import RULES, UNITS

_MONEY: Final = {"budget", "grant_cap", "landmark_investment"}
_SHARES: Final = {"first_tranche_share", "project_support_share"}
_FLAGS: Final = {"province_ranks"}
_PERCENT: Final = {"digital_target"}
CRITERIA_ROWS: Final = 10
_LINES: Final = forms.Textarea(attrs={"rows": 3})


class _YuanField(FigureField):
    """An amount with its thousands parted, as it is read elsewhere: a nought too many is seen."""

    def prepare_value(self, value: Any) -> Any:
        """An amount of the version with separators; what was typed as it was typed."""
        return f"{value:,.2f}" if isinstance(value, Decimal) else value


def _number(name: str, label: Any) -> forms.Field:
    if name in _FLAGS:
        return forms.TypedChoiceField(
            label=label, choices=[("", _("no")), ("1", _("yes"))], coerce=bool, required=False
        )
    if name in _MONEY:
        return _YuanField(
            label=label,
            min_value=Decimal("0.01"),
            max_digits=18,
            decimal_places=2,
            help_text=_("In yuan."),
            widget=money_input(),
        )
    if name in _SHARES:
        return forms.DecimalField(
            label=label, min_value=Decimal("0.1"), max_value=100, max_digits=4, decimal_places=1, help_text="%"
        )
    if name in _PERCENT:
        return forms.DecimalField(
            label=label, min_value=0, max_value=100, max_digits=5, decimal_places=2, help_text="%"
        )
    return forms.IntegerField(label=label, min_value=0, max_value=9999, help_text=str(UNITS[name]))


class CriterionForm(forms.Form):
    """One criterion of the review; an empty row is left out."""

    NEEDED: Final = ("code", "name_zh", "name_en", "max")

    code = forms.SlugField(label=_("Code"), max_length=40, required=False)
    kind = forms.ChoiceField(
        label=_("Kind"),
        choices=[("score", _("score")), ("bonus", _("bonus")), ("veto", _("veto"))],
        initial="score",
        required=False,
    )
    name_zh = forms.CharField(label=_("Name in Chinese"), max_length=60, required=False)
    name_en = forms.CharField(label=_("Name in English"), max_length=80, required=False)
    weight = forms.IntegerField(label=_("Weight (%)"), min_value=1, max_value=100, required=False)
    max = forms.IntegerField(label=_("Highest score"), min_value=1, max_value=999, required=False)
    comment_below = forms.IntegerField(label=_("Comment needed below"), min_value=1, max_value=999, required=False)
    group_zh = forms.CharField(label=_("Branch in Chinese"), max_length=60, required=False)
    group_en = forms.CharField(label=_("Branch in English"), max_length=80, required=False)
    guidance_zh = forms.CharField(label=_("Guidance in Chinese"), max_length=300, required=False, widget=_LINES)
    guidance_en = forms.CharField(label=_("Guidance in English"), max_length=400, required=False, widget=_LINES)
    section = forms.SlugField(
        label=_("Section of the dossier"), max_length=40, required=False, help_text=_("For example projects.")
    )

    def clean(self) -> dict[str, Any]:
        """A row is whole or empty; a score has a weight, a bonus and a veto have none."""
        data = super().clean() or {}
        kind = data.get("kind") or "score"
        needed = [*self.NEEDED, *(["weight"] if kind == "score" else [])]
        given = [name for name in self.fields if name != "kind" and data.get(name) not in (None, "")]
        if given:
            for name in set(needed) - set(given) - set(self.errors):
                self.add_error(name, _("Fill in the whole row, or leave it empty."))
        if kind != "score" and data.get("weight"):
            self.add_error("weight", _("Only a score has a weight."))
        if kind == "veto" and data.get("max") not in (None, 1):
            self.add_error("max", _("A veto is a finding or none: its highest score is 1."))
        return data

    @staticmethod
    def row(data: dict[str, Any]) -> dict[str, Any]:
        """A cleaned row as the rule set keeps it: what is not said is left out, and so is the ordinary kind."""
        said = {name: value for name, value in data.items() if value not in (None, "")}
        return {name: value for name, value in said.items() if (name, value) != ("kind", "score")}


CriteriaFormSet = forms.formset_factory(CriterionForm, extra=0, min_num=0, max_num=CRITERIA_ROWS, validate_max=True)


_NUMBERS: Final = {
    "self_days": (_("Days for the self-evaluation after the end of a year"), 1, 180),
    "sample_least": (_("Projects looked at by a panel, at least"), 1, 99),
    "sample_share": (_("Share of the projects looked at (%)"), 1, 100),
    "panel_least": (_("Members of a panel, at least"), 1, 15),
}
_PERFORMANCE: Final = {
    "due_days": (_("A quarterly report is due after the quarter (days)"), 1, 90),
    "province_after": (_("The province is told that a report is late after (days)"), 0, 90),
    "miit_after": (_("MIIT is told that a report is late after (days)"), 0, 180),
    "answer_days": (_("MIIT's own follow-up is due after another (days)"), 1, 90),
    "green_from": (_("Green light from this share of the way (%)"), 1, 100),
    "yellow_from": (_("Yellow light from this share of the way (%)"), 1, 99),
}
_BANDS: Final = {
    "excellent": _("Excellent from (points)"),
    "good": _("Good from (points)"),
    "fair": _("Fair from (points)"),
}


class IndicatorForm(forms.Form):
    """One indicator of the evaluations; an empty row is left out."""

    NEEDED: Final = ("group", "code", "share", "name_zh", "name_en")

    group = forms.ChoiceField(label=_("Group"), required=False)
    code = forms.SlugField(label=_("Code"), max_length=40, required=False)
    share = forms.IntegerField(label=_("Share of its group (%)"), min_value=1, max_value=100, required=False)
    name_zh = forms.CharField(label=_("Name in Chinese"), max_length=60, required=False)
    name_en = forms.CharField(label=_("Name in English"), max_length=80, required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        groups = [(one["code"], in_language(one["name_zh"], one["name_en"])) for one in ASSESSMENT["groups"]]
        self.fields["group"].choices = [("", "–"), *groups]  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        """A row is whole or empty."""
        data = super().clean() or {}
        given = {name for name in self.NEEDED if data.get(name) not in (None, "")}
        for name in set(self.NEEDED) - given - set(self.errors) if given else ():
            self.add_error(name, _("Fill in the whole row, or leave it empty."))
        return data


INDICATOR_ROWS: Final = 16
IndicatorFormSet = forms.formset_factory(IndicatorForm, extra=0, min_num=0, max_num=INDICATOR_ROWS, validate_max=True)


def indicator_rows(form: dict[str, Any]) -> list[dict[str, Any]]:
    """The indicators of a form as rows, each with its group, filled up with empty ones."""
    rows = [{**row, "group": group["code"]} for group in form["groups"] for row in group["indicators"]]
    return rows + [{}] * (INDICATOR_ROWS - len(rows))


class RulesForm(forms.Form):
    """All numbers of a version of the rules, each with its source."""

    version = forms.CharField(label=_("Version"), max_length=20, help_text=_("For example 2027.1."))
    title_zh = forms.CharField(label=_("Title in Chinese"), max_length=120)
    title_en = forms.CharField(label=_("Title in English"), max_length=200)

    objection_days = forms.IntegerField(
        label=_("Working days for the answer to an objection"), min_value=1, max_value=60, initial=10
    )
    review_days = forms.IntegerField(label=_("Days a reviewer has"), min_value=1, max_value=180, initial=14)
    draw_experts = forms.IntegerField(
        label=_("Experts drawn by lot"), min_value=0, max_value=999, initial=0, help_text=_("0: no draw.")
    )
    defence_best = forms.IntegerField(
        label=_("Applications invited to the defence"),
        min_value=0,
        max_value=9999,
        initial=0,
        help_text=_("The best by the results of the reviews, all of the last rank with them; 0: no defence."),
    )
    result_by = forms.ChoiceField(
        label=_("What counts as an application's result"),
        choices=[
            ("mean", _("the mean of its reviews")),
            ("trimmed", _("the mean without the highest and the lowest")),
            ("calibrated", _("the calibrated score: leniency of the reviewers taken out")),
        ],
        initial="mean",
    )
    shows_others = forms.BooleanField(
        label=_("Reviewers see the scores of others once their own are in"), required=False
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        hint: Any = _("The document; where none says it, why the number is assumed.")
        for name, label in RULES:
            self.fields[name] = _number(name, label)
            source = forms.CharField(label=_("Source"), max_length=180, help_text=hint, required=False)
            source.is_expected = True  # type: ignore[attr-defined]  # unless it is assumed
            self.fields[f"{name}_source"] = source
            self.fields[f"{name}_assumed"] = forms.BooleanField(label=_("Assumed: no document says it"), required=False)
            hint = ""  # said once, not thirty times
        for region in Region:
            for end, label in (("min", _("least")), ("max", _("most"))):
                self.fields[f"{region.value}_{end}"] = forms.IntegerField(
                    label=f"{region.label}: {label}", min_value=0, max_value=999
                )

        self._assessment(ASSESSMENT)
        for name, (words, smallest, largest) in _PERFORMANCE.items():
            self.fields[f"performance_{name}"] = forms.IntegerField(label=words, min_value=smallest, max_value=largest)

    def _assessment(self, form: dict[str, Any]) -> None:
        for group in form["groups"]:
            label = in_language(group["name_zh"], group["name_en"])
            self.fields[f"weight_{group['code']}"] = forms.IntegerField(
                label=_("Weight of %(group)s (%%)") % {"group": label}, min_value=1, max_value=97
            )
        for name, words in _BANDS.items():
            self.fields[f"assessment_{name}"] = forms.IntegerField(label=words, min_value=1, max_value=100)
        for name, (words, least, most) in _NUMBERS.items():
            self.fields[f"assessment_{name}"] = forms.IntegerField(label=words, min_value=least, max_value=most)
        self.fields["assessment_mid"] = forms.BooleanField(
            label=_("There is a mid-term assessment besides the final one"), required=False
        )

    def evaluation(self) -> list[forms.BoundField]:
        """What the version says of evaluations."""
        return [self[name] for name in self.fields if name.startswith(("weight_", "assessment_"))]

    def performance(self) -> list[forms.BoundField]:
        """What the version says of quarterly reports and lights."""
        return [self[f"performance_{name}"] for name in _PERFORMANCE]

    def clean(self) -> dict[str, Any]:
        """A number without a source is one that is said to be assumed."""
        data = super().clean() or {}
        for name in (f"{rule}_source" for rule, _label in RULES):
            if name in data and not data[name] and not data.get(name.replace("_source", "_assumed")):
                self.add_error(name, _("Name the document, or say that the number is assumed."))
        return data

    def pairs(self) -> Iterator[tuple[forms.BoundField, forms.BoundField, forms.BoundField]]:
        """Each number with its source, and whether it is assumed."""
        for name, _label in RULES:
            yield self[name], self[f"{name}_source"], self[f"{name}_assumed"]

    def regions(self) -> Iterator[tuple[Text, forms.BoundField, forms.BoundField]]:
        """Each region with its least and its most."""
        for region in Region:
            yield region.label, self[f"{region.value}_min"], self[f"{region.value}_max"]

    def to_input(self, criteria: list[dict[str, Any]], indicators: list[dict[str, Any]] | None = None) -> RulesInput:
        """The command's input. criteria, indicators: the cleaned rows that are not empty."""
        data = self.cleaned_data
        values = {name: data[name] / 100 if name in _SHARES else data[name] for name, _label in RULES}
        values |= {name: bool(data[name]) for name in _FLAGS}
        return RulesInput(
            version=data["version"],
            title_zh=data["title_zh"],
            title_en=data["title_en"],
            values=values,
            region_bounds={
                region.value: {"min": data[f"{region.value}_min"], "max": data[f"{region.value}_max"]}
                for region in Region
            },
            criteria=criteria,
            review_days=data["review_days"],
            objection_days=data["objection_days"],
            shows_others=data["shows_others"],
            result_by=data["result_by"],
            draw_experts=data["draw_experts"],
            defence_best=data["defence_best"],
            sources={name: marked(data[f"{name}_source"], data[f"{name}_assumed"]) for name, _label in RULES},
            assessment=AssessmentInput(
                weights={group["code"]: data[f"weight_{group['code']}"] for group in ASSESSMENT["groups"]},
                bands={name: data[f"assessment_{name}"] for name in _BANDS},
                numbers={name: data[f"assessment_{name}"] for name in _NUMBERS},
                mid=data["assessment_mid"],
                indicators=indicators,
            ),
            performance={name: data[f"performance_{name}"] for name in _PERFORMANCE},
        )


def initial(rules: RuleSet) -> dict[str, Any]:
    """What the form shows for a version."""
    sources = rules.details.get("sources", {})
    found: dict[str, Any] = {"version": rules.version, "title_zh": rules.title_zh, "title_en": rules.title_en}
    for name, _label in RULES:
        value = getattr(rules, name)
        if name in _FLAGS:
            value = "1" if value else ""
        found[name] = (value * 100).quantize(Decimal("0.1")) if name in _SHARES else value
        found[f"{name}_source"], found[f"{name}_assumed"] = parted(sources.get(name, ""))
    found["objection_days"] = rules.details.get("objection_days", 10)
    found["review_days"] = rules.details.get("review_days", 14)
    found["draw_experts"] = rules.details.get("draw_experts", 0)
    found["defence_best"] = rules.details.get("defence_best", 0)
    found["result_by"] = rules.details.get("result_by", "mean")
    found["shows_others"] = bool(rules.details.get("shows_others"))
    form = form_of(rules.details)
    found |= {f"weight_{group['code']}": group["weight"] for group in form["groups"]}
    found |= {f"assessment_{name}": form["bands"][name] for name in _BANDS}
    found |= {f"assessment_{name}": form[name] for name in _NUMBERS}
    found["assessment_mid"] = form["asked"]["mid"]
    found |= {f"performance_{name}": value for name, value in performance_of(rules.details).items()}
    for region, bounds in rules.region_bounds.items():
        found[f"{region}_min"], found[f"{region}_max"] = bounds["min"], bounds["max"]
    return found
