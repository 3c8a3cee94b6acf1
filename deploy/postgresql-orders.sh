#!/bin/sh
# Runs once, when the database is made: orders, and the keys of customers, get a role and a database of their own beside Temporal's.
set -eu
psql -v ON_ERROR_STOP=1 -v password="$ORDERS_DB_PASSWORD" -v keys="$KEYS_DB_PASSWORD" -U "$POSTGRES_USER" <<'SQL'
CREATE ROLE orders LOGIN PASSWORD :'password';
CREATE DATABASE orders OWNER orders;
CREATE ROLE keys LOGIN PASSWORD :'keys';
CREATE DATABASE keys OWNER keys;
SQL
