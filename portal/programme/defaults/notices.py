"""The documents that several defaults come from."""

from __future__ import annotations

from typing import Final

NOTICE_16: Final = "财建〔2024〕16号"

NOTICE_108: Final = "工信厅联规函〔2025〕108号"

EQUIPMENT: Final = "国发〔2024〕7号、工信部联规〔2024〕53号"

# The form of evaluations, after the measures on the evaluation of project expenditure. Their title and number, and the
# bands that MOF applies to all evaluations (90, 80, 60), were read in public texts; the weights of the groups, the
# indicators under them, their shares, the sample and the panel were not: (assumed). share: per cent of the group's
# weight. asked: which
# evaluations there are besides the final one; self_days: days after the end of a year in which the unit evaluates it.
NOTICE_10: Final = "财预〔2020〕10号"
