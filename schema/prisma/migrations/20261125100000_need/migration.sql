-- What is needed of an organisation: its patients by age and sex, its published workforce, and the days on which all is
-- shut. And the views that say who lies within whom, corrected.

CREATE TABLE practices.registered_patients_by_age (
  practice_ods_code text NOT NULL,
  counted_on date NOT NULL,
  sex text NOT NULL,
  age_from integer NOT NULL,
  age_below integer,
  patients integer NOT NULL,
  source text NOT NULL, source_ref text NOT NULL, as_of timestamptz(3) NOT NULL,
  changed_at timestamptz(3) NOT NULL DEFAULT now(), pass_id bigint NOT NULL, removed_at timestamptz(3),
  PRIMARY KEY (source, source_ref)
);
CREATE INDEX registered_patients_by_age_practice_idx ON practices.registered_patients_by_age (practice_ods_code, counted_on);

CREATE TABLE practices.published_workforce (
  pcn_ods_code text NOT NULL,
  counted_on date NOT NULL,
  staff_group text NOT NULL,
  role text NOT NULL,
  detailed_role text NOT NULL,
  job_role text,
  by_service_contract boolean NOT NULL,
  fte double precision NOT NULL,
  source text NOT NULL, source_ref text NOT NULL, as_of timestamptz(3) NOT NULL,
  changed_at timestamptz(3) NOT NULL DEFAULT now(), pass_id bigint NOT NULL, removed_at timestamptz(3),
  PRIMARY KEY (source, source_ref)
);
CREATE INDEX published_workforce_pcn_idx ON practices.published_workforce (pcn_ods_code, counted_on);

CREATE TABLE practices.bank_holiday (
  division text NOT NULL,
  day date NOT NULL,
  title text NOT NULL,
  substitute boolean NOT NULL,
  next_on date,
  source text NOT NULL, source_ref text NOT NULL, as_of timestamptz(3) NOT NULL,
  changed_at timestamptz(3) NOT NULL DEFAULT now(), pass_id bigint NOT NULL, removed_at timestamptz(3),
  PRIMARY KEY (division, day)
);

-- A membership lasts from the day that it starts up to and without the day that it ends, in London. One that is to end
-- lasts until then, and one that is to start does not count yet.
CREATE OR REPLACE VIEW practices.current_membership AS
SELECT DISTINCT ON (practice_ods_code) practice_ods_code, pcn_ods_code, starts_on, as_of
FROM practices.pcn_membership
WHERE removed_at IS NULL
  AND (starts_on IS NULL OR starts_on <= (now() AT TIME ZONE 'Europe/London')::date)
  AND (ends_on IS NULL OR ends_on > (now() AT TIME ZONE 'Europe/London')::date)
ORDER BY practice_ods_code, as_of DESC, starts_on DESC NULLS LAST, pcn_ods_code;

-- A practice that is gone lies within no network, sub-ICB location or ICB, and so places no network. Each organisation
-- stays within itself, so that those who work there still reach their own records.
CREATE OR REPLACE VIEW practices.organisation_within AS
SELECT ods_code AS ancestor, ods_code AS organisation_code FROM practices.practice
UNION ALL SELECT ods_code, ods_code FROM practices.pcn
UNION ALL SELECT m.pcn_ods_code, m.practice_ods_code
  FROM practices.current_membership m
  WHERE NOT EXISTS (SELECT FROM practices.practice p WHERE p.ods_code = m.practice_ods_code AND p.removed_at IS NOT NULL)
UNION ALL SELECT icb_code, ods_code FROM practices.practice WHERE icb_code IS NOT NULL AND removed_at IS NULL
UNION ALL SELECT sub_icb_location_code, ods_code FROM practices.practice WHERE sub_icb_location_code IS NOT NULL AND removed_at IS NULL
UNION ALL SELECT DISTINCT p.icb_code, m.pcn_ods_code
  FROM practices.current_membership m JOIN practices.practice p ON p.ods_code = m.practice_ods_code
  WHERE p.icb_code IS NOT NULL AND p.removed_at IS NULL;

-- One that is gone keeps its name, for the shifts that were there, and says that it is gone.
CREATE OR REPLACE VIEW practices.organisation_directory AS
SELECT ods_code AS code, 'PRACTICE' AS kind, name, changed_at, removed_at FROM practices.practice
UNION ALL SELECT ods_code, 'PCN', name, changed_at, removed_at FROM practices.pcn;
