"""No award, no issue and no change of an award counts without its sealed file.

Awards and documents of many units since the fifteenth migration, single issues and changes since the sixteenth. The
file may be missing while a paper waits, so that one entered before this rule can still be refused; an issue or a change
that is entered now has it from the beginning. A line of a document has none of its own.
"""

from __future__ import annotations

from typing import Final

from grants.ledger.functions import HEAD, refuse

FILES: Final = f"""
create function money_paper_has_file() returns trigger {HEAD}
begin
    if new.document_id is null then
        {refuse("money_paper_has_file", "the sealed file is missing")}
    end if;
    return new;
end $$;
revoke all on function money_paper_has_file() from public;
create trigger grants_2_file before update of state on grants_award for each row
    when (old.state = 'entered' and new.state = 'confirmed') execute function money_paper_has_file();
create trigger grants_2_file before update of state on grants_issuepaper for each row
    when (old.state = 'entered' and new.state = 'confirmed') execute function money_paper_has_file();
"""
FILES_REVERSE: Final = "drop function money_paper_has_file() cascade;"
_CONFIRMED: Final = "old.state = 'entered' and new.state = 'confirmed'"
EVERYWHERE: Final = f"""
create trigger grants_2_file before update of state on grants_issue for each row
    when ({_CONFIRMED} and new.paper_id is null) execute function money_paper_has_file();
create trigger grants_2_file before update of state on grants_awardchange for each row
    when ({_CONFIRMED}) execute function money_paper_has_file();
create trigger grants_5_file before insert on grants_issue for each row
    when (new.paper_id is null) execute function money_paper_has_file();
create trigger grants_5_file before insert on grants_awardchange for each row
    execute function money_paper_has_file();
"""
EVERYWHERE_REVERSE: Final = "".join(
    f"drop trigger grants_{step}_file on grants_{table};" for table in ("issue", "awardchange") for step in (2, 5)
)
