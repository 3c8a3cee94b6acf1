#!/bin/sh
# Runs once, when the database is made: the order store gets a role and a database of its own beside Temporal's.
set -eu
psql -v ON_ERROR_STOP=1 -v password="$ORDERS_DB_PASSWORD" -U "$POSTGRES_USER" <<'SQL'
CREATE ROLE orders LOGIN PASSWORD :'password';
CREATE DATABASE orders OWNER orders;
SQL
