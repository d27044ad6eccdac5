/** What a row of a list in NWRS terms means. Pure. */
import { z } from 'zod';
import type { Canonical } from '../../schema/domain/canonical.ts';
import { JOB_ROLES } from '../../schema/domain/codes.ts';
import type { EngagementKind } from '../../schema/domain/values.ts';
import { invalid, kindOf, type Skipped, skip } from '../contract.ts';
import { dayAfterIn, dayIn, minutesPerWeek, registrationIn } from '../staff-cells.ts';
import type { NwrsRow } from './wire.ts';

export function toStaffMember(row: NwrsRow): Canonical['staffMember'] | Skipped {
  if (row.repeat) return skip('a person whom an earlier row gave');
  const { cells } = row;
  const registration = registrationOf(row);
  return {
    keys: [...new Set([staffKeyOf(row), ...emailKeyOf(row), ...(registration ? [registrationKey(registration)] : [])])],
    givenName: cells.givenName,
    familyName: cells.familyName,
    workEmail: workEmailOf(row),
    registrations: registration ? [registration] : [],
    skills: [],
  };
}

type Registration = Canonical['staffMember']['registrations'][number];

const registrationKey = ({ regulator, number }: Registration) => `${regulator}:${number}`.toLowerCase();

function registrationOf({ cells, columns, regulator }: NwrsRow): Registration | null {
  if (cells.registrationNumber !== '' && cells.registrationBody !== '' && regulator === undefined) {
    throw invalid(columns.registrationBody, 'GMC, NMC, HCPC, GPhC or a body whose register is not kept', kindOf(cells.registrationBody));
  }
  return registrationIn(cells.registrationNumber, columns.registrationNumber, regulator);
}

/** The key that other records of the row go by: the number of the list, the address, else the registration. */
function staffKeyOf(row: NwrsRow): string {
  const { namespace, cells, columns } = row;
  if (cells.staffNumber !== '') return `payroll:${namespace}:${cells.staffNumber}`.toLowerCase();
  const [emailKey] = emailKeyOf(row);
  if (emailKey !== undefined) return emailKey;
  const registration = registrationOf(row);
  if (registration) return registrationKey(registration);
  throw invalid(columns.registrationNumber, 'a registration, or a staff number or work e-mail in its column: a name tells nobody apart', 'nothing');
}

function emailKeyOf(row: NwrsRow): readonly string[] {
  const address = workEmailOf(row);
  return address === null ? [] : [`work-email:${address}`];
}

const email = z.email();

function workEmailOf({ cells, columns }: NwrsRow): string | null {
  if (cells.workEmail === '') return null;
  const address = cells.workEmail.toLowerCase();
  if (!email.safeParse(address).success) throw invalid(columns.workEmail, 'an e-mail address', kindOf(address));
  return address;
}

export function toEngagement(row: NwrsRow): Canonical['engagement'] | Skipped {
  if (row.repeat) return skip('an engagement that an earlier row gave');
  if (row.role === null) return skip('a role that is not wanted');
  if (row.kind === null) return skip('terms that are not wanted');
  const { cells, columns, dateOrder } = row;
  const role = roleOf(row);
  const kind = kindOfEngagement(row);
  if (row.organisationCode === undefined)
    throw invalid(columns.organisation, 'an ODS code, or a name that the setting organisations maps', kindOf(cells.organisation));
  return {
    staffKey: staffKeyOf(row),
    organisationCode: row.organisationCode,
    kind,
    role,
    roleAsSent: cells.detailedRole,
    contractedMinutesPerWeek: hasFixedHours(kind) ? weekOf(row) : null,
    startsOn: dayIn(cells.startDate, columns.startDate, dateOrder),
    endsOn: dayAfterIn(cells.endDate, columns.endDate, dateOrder),
  };
}

function roleOf({ role, roleIsOwn, staffGroup, cells, columns }: NwrsRow): NonNullable<NwrsRow['role']> {
  if (!role) throw invalid(columns.detailedRole, 'a known role, or one that the setting roles maps', kindOf(cells.detailedRole));
  if (cells.staffGroup === '') return role;
  if (staffGroup === undefined) throw invalid(columns.staffGroup, 'a staff group of NWRS', kindOf(cells.staffGroup));
  // A director may work as something else as well, and the settings say as what.
  const given = staffGroup === 'DIRECTOR' && roleIsOwn;
  if (!given && staffGroup !== JOB_ROLES[role].staffGroup) throw invalid(columns.staffGroup, 'the group of the role', 'another');
  return role;
}

function kindOfEngagement({ kind, cells, columns }: NwrsRow): EngagementKind {
  if (kind) return kind;
  throw invalid(columns.contractType, 'known terms, or words that the setting engagementKinds maps', kindOf(cells.contractType));
}

const hasFixedHours = (kind: EngagementKind) => kind !== 'BANK' && kind !== 'LOCUM' && kind !== 'AGENCY';

function weekOf({ cells, columns }: NwrsRow): number | null {
  return minutesPerWeek({
    hours: { text: cells.hoursPerWeek, column: columns.hoursPerWeek },
    fte: { text: cells.fte, column: columns.fte },
    sessions: { text: '', column: '', minutes: 0 },
  });
}
