-- workforce publishes who leaves an organisation, and on which day, though they may work for others still: the last of
-- their engagements with it has ended by then, or is gone.
CREATE VIEW workforce.left_organisation AS
SELECT staff_id, organisation_code, max(ends_on) AS left_on
FROM workforce.worked_for WHERE kind <> 'BANK'
GROUP BY staff_id, organisation_code HAVING count(*) = count(ends_on);
