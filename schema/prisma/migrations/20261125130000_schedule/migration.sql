-- When each upstream is read, and how it stands. The jobs themselves are the job queue's, in a schema of its own.
ALTER TABLE platform.upstream
  ADD COLUMN every_minutes integer NOT NULL DEFAULT 15,
  ADD COLUMN fresh_within_minutes integer NOT NULL DEFAULT 60,
  ADD COLUMN next_run_at timestamptz(3),
  ADD COLUMN stopped_because text;

-- A pass that has not stored a page for long is no longer running, whatever its status says: its process may have died.
ALTER TABLE platform.sync_run ADD COLUMN touched_at timestamptz(3);

-- How far the turns of a rate limit are given away: shared by every process that speaks to the same upstream.
CREATE TABLE platform.rate_limit (
  key text PRIMARY KEY,
  given_until timestamptz(6) NOT NULL
);

-- platform publishes how each upstream stands.
CREATE VIEW platform.source AS
SELECT id, adapter, title, organisation_codes, every_minutes, fresh_within_minutes, next_run_at, stopped_because
FROM platform.upstream;

CREATE VIEW platform.source_stream AS
SELECT s.upstream AS source_id, s.stream, s.entity, s.last_attempt_at, s.last_success_at, s.as_of, s.last_problem_code AS problem_code,
  r.status, r.touched_at, r.received, r.kept, r.skipped, r.quarantined, r.removed, r.held, r.held_because
FROM platform.sync_stream s
LEFT JOIN LATERAL (
  SELECT * FROM platform.sync_run r WHERE r.upstream = s.upstream AND r.stream = s.stream ORDER BY r.id DESC LIMIT 1
) r ON true;
