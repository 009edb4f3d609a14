"""A publicity begins on the day of publication or later, never in the past. Twenty-sixth migration.

The database held how many days it lasts: a list published with a first day long ago was over at once, and nobody could
object. Guards of time bind everyone but the owner, who loads demonstrations in bulk.
"""

from __future__ import annotations

from typing import Final

from portal.core.functions_again import again, changed
from reviews.functions import STEPS

_BEFORE: Final = again(STEPS, "reviews_batch_step")
BEGIN: Final = changed(
    _BEFORE,
    (
        "        if problem = '' and new.state = 'final' and new.final_document_no = '' then",
        """        if problem = '' and new.state = 'publicity' and new.publicity_from < today
           and current_user <> 'portal_owner' then
            problem := 'publicity_begins_when_published';
        end if;
        if problem = '' and new.state = 'final' and new.final_document_no = '' then""",
    ),
)
BEGIN_REVERSE: Final = _BEFORE
