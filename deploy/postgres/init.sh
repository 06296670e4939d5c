#!/bin/sh
# One database and one role per service, made when the data folder is empty; nobody sees another's.
set -eu
for service in registration clinical lab pharmacy complaints; do
  name=$(echo "$service" | tr '[:lower:]' '[:upper:]')_DB_PASSWORD
  eval "password=\${$name:?}"
  psql -v ON_ERROR_STOP=1 -v role="alur_$service" -v password="$password" \
    --username "$POSTGRES_USER" --dbname postgres <<'SQL'
CREATE ROLE :"role" LOGIN PASSWORD :'password';
CREATE DATABASE :"role" OWNER :"role";
REVOKE ALL ON DATABASE :"role" FROM PUBLIC;
SQL
done
