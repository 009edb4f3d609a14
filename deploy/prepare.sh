#!/bin/sh
# Before web and worker start: roles and database, tables, reference data. Each is safe to repeat.
set -eu
cd "$(dirname "$0")/.."
python -m portal.embedded prepare
python -m portal.run.steps migrate --database owner --noinput --verbosity 1 then load_reference
