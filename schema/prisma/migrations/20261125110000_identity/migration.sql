-- Who is who among the records that several upstreams hold of people.

-- A record's link to its person is its staff_id. Within a page it may point at somebody who is written at its end.
ALTER TABLE workforce.source_record ALTER CONSTRAINT source_record_staff_id_fkey DEFERRABLE INITIALLY DEFERRED;

-- What a record says of who it is, as it is compared, and the blocks by which records to compare it with are found
-- (hashes: no name is kept in an index). Null until the record has been weighed for the first time.
ALTER TABLE workforce.source_record
  ADD COLUMN id uuid NOT NULL DEFAULT gen_random_uuid(),
  ADD COLUMN evidence jsonb,
  ADD COLUMN blocks bigint[] NOT NULL DEFAULT '{}';
CREATE UNIQUE INDEX source_record_id_key ON workforce.source_record (id);
CREATE INDEX source_record_blocks_idx ON workforce.source_record USING gin (blocks) WITH (fastupdate = off);
CREATE INDEX source_record_keys_idx ON workforce.source_record USING gin (keys) WITH (fastupdate = off);
CREATE INDEX source_record_unweighed_idx ON workforce.source_record (id) WHERE evidence IS NULL;

-- Two records that were weighed and are not plainly two people. a_id < b_id, here and below.
CREATE TABLE workforce.identity_pair (
  a_id uuid NOT NULL REFERENCES workforce.source_record (id) ON DELETE CASCADE,
  b_id uuid NOT NULL REFERENCES workforce.source_record (id) ON DELETE CASCADE,
  verdict text NOT NULL,
  bits double precision NOT NULL,
  certain boolean NOT NULL,
  bar text,
  levels jsonb NOT NULL,
  PRIMARY KEY (a_id, b_id)
);
CREATE INDEX identity_pair_b_id_idx ON workforce.identity_pair (b_id);

-- Two records of which a person is asked whether they mean one: OPEN, CONFIRMED, REJECTED, or SETTLED when what is
-- known of them has changed since and there is nothing to ask any more.
CREATE TABLE workforce.identity_review (
  id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
  a_id uuid NOT NULL REFERENCES workforce.source_record (id) ON DELETE CASCADE,
  b_id uuid NOT NULL REFERENCES workforce.source_record (id) ON DELETE CASCADE,
  bits double precision NOT NULL,
  state text NOT NULL,
  opened_at timestamptz(3) NOT NULL,
  closed_at timestamptz(3),
  UNIQUE (a_id, b_id)
);
CREATE INDEX identity_review_b_id_idx ON workforce.identity_review (b_id);
CREATE INDEX identity_review_state_idx ON workforce.identity_review (state, opened_at, id);

-- What a person has said of two records. It stands until a person says otherwise.
CREATE TABLE workforce.identity_decision (
  a_id uuid NOT NULL REFERENCES workforce.source_record (id) ON DELETE CASCADE,
  b_id uuid NOT NULL REFERENCES workforce.source_record (id) ON DELETE CASCADE,
  same boolean NOT NULL,
  decided_by text NOT NULL,
  decided_at timestamptz(3) NOT NULL,
  PRIMARY KEY (a_id, b_id)
);
CREATE INDEX identity_decision_b_id_idx ON workforce.identity_decision (b_id);

-- Records that went from one person to another, with every row that this changed as it was and as it became: so that a
-- join can be taken back exactly.
CREATE TABLE workforce.identity_move (
  id bigserial PRIMARY KEY,
  from_staff_id uuid NOT NULL,
  to_staff_id uuid NOT NULL,
  record_ids uuid[] NOT NULL,
  moved_by text NOT NULL,
  moved_at timestamptz(3) NOT NULL,
  images jsonb NOT NULL,
  undone_at timestamptz(3)
);
CREATE INDEX identity_move_between_idx ON workforce.identity_move (to_staff_id, from_staff_id) WHERE undone_at IS NULL;
CREATE INDEX identity_move_from_idx ON workforce.identity_move (from_staff_id);
CREATE INDEX identity_move_record_ids_idx ON workforce.identity_move USING gin (record_ids) WITH (fastupdate = off);
