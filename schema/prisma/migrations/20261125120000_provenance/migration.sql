-- What upstreams sent, as far as a mapping can read it, so that any served value can be told from what it was made.

-- The kept and the quarantined records of one page of a pass, compressed together. `refs` are those of the kept ones, in
-- the order in which they stand in `content`; the quarantined follow. `content` is null once its retention is over, or
-- where nothing is retained: the facts stay.
CREATE TABLE platform.raw_page (
  id bigserial PRIMARY KEY,
  upstream text NOT NULL,
  stream text NOT NULL,
  entity text NOT NULL,
  pass_id bigint NOT NULL,
  mapping_version text NOT NULL,
  as_of timestamptz(3) NOT NULL,
  synced_at timestamptz(3) NOT NULL,
  retained_until timestamptz(3),
  content_hash text NOT NULL,
  refs text[] NOT NULL,
  content bytea
);
-- It comes compressed: to try again would cost and gain nothing.
ALTER TABLE platform.raw_page ALTER COLUMN content SET STORAGE EXTERNAL;
CREATE INDEX raw_page_stream_idx ON platform.raw_page (upstream, stream, content_hash);
CREATE INDEX raw_page_retained_until_idx ON platform.raw_page (retained_until);

-- Where a quarantined record stands among what was kept; null where nothing of it could be kept.
ALTER TABLE platform.quarantine ADD COLUMN raw_page_id bigint, ADD COLUMN raw_position integer;
CREATE INDEX quarantine_raw_page_idx ON platform.quarantine (raw_page_id);

-- When each record that came was read, and by which mapping: of its newest page. A record that could not be stored has
-- no reference in its page.
CREATE VIEW platform.record_provenance AS
SELECT DISTINCT ON (p.upstream, p.stream, ref) p.upstream, p.stream, p.entity, ref AS source_ref, p.id AS raw_page_id, p.synced_at, p.mapping_version
FROM platform.raw_page p CROSS JOIN LATERAL unnest(p.refs) AS ref
WHERE ref IS NOT NULL
ORDER BY p.upstream, p.stream, ref, p.pass_id DESC, p.synced_at DESC, p.id DESC;

-- platform publishes when each record came and by which mapping it was read, a page at a time, and never what it held.
CREATE VIEW platform.page_reading AS
SELECT id, upstream, stream, entity, pass_id, synced_at, mapping_version, refs FROM platform.raw_page;

-- Which sort of source wins a field where several records make one row: 0 before 1, and what has no rank after all that
-- have. Written by the sync engine from `schema/domain/precedence.ts` and the settings; fields go by the name of their column.
ALTER TABLE platform.upstream ADD COLUMN kind text;

CREATE TABLE platform.precedence (
  entity text NOT NULL,
  field text NOT NULL,
  kind text NOT NULL,
  rank integer NOT NULL,
  PRIMARY KEY (entity, field, kind)
);

-- platform publishes it by source, for those who explain a choice.
CREATE VIEW platform.field_rank AS
SELECT p.entity, p.field, u.id AS source, p.kind, p.rank
FROM platform.precedence p JOIN platform.upstream u ON u.kind = p.kind;
