-- Hosts
-- Which hosts are cited most, and how often could they be read?
SELECT
    regexp_extract(source_url, '^[a-zA-Z][a-zA-Z0-9+.-]*://([^/?#]+)', 1) AS host,
    count(*) AS sources_cited,
    count(*) FILTER (
        WHERE source_outcome IN ('fetched', 'not_modified', 'given_file', 'archived_copy', 'truncated', 'paywalled')
    ) AS readable,
    round(readable / sources_cited, 3) AS readable_share,
    histogram(source_outcome) AS outcomes
FROM reports.sources
WHERE host <> ''
GROUP BY host
ORDER BY sources_cited DESC, host;
