#!/bin/sh
# Write the secrets docker-compose.yml reads, each once: what exists stays. Two are yours to bring:
# tls_certificate and tls_key (PEM); email_url is written as an example to change.
set -eu
folder="${1:-$(dirname "$0")/secrets}"
mkdir -p "$folder"
chmod 700 "$folder"
random() { python3 -c "import secrets; print(secrets.token_urlsafe($1), end='')"; }
keep() { [ -s "$folder/$1" ] || { printf '%s' "$2" > "$folder/$1"; chmod 644 "$folder/$1"; }; }
keep secret_key "$(random 64)"
keep postgres_password "$(random 32)"
keep valkey_password "$(random 32)"
keep database_url "postgresql://portal_web:$(random 32)@postgres/portal"
keep owner_database_url "postgresql://portal_owner:$(random 32)@postgres/portal"
keep admin_database_url "postgresql://postgres:$(cat "$folder/postgres_password")@postgres/postgres"
keep broker_url "redis://:$(cat "$folder/valkey_password")@valkey:6379/0"
keep email_url "smtp+tls://portal:change-me@mail.example.invalid:587"
for name in tls_certificate tls_key; do
    [ -s "$folder/$name" ] || echo "Put the proxy's $name (PEM) into $folder/$name." >&2
done
