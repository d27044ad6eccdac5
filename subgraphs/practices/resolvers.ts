/** Where each answer of the practices subgraph is. Parents are rows; a reference from another subgraph is looked up. */
import type { Database } from '../../platform/db.ts';
import { ALL_TOLD, type ProvenanceArguments, provenanceOfRecords } from '../../platform/graphql/provenance.ts';
import { dayOf, recordSource } from '../../platform/graphql/record-source.ts';
import { scalars } from '../../platform/graphql/scalars.ts';
import type { Resolvers } from '../../platform/subgraph.ts';
import { scopeOf } from '../../policy/scope.ts';
import type { Division } from '../../schema/domain/bank-holiday.ts';
import { globalId, isUuid, keyOf, type NodeType, parseGlobalId } from '../../schema/domain/id.ts';
import type { KnownActor } from '../../schema/domain/known-actor.ts';
import { isStale, lastSuccessOf, minutesSince, newestOf, oldestOf, sourceState, streamState } from '../../schema/domain/source.ts';
import type { Day } from '../../schema/domain/time.ts';
import type { BankHoliday, Icb, Pcn, PcnMembership, Practice, RegisteredPatients, Site, SubIcbLocation } from '../../schema/prisma/generated/client.ts';
import { type BankHolidayPeriod, bankHolidaysWithin, isBankHoliday } from './bank-holidays.ts';
import { type PcnListArguments, type PracticeListArguments, pcnList, practiceList } from './lists.ts';
import type { Loaders } from './loaders.ts';
import { requestSync } from './operations/request-sync.ts';
import { publishedWorkforceOf } from './published-workforce.ts';
import { type SourceListArguments, type SourceRow, type StreamRow, showsSource, sourceList } from './sources.ts';

export interface PracticesContext {
  readonly actor: KnownActor;
  readonly database: Database;
  readonly loaders: Loaders;
  readonly now: () => Date;
  readonly requestId: string;
}

const MAX_PATIENT_COUNTS = 60;

/** A reference by either key: `{ id }` or `{ <natural key> }`. */
const keyIn = (type: NodeType, reference: { id?: string }, natural: string | undefined) => natural ?? keyOf(type, reference.id ?? '') ?? '';

const provenance = { source: recordSource };

/** Of a stream's last pass; nothing before the first. */
const COUNTS = ['received', 'kept', 'skipped', 'quarantined', 'removed', 'held'] as const;

/** Field of a practice → the column that its records give it in. */
const PRACTICE_COLUMNS = {
  ...{ odsCode: 'ods_code', name: 'name', status: 'status', addressLines: 'address_lines', postcode: 'postcode' },
  ...{ openedOn: 'opened_on', closedOn: 'closed_on', subIcbLocation: 'sub_icb_location_code', icb: 'icb_code', clinicalSystem: 'clinical_system' },
};

export const resolvers: Resolvers = {
  ...scalars,

  Query: {
    node: (_: unknown, { id }: { id: string }, { loaders }: PracticesContext) => findNode(id, loaders),
    practice: (_: unknown, { odsCode }: { odsCode: string }, { loaders }: PracticesContext) => loaders.practice.load(odsCode),
    practices: (_: unknown, args: PracticeListArguments, { loaders }: PracticesContext) =>
      loaders.lister.page(practiceList(args, null), null, (code) => loaders.practice.load(code)),
    pcn: (_: unknown, { odsCode }: { odsCode: string }, { loaders }: PracticesContext) => loaders.pcn.load(odsCode),
    pcns: (_: unknown, args: PcnListArguments, { loaders }: PracticesContext) => loaders.lister.page(pcnList(args), null, (code) => loaders.pcn.load(code)),
    icb: (_: unknown, { code }: { code: string }, { loaders }: PracticesContext) => loaders.icb.load(code),
    icbs: (_: unknown, __: unknown, { loaders }: PracticesContext) => loaders.allIcbs(),
    site: (_: unknown, { code }: { code: string }, { loaders }: PracticesContext) => loaders.siteByCode.load(code),
    sources: (_: unknown, args: SourceListArguments, { actor, loaders }: PracticesContext) =>
      loaders.lister.page(sourceList(args, scopeOf(actor, 'read sources')), null, (id) => loaders.source.load(id)),
    bankHolidays: async (_: unknown, args: BankHolidayPeriod, { loaders }: PracticesContext) =>
      bankHolidaysWithin(await loaders.bankHolidaysOf.load(args.division), args),
    isBankHoliday: async (_: unknown, { day, division }: { day: Day; division: Division }, { loaders }: PracticesContext) =>
      isBankHoliday(await loaders.bankHolidaysOf.load(division), day),
  },

  Mutation: {
    requestSync: (_: unknown, { input }: { input: unknown }, context: PracticesContext) => requestSync(context, input),
  },

  Node: { __resolveType: ({ id, __typename }: { id?: string; __typename?: string }) => __typename ?? parseGlobalId(id ?? '')?.type },

  IntegratedCareBoard: {
    __resolveReference: (ref: { id?: string; code?: string }, { loaders }: PracticesContext) => loaders.icb.load(keyIn('IntegratedCareBoard', ref, ref.code)),
    id: ({ code }: Icb) => globalId('IntegratedCareBoard', code),
    subIcbLocations: ({ code }: Icb, _: unknown, { loaders }: PracticesContext) => loaders.subIcbLocationsOfIcb.load(code),
    practices: ({ code }: Icb, args: PracticeListArguments, { loaders }: PracticesContext) =>
      loaders.lister.page(practiceList(args, 'p.icb_code'), code, (odsCode) => loaders.practice.load(odsCode)),
    registeredPatients: async ({ code }: Icb, _: unknown, { loaders }: PracticesContext) => (await loaders.patientsWithin.load(code))?.patients,
    ...provenance,
  },

  SubIcbLocation: {
    __resolveReference: (ref: { id?: string; code?: string }, { loaders }: PracticesContext) =>
      loaders.subIcbLocation.load(keyIn('SubIcbLocation', ref, ref.code)),
    id: ({ code }: SubIcbLocation) => globalId('SubIcbLocation', code),
    icb: ({ icbCode }: SubIcbLocation, _: unknown, { loaders }: PracticesContext) => icbCode && loaders.icb.load(icbCode),
    ...provenance,
  },

  PrimaryCareNetwork: {
    __resolveReference: (ref: { id?: string; odsCode?: string }, { loaders }: PracticesContext) =>
      loaders.pcn.load(keyIn('PrimaryCareNetwork', ref, ref.odsCode)),
    id: ({ odsCode }: Pcn) => globalId('PrimaryCareNetwork', odsCode),
    openedOn: ({ openedOn }: Pcn) => dayOf(openedOn),
    closedOn: ({ closedOn }: Pcn) => dayOf(closedOn),
    icbs: async ({ odsCode }: Pcn, _: unknown, { loaders }: PracticesContext) =>
      known(await loaders.icb.loadMany((await loaders.icbsOfPcn.load(odsCode)).map(({ icb }) => icb))),
    memberships: ({ odsCode }: Pcn, _: unknown, { loaders }: PracticesContext) => loaders.membershipsOfPcn.load(odsCode),
    practices: async ({ odsCode }: Pcn, _: unknown, { loaders }: PracticesContext) =>
      known(await loaders.practice.loadMany((await loaders.currentPracticesOf.load(odsCode)).map(({ practice }) => practice))),
    sites: ({ odsCode }: Pcn, _: unknown, { loaders }: PracticesContext) => loaders.sitesOf.load(odsCode),
    registeredPatients: async ({ odsCode }: Pcn, _: unknown, { loaders }: PracticesContext) => (await loaders.patientsWithin.load(odsCode))?.patients,
    publishedWorkforce: async ({ odsCode }: Pcn, { countedOn }: { countedOn?: Day | null }, { loaders }: PracticesContext) =>
      publishedWorkforceOf(await loaders.workforceOf.load(`${odsCode} ${countedOn ?? ''}`)),
    upstreamSystems: ({ odsCode }: Pcn, _: unknown, { loaders }: PracticesContext) => sourcesOf(odsCode, loaders),
    ...provenance,
  },

  PublishedRole: provenance,

  PcnMembership: {
    practice: ({ practiceOdsCode }: PcnMembership, _: unknown, { loaders }: PracticesContext) => loaders.practice.load(practiceOdsCode),
    pcn: ({ pcnOdsCode }: PcnMembership, _: unknown, { loaders }: PracticesContext) => loaders.pcn.load(pcnOdsCode),
    startsOn: ({ startsOn }: PcnMembership) => dayOf(startsOn),
    endsOn: ({ endsOn }: PcnMembership) => dayOf(endsOn),
    ...provenance,
  },

  Practice: {
    __resolveReference: (ref: { id?: string; odsCode?: string }, { loaders }: PracticesContext) => loaders.practice.load(keyIn('Practice', ref, ref.odsCode)),
    id: ({ odsCode }: Practice) => globalId('Practice', odsCode),
    openedOn: ({ openedOn }: Practice) => dayOf(openedOn),
    closedOn: ({ closedOn }: Practice) => dayOf(closedOn),
    subIcbLocation: ({ subIcbLocationCode }: Practice, _: unknown, { loaders }: PracticesContext) =>
      subIcbLocationCode && loaders.subIcbLocation.load(subIcbLocationCode),
    icb: ({ icbCode }: Practice, _: unknown, { loaders }: PracticesContext) => icbCode && loaders.icb.load(icbCode),
    pcn: async ({ odsCode }: Practice, _: unknown, { loaders }: PracticesContext) => {
      const current = await loaders.currentPcnOf.load(odsCode);
      return current && loaders.pcn.load(current.pcn);
    },
    pcnMemberships: ({ odsCode }: Practice, _: unknown, { loaders }: PracticesContext) => loaders.membershipsOfPractice.load(odsCode),
    sites: ({ odsCode }: Practice, _: unknown, { loaders }: PracticesContext) => loaders.sitesOf.load(odsCode),
    registeredPatients: async ({ odsCode }: Practice, { from, to }: { from?: string; to?: string }, { loaders }: PracticesContext) =>
      (await loaders.patientsOf.load(odsCode)).filter(({ countedOn }) => within(dayOf(countedOn), from, to)).slice(0, MAX_PATIENT_COUNTS),
    upstreamSystems: ({ odsCode }: Practice, _: unknown, { loaders }: PracticesContext) => sourcesOf(odsCode, loaders),
    provenance: async ({ odsCode }: Practice, args: ProvenanceArguments, { loaders }: PracticesContext) =>
      provenanceOfRecords(await loaders.practiceRecords.load(odsCode), PRACTICE_COLUMNS, args, loaders.practiceReadings, ALL_TOLD),
    ...provenance,
  },

  RegisteredPatients: {
    countedOn: ({ countedOn }: RegisteredPatients) => dayOf(countedOn),
    byAge: async ({ practiceOdsCode, countedOn }: RegisteredPatients, { sex }: { sex?: string | null }, { loaders }: PracticesContext) =>
      (await loaders.patientsByAgeOf.load(`${practiceOdsCode} ${dayOf(countedOn)}`)).filter((row) => !sex || row.sex === sex),
    ...provenance,
  },

  PatientsOfAge: provenance,

  BankHoliday: { day: ({ day }: BankHoliday) => dayOf(day), ...provenance },

  Site: {
    __resolveReference: (ref: { id?: string; code?: string }, { loaders }: PracticesContext) =>
      ref.code ? loaders.siteByCode.load(ref.code) : findSite(keyOf('Site', ref.id ?? ''), loaders),
    id: ({ id }: Site) => globalId('Site', id),
    practice: ({ organisationCode }: Site, _: unknown, { loaders }: PracticesContext) => loaders.practice.load(organisationCode),
    pcn: ({ organisationCode }: Site, _: unknown, { loaders }: PracticesContext) => loaders.pcn.load(organisationCode),
    ...provenance,
  },

  UpstreamSystem: {
    entities: async ({ id }: SourceRow, _: unknown, { loaders }: PracticesContext) =>
      [...new Set((await loaders.streamsOf.load(id)).map(({ entity }) => entity))].sort(),
    state: async ({ id, stoppedBecause }: SourceRow, _: unknown, { loaders, now }: PracticesContext) =>
      sourceState(await loaders.streamsOf.load(id), stoppedBecause, now()),
    stale: async ({ id, freshWithinMinutes }: SourceRow, _: unknown, { loaders, now }: PracticesContext) =>
      isStale(await loaders.streamsOf.load(id), freshWithinMinutes, now()),
    lastAttemptAt: async ({ id }: SourceRow, _: unknown, { loaders }: PracticesContext) =>
      newestOf((await loaders.streamsOf.load(id)).map((row) => row.lastAttemptAt)),
    lastSuccessAt: async ({ id }: SourceRow, _: unknown, { loaders }: PracticesContext) => lastSuccessOf(await loaders.streamsOf.load(id)),
    asOf: async ({ id }: SourceRow, _: unknown, { loaders }: PracticesContext) => oldestOf((await loaders.streamsOf.load(id)).map((row) => row.asOf)),
    dataAgeMinutes: async ({ id }: SourceRow, _: unknown, { loaders, now }: PracticesContext) =>
      minutesSince(oldestOf((await loaders.streamsOf.load(id)).map((row) => row.asOf)), now()),
    stoppedBecause: (source: SourceRow, _: unknown, { actor }: PracticesContext) => (maySeeHow(actor, source) ? source.stoppedBecause : null),
    problemCode: async (source: SourceRow, _: unknown, { actor, loaders }: PracticesContext) =>
      maySeeHow(actor, source) ? (await loaders.streamsOf.load(source.id)).find(({ problemCode }) => problemCode !== null)?.problemCode : null,
    streams: (source: SourceRow, _: unknown, { actor, loaders }: PracticesContext) => (maySeeHow(actor, source) ? loaders.streamsOf.load(source.id) : []),
  },

  SourceStream: {
    state: (row: StreamRow, _: unknown, { now }: PracticesContext) => streamState(row, now()),
    ...Object.fromEntries(COUNTS.map((count) => [count, (row: StreamRow) => row[count] ?? 0])),
  },
};

/** How fresh its values are is told to all who see them; how it is read and what is wrong, to those who may read sources. */
function maySeeHow(actor: KnownActor, source: SourceRow): boolean {
  return showsSource(scopeOf(actor, 'read sources'), source);
}

function known<Value>(values: readonly (Value | Error | null)[]): readonly Value[] {
  return values.filter((value): value is Value => value !== null && !(value instanceof Error));
}

function within(day: string | null, from: string | undefined, to: string | undefined): boolean {
  return day !== null && (!from || day >= from) && (!to || day < to);
}

function findSite(id: string | null, loaders: Loaders) {
  return id && isUuid(id) ? loaders.siteById.load(id) : null;
}

/** A record of ours is looked up; one of another owner is named, and its owner says whether it is there. */
async function findNode(id: string, loaders: Loaders) {
  const parsed = parseGlobalId(id);
  if (!parsed) return null;
  const { type, key } = parsed;
  const load = {
    IntegratedCareBoard: () => loaders.icb.load(key),
    SubIcbLocation: () => loaders.subIcbLocation.load(key),
    PrimaryCareNetwork: () => loaders.pcn.load(key),
    Practice: () => loaders.practice.load(key),
    Site: () => findSite(key, loaders),
    StaffMember: null,
    Shift: null,
    Leave: null,
    IdentityReview: null,
    CalendarFeed: null,
  }[type];
  if (!load) return { __typename: type, id };
  const row = await load();
  return row && { __typename: type, ...row };
}

async function sourcesOf(organisationCode: string, { sourcesOf: ids, source }: Loaders): Promise<readonly unknown[]> {
  return known(await source.loadMany((await ids.load(organisationCode)).map(({ id }) => id)));
}
