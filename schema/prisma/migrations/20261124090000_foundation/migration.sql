-- One PostgreSQL schema per owner. A subgraph reads its own tables and the views that another owner publishes.
-- No foreign key crosses an upstream: records arrive in any order, and one that points at nothing yet is kept.
CREATE SCHEMA practices;
CREATE SCHEMA workforce;
CREATE SCHEMA rota;
CREATE SCHEMA platform;

-- practices ---------------------------------------------------------------------------------------------------------

CREATE TABLE practices.icb (
  code text PRIMARY KEY,
  name text NOT NULL,
  source text NOT NULL, source_ref text NOT NULL, as_of timestamptz(3) NOT NULL,
  changed_at timestamptz(3) NOT NULL DEFAULT now(), pass_id bigint NOT NULL, removed_at timestamptz(3)
);

CREATE TABLE practices.sub_icb_location (
  code text PRIMARY KEY,
  name text NOT NULL,
  icb_code text,
  source text NOT NULL, source_ref text NOT NULL, as_of timestamptz(3) NOT NULL,
  changed_at timestamptz(3) NOT NULL DEFAULT now(), pass_id bigint NOT NULL, removed_at timestamptz(3)
);
CREATE INDEX sub_icb_location_icb_code_idx ON practices.sub_icb_location (icb_code);

CREATE TABLE practices.pcn (
  ods_code text PRIMARY KEY,
  name text NOT NULL,
  opened_on date,
  closed_on date,
  source text NOT NULL, source_ref text NOT NULL, as_of timestamptz(3) NOT NULL,
  changed_at timestamptz(3) NOT NULL DEFAULT now(), pass_id bigint NOT NULL, removed_at timestamptz(3)
);

CREATE TABLE practices.practice (
  ods_code text PRIMARY KEY,
  name text NOT NULL,
  status text,
  address_lines text[],
  postcode text,
  opened_on date,
  closed_on date,
  sub_icb_location_code text,
  icb_code text,
  clinical_system text,
  source text NOT NULL, source_ref text NOT NULL, as_of timestamptz(3) NOT NULL,
  changed_at timestamptz(3) NOT NULL DEFAULT now(), pass_id bigint NOT NULL, removed_at timestamptz(3)
);
CREATE INDEX practice_name_idx ON practices.practice (name, ods_code);
CREATE INDEX practice_icb_code_idx ON practices.practice (icb_code);
CREATE INDEX practice_sub_icb_location_code_idx ON practices.practice (sub_icb_location_code);

CREATE TABLE practices.pcn_membership (
  id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
  practice_ods_code text NOT NULL,
  pcn_ods_code text NOT NULL,
  starts_on date,
  ends_on date,
  source text NOT NULL, source_ref text NOT NULL, as_of timestamptz(3) NOT NULL,
  changed_at timestamptz(3) NOT NULL DEFAULT now(), pass_id bigint NOT NULL, removed_at timestamptz(3),
  UNIQUE (source, source_ref)
);
CREATE INDEX pcn_membership_practice_idx ON practices.pcn_membership (practice_ods_code);
CREATE INDEX pcn_membership_pcn_idx ON practices.pcn_membership (pcn_ods_code);

CREATE TABLE practices.registered_patients (
  practice_ods_code text NOT NULL,
  counted_on date NOT NULL,
  patients integer NOT NULL,
  source text NOT NULL, source_ref text NOT NULL, as_of timestamptz(3) NOT NULL,
  changed_at timestamptz(3) NOT NULL DEFAULT now(), pass_id bigint NOT NULL, removed_at timestamptz(3),
  PRIMARY KEY (practice_ods_code, counted_on)
);

CREATE TABLE practices.site (
  id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
  code text NOT NULL UNIQUE,
  organisation_code text NOT NULL,
  name text NOT NULL,
  kind text NOT NULL,
  delivery_modes text[] NOT NULL,
  address_lines text[] NOT NULL,
  postcode text,
  source text NOT NULL, source_ref text NOT NULL, as_of timestamptz(3) NOT NULL,
  changed_at timestamptz(3) NOT NULL DEFAULT now(), pass_id bigint NOT NULL, removed_at timestamptz(3)
);
CREATE INDEX site_organisation_code_idx ON practices.site (organisation_code);

-- What each stream says of an organisation, a site or a count. The rows above are made of these: the newest that gives
-- a field wins it, and what its last stream took back is gone.
CREATE TABLE practices.source_record (
  entity text NOT NULL,
  key text NOT NULL,
  source text NOT NULL,
  stream text NOT NULL,
  source_ref text NOT NULL,
  fields jsonb NOT NULL,
  as_of timestamptz(3) NOT NULL,
  pass_id bigint NOT NULL,
  removed_at timestamptz(3),
  PRIMARY KEY (entity, key, source, stream)
);
CREATE INDEX source_record_source_idx ON practices.source_record (source, stream, entity);

-- workforce ---------------------------------------------------------------------------------------------------------

CREATE TABLE workforce.staff_member (
  id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
  given_name text NOT NULL,
  family_name text NOT NULL,
  work_email text,
  skills text[] NOT NULL,
  source text NOT NULL, source_ref text NOT NULL, as_of timestamptz(3) NOT NULL,
  changed_at timestamptz(3) NOT NULL DEFAULT now(), pass_id bigint NOT NULL, removed_at timestamptz(3)
);
CREATE INDEX staff_member_name_idx ON workforce.staff_member (family_name, given_name, id);

-- What each stream says of a person. A staff member is made of these: the newest that gives a field wins it.
CREATE TABLE workforce.source_record (
  source text NOT NULL,
  source_ref text NOT NULL,
  stream text NOT NULL,
  staff_id uuid NOT NULL REFERENCES workforce.staff_member (id) ON DELETE CASCADE,
  keys text[] NOT NULL,
  fields jsonb NOT NULL,
  as_of timestamptz(3) NOT NULL,
  pass_id bigint NOT NULL,
  removed_at timestamptz(3),
  PRIMARY KEY (source, stream, source_ref)
);
CREATE INDEX source_record_staff_id_idx ON workforce.source_record (staff_id);

CREATE TABLE workforce.staff_key (
  key text PRIMARY KEY,
  staff_id uuid NOT NULL REFERENCES workforce.staff_member (id) ON DELETE CASCADE,
  source text NOT NULL,
  source_ref text NOT NULL
);
CREATE INDEX staff_key_staff_id_idx ON workforce.staff_key (staff_id);

CREATE TABLE workforce.registration (
  id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
  staff_id uuid NOT NULL REFERENCES workforce.staff_member (id) ON DELETE CASCADE,
  regulator text NOT NULL,
  number text NOT NULL,
  source text NOT NULL,
  UNIQUE (regulator, number)
);
CREATE INDEX registration_staff_id_idx ON workforce.registration (staff_id);

CREATE TABLE workforce.engagement (
  id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
  staff_id uuid,
  staff_key text NOT NULL,
  organisation_code text NOT NULL,
  kind text NOT NULL,
  role text NOT NULL,
  role_as_sent text,
  contracted_minutes_per_week integer,
  starts_on date,
  ends_on date,
  source text NOT NULL, source_ref text NOT NULL, as_of timestamptz(3) NOT NULL,
  changed_at timestamptz(3) NOT NULL DEFAULT now(), pass_id bigint NOT NULL, removed_at timestamptz(3),
  UNIQUE (source, source_ref)
);
CREATE INDEX engagement_staff_id_idx ON workforce.engagement (staff_id);
CREATE INDEX engagement_organisation_code_idx ON workforce.engagement (organisation_code);
CREATE INDEX engagement_staff_key_idx ON workforce.engagement (staff_key) WHERE staff_id IS NULL;

CREATE TABLE workforce.credential (
  id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
  staff_id uuid,
  staff_key text NOT NULL,
  kind text NOT NULL,
  expires_on date,
  source text NOT NULL, source_ref text NOT NULL, as_of timestamptz(3) NOT NULL,
  changed_at timestamptz(3) NOT NULL DEFAULT now(), pass_id bigint NOT NULL, removed_at timestamptz(3),
  UNIQUE (source, source_ref)
);
CREATE INDEX credential_staff_id_idx ON workforce.credential (staff_id);
CREATE INDEX credential_staff_key_idx ON workforce.credential (staff_key) WHERE staff_id IS NULL;

CREATE TABLE workforce.bank_membership (
  id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
  staff_id uuid,
  staff_key text NOT NULL,
  bank_code text NOT NULL,
  starts_on date,
  ends_on date,
  source text NOT NULL, source_ref text NOT NULL, as_of timestamptz(3) NOT NULL,
  changed_at timestamptz(3) NOT NULL DEFAULT now(), pass_id bigint NOT NULL, removed_at timestamptz(3),
  UNIQUE (source, source_ref)
);
CREATE INDEX bank_membership_staff_id_idx ON workforce.bank_membership (staff_id);
CREATE INDEX bank_membership_bank_code_idx ON workforce.bank_membership (bank_code);
CREATE INDEX bank_membership_staff_key_idx ON workforce.bank_membership (staff_key) WHERE staff_id IS NULL;

CREATE TABLE workforce.leave (
  id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
  staff_id uuid,
  staff_key text NOT NULL,
  kind text NOT NULL,
  starts_at timestamptz(3) NOT NULL,
  ends_at timestamptz(3) NOT NULL,
  all_day boolean NOT NULL,
  source text NOT NULL, source_ref text NOT NULL, as_of timestamptz(3) NOT NULL,
  changed_at timestamptz(3) NOT NULL DEFAULT now(), pass_id bigint NOT NULL, removed_at timestamptz(3),
  UNIQUE (source, source_ref)
);
CREATE INDEX leave_staff_id_idx ON workforce.leave (staff_id, starts_at);
CREATE INDEX leave_staff_key_idx ON workforce.leave (staff_key) WHERE staff_id IS NULL;

-- rota --------------------------------------------------------------------------------------------------------------

CREATE TABLE rota.shift (
  id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
  organisation_code text NOT NULL,
  site_code text,
  role text NOT NULL,
  role_as_sent text,
  skills_needed text[] NOT NULL,
  delivery_mode text NOT NULL,
  starts_at timestamptz(3) NOT NULL,
  ends_at timestamptz(3) NOT NULL,
  unpaid_break_minutes integer NOT NULL,
  status text NOT NULL,
  source text NOT NULL, source_ref text NOT NULL, as_of timestamptz(3) NOT NULL,
  changed_at timestamptz(3) NOT NULL DEFAULT now(), pass_id bigint NOT NULL, removed_at timestamptz(3),
  UNIQUE (source, source_ref)
);
CREATE INDEX shift_starts_at_idx ON rota.shift (starts_at, id);
CREATE INDEX shift_organisation_starts_at_idx ON rota.shift (organisation_code, starts_at);

-- The person on a shift. A shift that came from an upstream has at most one confirmed booking, written with it.
CREATE TABLE rota.booking (
  id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
  shift_id uuid NOT NULL UNIQUE REFERENCES rota.shift (id) ON DELETE CASCADE,
  staff_id uuid,
  staff_key text NOT NULL,
  status text NOT NULL,
  fill_source text,
  fill_source_stated boolean NOT NULL,
  changed_at timestamptz(3) NOT NULL DEFAULT now()
);
CREATE INDEX booking_staff_id_idx ON rota.booking (staff_id);
CREATE INDEX booking_staff_key_idx ON rota.booking (staff_key) WHERE staff_id IS NULL;

-- Who was on a shift and is not any more, so that their calendar can say so. Kept by the trigger: whoever writes a
-- booking, nobody's shift leaves their calendar without a word.
CREATE TABLE rota.former_booking (
  shift_id uuid NOT NULL REFERENCES rota.shift (id) ON DELETE CASCADE,
  staff_id uuid NOT NULL,
  ended_at timestamptz(3) NOT NULL,
  PRIMARY KEY (shift_id, staff_id)
);
CREATE INDEX former_booking_staff_id_idx ON rota.former_booking (staff_id);

CREATE FUNCTION rota.remember_former_booking() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF TG_OP <> 'INSERT' AND OLD.staff_id IS NOT NULL AND (TG_OP = 'DELETE' OR NEW.staff_id IS DISTINCT FROM OLD.staff_id) THEN
    -- The shift is looked up, because a booking also goes when its shift does.
    INSERT INTO rota.former_booking (shift_id, staff_id, ended_at)
    SELECT s.id, OLD.staff_id, greatest(s.changed_at, OLD.changed_at, NEW.changed_at) FROM rota.shift s WHERE s.id = OLD.shift_id
    ON CONFLICT (shift_id, staff_id) DO UPDATE SET ended_at = EXCLUDED.ended_at;
  END IF;
  IF TG_OP <> 'DELETE' AND NEW.staff_id IS NOT NULL THEN
    DELETE FROM rota.former_booking WHERE shift_id = NEW.shift_id AND staff_id = NEW.staff_id;
  END IF;
  RETURN NULL;
END $$;
CREATE TRIGGER booking_remembers_former AFTER INSERT OR DELETE OR UPDATE OF staff_id ON rota.booking
FOR EACH ROW EXECUTE FUNCTION rota.remember_former_booking();

CREATE TABLE rota.calendar_feed (
  id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
  staff_id uuid NOT NULL,
  label text NOT NULL,
  token_hash text NOT NULL UNIQUE,
  created_at timestamptz(3) NOT NULL DEFAULT now(),
  revoked_at timestamptz(3),
  last_fetched_at timestamptz(3),
  last_fetched_by text
);
CREATE INDEX calendar_feed_staff_id_idx ON rota.calendar_feed (staff_id);

-- platform ----------------------------------------------------------------------------------------------------------

CREATE TABLE platform.upstream (
  id text PRIMARY KEY,
  adapter text NOT NULL,
  title text NOT NULL,
  organisation_codes text[] NOT NULL
);

CREATE TABLE platform.sync_stream (
  upstream text NOT NULL,
  stream text NOT NULL,
  entity text NOT NULL,
  cursor jsonb,
  open_pass_id bigint,
  last_attempt_at timestamptz(3),
  last_success_at timestamptz(3),
  as_of timestamptz(3),
  last_problem_code text,
  PRIMARY KEY (upstream, stream)
);

-- One pass over one stream. Its id marks each row that it saw, which is how a row that is gone is known.
CREATE TABLE platform.sync_run (
  id bigserial PRIMARY KEY,
  upstream text NOT NULL,
  stream text NOT NULL,
  entity text NOT NULL,
  status text NOT NULL,
  window_from timestamptz(3) NOT NULL,
  window_to timestamptz(3) NOT NULL,
  started_at timestamptz(3) NOT NULL,
  finished_at timestamptz(3),
  received integer NOT NULL DEFAULT 0,
  kept integer NOT NULL DEFAULT 0,
  skipped integer NOT NULL DEFAULT 0,
  quarantined integer NOT NULL DEFAULT 0,
  quarantined_without_ref integer NOT NULL DEFAULT 0,
  removed integer NOT NULL DEFAULT 0,
  held integer NOT NULL DEFAULT 0,
  held_because text,
  as_of timestamptz(3),
  skipped_reasons jsonb NOT NULL DEFAULT '{}',
  problem_code text,
  problem text
);
CREATE INDEX sync_run_stream_idx ON platform.sync_run (upstream, stream, id);

-- Where an upstream record is wrong, and how. Never what it holds: that stays upstream.
CREATE TABLE platform.quarantine (
  id bigserial PRIMARY KEY,
  run_id bigint NOT NULL REFERENCES platform.sync_run (id) ON DELETE CASCADE,
  upstream text NOT NULL,
  stream text NOT NULL,
  entity text NOT NULL,
  source_ref text,
  location text NOT NULL,
  problems jsonb NOT NULL,
  created_at timestamptz(3) NOT NULL DEFAULT now()
);
CREATE INDEX quarantine_run_idx ON platform.quarantine (run_id);

CREATE TABLE platform.audit (
  id bigserial PRIMARY KEY,
  at timestamptz(3) NOT NULL DEFAULT now(),
  actor text NOT NULL,
  action text NOT NULL,
  subject text NOT NULL,
  request_id text
);
CREATE INDEX audit_subject_idx ON platform.audit (subject, id);

-- Published views: the only way from one owner to another -----------------------------------------------------------

-- practices publishes who belongs to whom now. An organisation belongs to itself.
CREATE VIEW practices.current_membership AS
SELECT DISTINCT ON (practice_ods_code) practice_ods_code, pcn_ods_code, starts_on, as_of
FROM practices.pcn_membership
WHERE removed_at IS NULL AND ends_on IS NULL
ORDER BY practice_ods_code, as_of DESC, starts_on DESC NULLS LAST, pcn_ods_code;

CREATE VIEW practices.organisation_within AS
SELECT ods_code AS ancestor, ods_code AS organisation_code FROM practices.practice
UNION ALL SELECT ods_code, ods_code FROM practices.pcn
UNION ALL SELECT pcn_ods_code, practice_ods_code FROM practices.current_membership
UNION ALL SELECT icb_code, ods_code FROM practices.practice WHERE icb_code IS NOT NULL
UNION ALL SELECT sub_icb_location_code, ods_code FROM practices.practice WHERE sub_icb_location_code IS NOT NULL
UNION ALL SELECT DISTINCT p.icb_code, m.pcn_ods_code
  FROM practices.current_membership m JOIN practices.practice p ON p.ods_code = m.practice_ods_code
  WHERE p.icb_code IS NOT NULL;

-- A place that is gone keeps its last words, for the shifts that were there.
CREATE VIEW practices.place_directory AS
SELECT s.code AS site_code, s.id AS site_id, s.name AS site_name, s.organisation_code, s.kind, s.address_lines, s.postcode, s.changed_at
FROM practices.site s;

CREATE VIEW practices.organisation_directory AS
SELECT ods_code AS code, 'PRACTICE' AS kind, name, changed_at FROM practices.practice
UNION ALL SELECT ods_code, 'PCN', name, changed_at FROM practices.pcn;

-- workforce publishes who a key means, and where a person is engaged or may be asked to work.
CREATE VIEW workforce.known_key AS SELECT key, staff_id FROM workforce.staff_key;

CREATE VIEW workforce.works_for AS
SELECT staff_id, organisation_code, kind, role, starts_on, ends_on
FROM workforce.engagement WHERE staff_id IS NOT NULL AND removed_at IS NULL
UNION ALL
SELECT staff_id, bank_code, 'BANK', NULL, starts_on, ends_on
FROM workforce.bank_membership WHERE staff_id IS NOT NULL AND removed_at IS NULL;

CREATE VIEW workforce.leave_calendar AS
SELECT id, staff_id, kind, starts_at, ends_at, all_day, changed_at, removed_at
FROM workforce.leave WHERE staff_id IS NOT NULL;

-- rota publishes who worked where, so that workforce can show a practice the people who come to it.
CREATE VIEW rota.worked_at AS
SELECT DISTINCT b.staff_id, s.organisation_code
FROM rota.booking b JOIN rota.shift s ON s.id = b.shift_id
WHERE b.staff_id IS NOT NULL AND s.removed_at IS NULL;

-- platform publishes which upstream an organisation uses and how fresh it is.
CREATE VIEW platform.upstream_freshness AS
SELECT u.id AS upstream, u.adapter, u.title, code AS organisation_code,
  array_agg(DISTINCT s.entity ORDER BY s.entity) AS entities,
  min(s.last_success_at) AS last_success_at, min(s.as_of) AS as_of,
  max(s.last_problem_code) AS problem_code
FROM platform.upstream u
CROSS JOIN LATERAL unnest(u.organisation_codes) AS code
JOIN platform.sync_stream s ON s.upstream = u.id
GROUP BY u.id, u.adapter, u.title, code;
