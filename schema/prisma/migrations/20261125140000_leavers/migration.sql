-- Leavers, erasure and retention; and quarantine that outlives a pass over changes.

-- Whether a pass began at the start of its stream: what it did not meet is then gone, its quarantine included. One that
-- goes on from a cursor tells of changes alone.
ALTER TABLE platform.sync_run ADD COLUMN from_start boolean NOT NULL DEFAULT true;
CREATE INDEX quarantine_stream_idx ON platform.quarantine (upstream, stream);

-- workforce publishes on which terms a person worked, those included that are gone from their source: they lasted until
-- they, or the person, went. For what was and will be; who may see whom is told by `works_for`.
CREATE VIEW workforce.worked_for AS
SELECT t.staff_id, t.organisation_code, t.kind, t.role, t.starts_on, least(t.ends_on, t.gone_on) AS ends_on,
  t.gone_on IS NOT NULL AND (t.ends_on IS NULL OR t.gone_on < t.ends_on) AS is_gone
FROM (
  SELECT e.staff_id, e.organisation_code, e.kind, e.role, e.starts_on, e.ends_on,
    (least(e.removed_at, p.removed_at) AT TIME ZONE 'Europe/London')::date AS gone_on
  FROM workforce.engagement e LEFT JOIN workforce.staff_member p ON p.id = e.staff_id WHERE e.staff_id IS NOT NULL
  UNION ALL
  SELECT b.staff_id, b.bank_code, 'BANK', NULL, b.starts_on, b.ends_on,
    (least(b.removed_at, p.removed_at) AT TIME ZONE 'Europe/London')::date
  FROM workforce.bank_membership b LEFT JOIN workforce.staff_member p ON p.id = b.staff_id WHERE b.staff_id IS NOT NULL
) t;

-- workforce publishes who leaves, and on which day: `leavingOf` of the domain. Somebody of whom no terms are known leaves
-- only by being gone.
CREATE VIEW workforce.leaver AS
SELECT staff_id, leaves_on, reason FROM (
  SELECT p.id AS staff_id,
    CASE WHEN count(w.staff_id) = 0 THEN (p.removed_at AT TIME ZONE 'Europe/London')::date
         WHEN count(w.ends_on) = count(w.staff_id) THEN max(w.ends_on) END AS leaves_on,
    CASE WHEN max(w.ends_on) FILTER (WHERE NOT w.is_gone) = max(w.ends_on) THEN 'ENDED' ELSE 'GONE' END AS reason
  FROM workforce.staff_member p LEFT JOIN workforce.worked_for w ON w.staff_id = p.id
  GROUP BY p.id
) l WHERE leaves_on IS NOT NULL;

-- What somebody who plans the rota should look at. Set and cleared after each sync.
CREATE TABLE rota.booking_flag (
  booking_id uuid NOT NULL REFERENCES rota.booking (id) ON DELETE CASCADE,
  reason text NOT NULL,
  since timestamptz(3) NOT NULL,
  PRIMARY KEY (booking_id, reason)
);

-- Who was erased, when and why, by id alone. The keys of those who were stand apart, as keyed hashes: which hash was whose
-- is not kept.
CREATE TABLE platform.erasure (
  staff_id uuid PRIMARY KEY,
  erased_at timestamptz(3) NOT NULL,
  reason text NOT NULL
);
CREATE TABLE platform.erased_key (
  hash text PRIMARY KEY
);
