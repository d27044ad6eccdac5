/**
 * A network of three practices and a stranger outside it, with one person of each sort: the smallest world in which
 * every access rule tells something apart. Rows are written as a sync would leave them.
 */
import type { Database } from '../../platform/db.ts';
import type { Actor } from '../../schema/domain/actor.ts';

type Row = Readonly<Record<string, unknown>>;

/** Inserts rows that all have the same columns. */
export async function insert(database: Database, table: string, rows: readonly Row[]): Promise<void> {
  const columns = Object.keys(rows[0] ?? {}).join(', ');
  if (columns === '') return;
  await database.query(`INSERT INTO ${table} (${columns}) SELECT ${columns} FROM jsonb_populate_recordset(NULL::${table}, $1::jsonb)`, [JSON.stringify(rows)]);
}

export const CHANGED_AT = '2026-10-01T08:00:00.000Z';

/** Where a row came from. */
export const from = (source: string, ref: string): Row => ({ source, source_ref: ref, as_of: '2026-10-01T09:00:00Z', changed_at: CHANGED_AT, pass_id: 1 });

const uuid = (kind: number, number: number) => `${String(kind).padStart(8, '0')}-0000-4000-8000-${String(number).padStart(12, '0')}`;

export const PEOPLE = {
  /** Salaried GP at Alderbrook, and in the network's bank. */
  alderGp: uuid(1, 1),
  /** Practice nurse at Alderbrook. */
  alderNurse: uuid(1, 2),
  /** GP partner at Birchwood. */
  birchGp: uuid(1, 3),
  /** Pharmacist whom the network employs. */
  pharmacist: uuid(1, 4),
  /** GP of the practice outside. */
  strangerGp: uuid(1, 5),
} as const;
export type PersonName = keyof typeof PEOPLE;

const NAMES: Readonly<Record<PersonName, readonly [string, string]>> = {
  alderGp: ['Adaeze', 'Quillfeather'],
  alderNurse: ['Bram', 'Thistlewhistle'],
  birchGp: ['Celandine', 'Ombersley'],
  pharmacist: ['Dov', 'Larkmeadow'],
  strangerGp: ['Esme', 'Vandersloot'],
};

/** Every name of every person: none of them may reach a caller who may not know who is who. */
export const ALL_NAMES: readonly string[] = Object.values(NAMES).flat();

export const emailOf = (person: PersonName) => `${NAMES[person].join('.').toLowerCase()}@example.nhs.invalid`;

const actor = (subject: string, person: PersonName | null, ...grants: Actor['grants']): Actor => ({
  subject,
  staffKey: person && `work-email:${emailOf(person)}`,
  grants,
});

/** Who may ask, by the token that they bring. */
export const ACTORS = {
  alderGp: actor('alder-gp', 'alderGp', { role: 'CLINICIAN', organisation: null }),
  birchGp: actor('birch-gp', 'birchGp', { role: 'CLINICIAN', organisation: null }),
  alderManager: actor('alder-manager', null, { role: 'PRACTICE_MANAGER', organisation: 'Z99001' }),
  coordinator: actor('coordinator', null, { role: 'PCN_COORDINATOR', organisation: 'U99999' }),
  analyst: actor('analyst', null, { role: 'ICS_ANALYST', organisation: 'QZZ' }),
  otherAnalyst: actor('other-analyst', null, { role: 'ICS_ANALYST', organisation: 'QZZ' }),
  /** An analyst who also works: knows themselves by name, and nobody else. */
  workingAnalyst: actor('working-analyst', 'birchGp', { role: 'ICS_ANALYST', organisation: 'QZZ' }, { role: 'CLINICIAN', organisation: null }),
  service: actor('service', null, { role: 'SERVICE', organisation: null }),
  nobody: actor('nobody', null, { role: 'CLINICIAN', organisation: null }),
} as const satisfies Record<string, Actor>;
export type ActorName = keyof typeof ACTORS;

const practice = (odsCode: string, name: string, icb: string): Row => ({
  ods_code: odsCode,
  name,
  status: 'ACTIVE',
  address_lines: ['1 Mill Lane', 'Brackenford'],
  postcode: 'ZZ99 1AA',
  icb_code: icb,
  sub_icb_location_code: icb === 'QZZ' ? 'Z99' : null,
  ...from('ods', odsCode),
});

const member = (odsCode: string): Row => ({ practice_ods_code: odsCode, pcn_ods_code: 'U99999', starts_on: '2020-04-01', ...from('ods', `${odsCode}-U99999`) });

const site = (number: number, code: string, organisation: string, name: string): Row => ({
  id: uuid(2, number),
  code,
  organisation_code: organisation,
  name,
  kind: code.endsWith('HUB') ? 'ACCESS_HUB' : 'PRACTICE_SITE',
  delivery_modes: ['ON_SITE', 'TELEPHONE'],
  address_lines: [`${number} Mill Lane`, 'Brackenford'],
  postcode: `ZZ99 ${number}AA`,
  ...from('sites', code),
});

const engagement = (person: PersonName, organisation: string, kind: string, role: string, minutes: number | null): Row => ({
  staff_id: PEOPLE[person],
  staff_key: `work-email:${emailOf(person)}`,
  organisation_code: organisation,
  kind,
  role,
  contracted_minutes_per_week: minutes,
  starts_on: '2022-04-01',
  ...from('esr', `${person}-${organisation}`),
});

/** Organisations, sites, people and the terms on which they work. No shift yet. */
export async function fillSmallNetwork(database: Database): Promise<void> {
  await insert(database, 'practices.icb', [
    { code: 'QZZ', name: 'NHS Brackenshire ICB', ...from('ods', 'QZZ') },
    { code: 'QYY', name: 'NHS Elsewhere ICB', ...from('ods', 'QYY') },
  ]);
  await insert(database, 'practices.sub_icb_location', [{ code: 'Z99', name: 'Brackenshire Z99', icb_code: 'QZZ', ...from('ods', 'Z99') }]);
  await insert(database, 'practices.pcn', [{ ods_code: 'U99999', name: 'Brackenford PCN', ...from('ods', 'U99999') }]);
  await insert(database, 'practices.practice', [
    practice('Z99001', 'Alderbrook Surgery', 'QZZ'),
    practice('Z99002', 'Birchwood Medical Centre', 'QZZ'),
    practice('Z99003', 'Cedar Lane Practice', 'QZZ'),
    practice('Z98001', 'Outlying Surgery', 'QYY'),
  ]);
  await insert(database, 'practices.pcn_membership', ['Z99001', 'Z99002', 'Z99003'].map(member));
  await insert(database, 'practices.site', [
    site(1, 'Z99001', 'Z99001', 'Alderbrook Surgery'),
    site(2, 'Z99002', 'Z99002', 'Birchwood Medical Centre'),
    site(3, 'U99999-HUB', 'U99999', 'Brackenford Access Hub'),
    site(4, 'Z98001', 'Z98001', 'Outlying Surgery'),
  ]);
  const people = Object.keys(PEOPLE) as PersonName[];
  await insert(
    database,
    'workforce.staff_member',
    people.map((person) => ({
      id: PEOPLE[person],
      given_name: NAMES[person][0],
      family_name: NAMES[person][1],
      work_email: emailOf(person),
      skills: ['spirometry'],
      ...from('esr', person),
    })),
  );
  await insert(
    database,
    'workforce.staff_key',
    people.map((person) => ({ key: `work-email:${emailOf(person)}`, staff_id: PEOPLE[person], source: 'esr', source_ref: person })),
  );
  await insert(
    database,
    'workforce.registration',
    people.map((person, index) => ({ id: uuid(3, index), staff_id: PEOPLE[person], regulator: 'GMC', number: `900000${index}`, source: 'esr' })),
  );
  await insert(database, 'workforce.engagement', [
    engagement('alderGp', 'Z99001', 'SALARIED', 'GENERAL_PRACTITIONER', 1800),
    engagement('alderNurse', 'Z99001', 'SALARIED', 'PRACTICE_NURSE', 2250),
    engagement('birchGp', 'Z99002', 'PARTNER', 'GENERAL_PRACTITIONER', 2250),
    engagement('pharmacist', 'U99999', 'ARRS', 'PHARMACIST', 2250),
    engagement('strangerGp', 'Z98001', 'SALARIED', 'GENERAL_PRACTITIONER', 2250),
  ]);
  await insert(database, 'workforce.bank_membership', [
    { staff_id: PEOPLE.alderGp, staff_key: `work-email:${emailOf('alderGp')}`, bank_code: 'U99999', ...from('esr', 'alderGp-bank') },
  ]);
  await insert(
    database,
    'workforce.credential',
    people.map((person) => ({
      staff_id: PEOPLE[person],
      staff_key: `work-email:${emailOf(person)}`,
      kind: 'DBS',
      expires_on: '2027-04-01',
      ...from('esr', `${person}-dbs`),
    })),
  );
  await insert(
    database,
    'workforce.leave',
    people.map((person, index) => ({
      id: uuid(4, index),
      staff_id: PEOPLE[person],
      staff_key: `work-email:${emailOf(person)}`,
      kind: 'ANNUAL',
      starts_at: '2026-12-21T00:00:00Z',
      ends_at: '2026-12-25T00:00:00Z',
      all_day: true,
      ...from('esr', `${person}-leave`),
    })),
  );
}

export interface TestShift {
  readonly organisation?: string;
  readonly site?: string | null;
  readonly role?: string;
  readonly mode?: string;
  readonly startsAt: string;
  readonly endsAt: string;
  readonly breakMinutes?: number;
  readonly status?: 'OPEN' | 'FILLED' | 'CANCELLED';
  readonly person?: PersonName | null;
  readonly fillSource?: string | null;
  readonly changedAt?: string;
}

export const shiftId = (number: number) => uuid(9, number);

/** Writes shifts, numbered from `first`, and the bookings of those that have a person. */
export async function insertShifts(database: Database, shifts: readonly TestShift[], first = 1): Promise<void> {
  await insert(
    database,
    'rota.shift',
    shifts.map((shift, index) => ({
      id: shiftId(first + index),
      organisation_code: shift.organisation ?? 'Z99001',
      site_code: shift.site === undefined ? 'Z99001' : shift.site,
      role: shift.role ?? 'GENERAL_PRACTITIONER',
      role_as_sent: null,
      skills_needed: [],
      delivery_mode: shift.mode ?? 'ON_SITE',
      starts_at: shift.startsAt,
      ends_at: shift.endsAt,
      unpaid_break_minutes: shift.breakMinutes ?? 0,
      status: shift.status ?? (shift.person ? 'FILLED' : 'OPEN'),
      ...from('rota-alder', `shift-${first + index}`),
      changed_at: shift.changedAt ?? CHANGED_AT,
    })),
  );
  await insert(
    database,
    'rota.booking',
    shifts.flatMap((shift, index) =>
      shift.person
        ? [
            {
              id: uuid(8, first + index),
              shift_id: shiftId(first + index),
              staff_id: PEOPLE[shift.person],
              staff_key: `work-email:${emailOf(shift.person)}`,
              status: 'CONFIRMED',
              fill_source: shift.fillSource === undefined ? 'OWN' : shift.fillSource,
              fill_source_stated: false,
              changed_at: shift.changedAt ?? CHANGED_AT,
            },
          ]
        : [],
    ),
  );
}
