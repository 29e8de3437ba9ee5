"""Queries that must not do what they try. ``{home}`` stands for the folder of the warehouse's home."""

from __future__ import annotations

NOT_READ = [
    "read_csv('{home}/warehouse/people.json')",
    "read_text('people.json')",
    "read_blob('{home}/warehouse/keeper.lock')",
    "read_json_auto('{home}/warehouse/published.json')",
    "read_duckdb('{home}/warehouse/factdesk.duckdb', table_name='x')",
    "read_csv('http://127.0.0.1:9/x.csv')",
    "sniff_csv('/etc/passwd')",
    "glob('*')",
    "glob('/etc/*')",
    "duckdb_secrets()",
    "'{home}/warehouse/people.json'",
]
NOT_RUN = [
    "COPY (SELECT 1) TO '{home}/stolen.csv'",
    "EXPORT DATABASE '{home}/stolen'",
    "ATTACH '{home}/warehouse/factdesk.duckdb'",
    "PRAGMA database_list",
    "CALL pragma_version()",
    "SET memory_limit = '64GB'",
    "LOAD httpfs",
    "DROP TABLE records.claims",
    "CREATE TEMP TABLE t (x INTEGER)",
    "EXPLAIN ANALYZE SELECT 1",
    "/* SELECT */ DELETE FROM records.claims",
]
WRONG = [
    ("SELECT getenv('HOME')", "Catalog Error"),
    ("SELECT * FROM query('COPY (SELECT 1) TO ''{home}/stolen.csv''')", "Expected a single SELECT"),
    ("FROM enable_logging(storage='file', storage_config={{'path':'{home}/log'}})", "has been locked"),
    ("FROM enable_profiling(save_location='{home}/profile')", "has been locked"),
    ("WITH x AS (INSERT INTO records.claims FROM records.claims RETURNING 1) FROM x", "read-only mode"),
    ('SELECT * FROM "order"', "Catalog Error"),  # a variable of the process
    ("SELECT excel_text(1, '0')", "extension"),
    ("SELECT ?", "Values were not provided"),
    ("SELEC 1", "Parser Error"),
    ("SELECT 'unterminated", "Parser Error"),
]
TOO_LONG = [
    "SELECT count(*) FROM range(100000000000) a, range(10000000) b",
    "WITH RECURSIVE t(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM t) SELECT count(*) FROM t",
    "SELECT sleep_ms(100000)",
    # one call that heeds no interrupt: the kernel ends it
    "SELECT levenshtein(repeat('a', 1000000), repeat('b', 1000000))",
]
