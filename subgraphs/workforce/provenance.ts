/** Where fields of people and engagements came from, as far as the caller may know it. */
import { type ProvenanceArguments, type ProvenanceReach, provenanceOfRecords, provenanceOfRow } from '../../platform/graphql/provenance.ts';
import type { Engagement } from '../../schema/prisma/generated/client.ts';
import type { StaffAccess } from './access.ts';
import type { Loaders } from './loaders.ts';

/** Field of a person → the column that their records give it in. */
const STAFF_COLUMNS = { givenName: 'given_name', familyName: 'family_name', workEmail: 'work_email', registrations: 'registrations', skills: 'skills' };

const ENGAGEMENT_FIELDS = ['organisationCode', 'kind', 'role', 'roleAsSent', 'contractedMinutesPerWeek', 'startsOn', 'endsOn'];

export async function provenanceOfStaff(staffId: string, args: ProvenanceArguments, loaders: Loaders, access: StaffAccess) {
  const named = await access.may(access.scopes.names, staffId);
  const records = await loaders.staffRecords.load(staffId);
  const visible = named ? records : records.map((record) => ({ ...record, given: record.given.filter((column) => column === 'skills') }));
  const reach = named ? await sourcesWithinReach(staffId, records, loaders, access) : NOTHING_TOLD;
  return provenanceOfRecords(visible, STAFF_COLUMNS, args, loaders.staffReadings, reach, ['registrations']);
}

/** A payroll number in the reference would tell who it is. */
export async function provenanceOfEngagement(engagement: Engagement, args: ProvenanceArguments, loaders: Loaders, access: StaffAccess) {
  const { staffId } = engagement;
  const named = staffId !== null && (await access.may(access.scopes.names, staffId));
  return provenanceOfRow(engagement, ENGAGEMENT_FIELDS, args, loaders.engagementReadings, { ...NOTHING_TOLD, refs: named });
}

const NOTHING_TOLD: ProvenanceReach = { refs: false, source: () => false };

/**
 * That a system of another organisation knows the person as well would tell that they work there: told of one's own
 * records, and of systems that serve an organisation of the caller's.
 */
export async function sourcesWithinReach(
  staffId: string,
  records: readonly { readonly source: string }[],
  loaders: Loaders,
  { scopes: { names } }: StaffAccess,
): Promise<ProvenanceReach> {
  if (names.everything || names.staffId === staffId) return { refs: true, source: () => true };
  const sources = [...new Set(records.map(({ source }) => source))];
  const served = await Promise.all(sources.map((source) => loaders.organisationsOfUpstream.load(source)));
  const within = new Set(sources.filter((_, index) => served[index]?.some(({ code }) => names.organisationCodes.includes(code))));
  return { refs: true, source: (source) => within.has(source) };
}
