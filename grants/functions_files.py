"""No award and no issue document counts without its sealed file. Fifteenth migration.

The file may be missing while a paper waits, so that one entered before this rule can still be refused.
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
