-- Source outcomes by host
-- Which hosts are cited most, and how often could they be read?
-- Every link counts once, by its last fetch; the five counts add up to the links.
-- since: last fetched on that day or later
-- empty: no source was gathered yet; factdesk check ESSAY gathers what an essay links
-- columns:
--   host text: host of the link, with its port if it names one
--   sources_cited count: links of that host that were fetched
--   readable count: of them read: fetched, not_modified, given_file, archived_copy, truncated or paywalled
--   gone count: of them gone: the server says so
--   refused count: of them forbidden, blocked by the robots file, or by our own guard
--   unreachable count: of them not reached for a reason that may pass
--   unreadable count: of them answered, but without a text
--   readable_share share: readable of sources_cited
--   outcomes text: how many links had which outcome
WITH placed AS (
    SELECT
        lower(regexp_extract(source_url, '^[a-zA-Z][a-zA-Z0-9+.-]*://(?:[^/?#@]*@)?([^/?#]+)', 1)) AS host,
        source_outcome, count(*) AS links,
        CASE
            WHEN source_outcome IN (
                'fetched', 'not_modified', 'given_file', 'archived_copy', 'truncated', 'paywalled'
            ) THEN 'readable'
            WHEN source_outcome = 'gone' THEN 'gone'
            WHEN source_outcome IN ('forbidden', 'blocked_by_robots', 'blocked_by_guard') THEN 'refused'
            WHEN source_outcome IN (
                'rate_limited', 'server_error', 'timed_out', 'connection_failed', 'dns_error', 'tls_error'
            ) THEN 'unreachable'
            ELSE 'unreadable'
        END AS fate
    FROM reports.sources
    WHERE source_outcome IS NOT NULL
        AND (getvariable('since') IS NULL OR fetched_at >= CAST(getvariable('since') AS DATE))
    GROUP BY host, source_outcome
)
SELECT
    host, CAST(sum(links) AS BIGINT) AS sources_cited,
    CAST(coalesce(sum(links) FILTER (fate = 'readable'), 0) AS BIGINT) AS readable,
    CAST(coalesce(sum(links) FILTER (fate = 'gone'), 0) AS BIGINT) AS gone,
    CAST(coalesce(sum(links) FILTER (fate = 'refused'), 0) AS BIGINT) AS refused,
    CAST(coalesce(sum(links) FILTER (fate = 'unreachable'), 0) AS BIGINT) AS unreachable,
    CAST(coalesce(sum(links) FILTER (fate = 'unreadable'), 0) AS BIGINT) AS unreadable,
    round(readable / sources_cited, 3) AS readable_share,
    string_agg(source_outcome || ' ' || links, '; ' ORDER BY links DESC, source_outcome) AS outcomes
FROM placed
WHERE host <> ''
GROUP BY host
ORDER BY sources_cited DESC, host;
