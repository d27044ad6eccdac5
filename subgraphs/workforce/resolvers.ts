/** Where each answer of the workforce subgraph is. Parents are rows that the caller was found to reach. */

import type { Database } from '../../platform/db.ts';
import type { ProvenanceArguments } from '../../platform/graphql/provenance.ts';
import { dayOf, recordSource, recordSourceWithoutRef } from '../../platform/graphql/record-source.ts';
import { scalars } from '../../platform/graphql/scalars.ts';
import type { Resolvers } from '../../platform/subgraph.ts';
import { JOB_ROLES, type JobRole } from '../../schema/domain/codes.ts';
import { globalId, isUuid, keyOf } from '../../schema/domain/id.ts';
import { BARS, explain } from '../../schema/domain/identity/score.ts';
import type { KnownActor } from '../../schema/domain/known-actor.ts';
import { currentEngagement, fteByStaffGroup, fteOf, isActiveOn } from '../../schema/domain/staff.ts';
import { londonDay } from '../../schema/domain/time.ts';
import type { BankMembership, Credential, Engagement, Leave, StaffMember } from '../../schema/prisma/generated/client.ts';
import type { StaffAccess } from './access.ts';
import { type ReviewListArguments, reviewList, type StaffListArguments, staffList } from './lists.ts';
import type { IdentityRecordRow, Loaders, PairKey, PairRow, ReviewRow } from './loaders.ts';
import { confirmIdentity } from './operations/confirm-identity.ts';
import { rejectIdentity } from './operations/reject-identity.ts';
import { splitIdentity } from './operations/split-identity.ts';
import { provenanceOfEngagement, provenanceOfStaff, sourcesWithinReach } from './provenance.ts';

export interface WorkforceContext {
  readonly actor: KnownActor;
  readonly database: Database;
  readonly loaders: Loaders;
  readonly access: StaffAccess;
  readonly now: () => Date;
  readonly requestId: string;
}

type Context = WorkforceContext;
const provenance = { source: recordSource };
const staffGroup = ({ role }: { role: string }) => JOB_ROLES[role as JobRole].staffGroup;

export const resolvers: Resolvers = {
  ...scalars,

  Query: {
    me: (_: unknown, __: unknown, { access, actor }: Context) => access.find(actor.staffId),
    staffMember: (_: unknown, { id }: { id: string }, { access }: Context) => access.find(access.staffIdIn(id)),
    staff: (_: unknown, args: StaffListArguments, { access, loaders }: Context) =>
      loaders.lister.page(staffList(args, access.scopes, null, access.named), null, (id) => loaders.staffMember.load(id)),
    identityReviews: (_: unknown, args: ReviewListArguments, { access, loaders }: Context) =>
      loaders.lister.page(reviewList(args, access.scopes.identity), null, (id) => loaders.review.load(id)),
  },

  Mutation: {
    confirmIdentity: (_: unknown, { input }: { input: unknown }, context: Context) => confirmIdentity(context, input),
    rejectIdentity: (_: unknown, { input }: { input: unknown }, context: Context) => rejectIdentity(context, input),
    splitIdentity: (_: unknown, { input }: { input: unknown }, context: Context) => splitIdentity(context, input),
  },

  StaffMember: {
    __resolveReference: ({ id }: { id: string }, { access }: Context) => access.find(access.staffIdIn(id)),
    id: ({ id }: StaffMember, _: unknown, { access }: Context) => access.idOf(id),
    name: (person: StaffMember, _: unknown, context: Context) => ifNamed(person, context, ({ givenName, familyName }) => `${givenName} ${familyName}`),
    givenName: (person: StaffMember, _: unknown, context: Context) => ifNamed(person, context, ({ givenName }) => givenName),
    familyName: (person: StaffMember, _: unknown, context: Context) => ifNamed(person, context, ({ familyName }) => familyName),
    workEmail: (person: StaffMember, _: unknown, context: Context) => ifNamed(person, context, ({ workEmail }) => workEmail),
    registrations: async (person: StaffMember, _: unknown, context: Context) =>
      (await ifNamed(person, context, ({ id }) => context.loaders.registrationsOf.load(id))) ?? [],
    engagements: async ({ id }: StaffMember, { organisationCode, activeOn }: { organisationCode?: string; activeOn?: string }, { loaders, access }: Context) =>
      (await loaders.engagementsOf.load(id)).filter(
        (engagement) =>
          access.reachesEngagement(engagement) &&
          (!organisationCode || engagement.organisationCode === organisationCode) &&
          (!activeOn || isActiveOn(days(engagement), activeOn)),
      ),
    role: async ({ id }: StaffMember, _: unknown, context: Context) => (await currentOf(id, context))?.role,
    staffGroup: async ({ id }: StaffMember, _: unknown, context: Context) => {
      const current = await currentOf(id, context);
      return current && staffGroup(current);
    },
    credentials: async ({ id }: StaffMember, { expiringBefore }: { expiringBefore?: string }, { loaders, access }: Context) => {
      const held = (await access.may(access.scopes.credentials, id)) ? await loaders.credentialsOf.load(id) : [];
      return held.filter(({ expiresOn }) => !expiringBefore || (expiresOn !== null && (dayOf(expiresOn) ?? '') < expiringBefore));
    },
    leave: async ({ id }: StaffMember, { from, to }: { from?: Date; to?: Date }, { loaders, access }: Context) => {
      const away = (await access.may(access.scopes.leave, id)) ? await loaders.leaveOf.load(id) : [];
      return away.filter(({ startsAt, endsAt }) => (!from || endsAt > from) && (!to || startsAt < to));
    },
    bankMemberships: async ({ id }: StaffMember, _: unknown, { loaders, access }: Context) =>
      (await access.may(access.scopes.credentials, id)) ? loaders.bankMembershipsOf.load(id) : [],
    provenance: ({ id }: StaffMember, args: ProvenanceArguments, { loaders, access }: Context) => provenanceOfStaff(id, args, loaders, access),
    identity: ({ id }: StaffMember, _: unknown, context: Context) => identityOf(id, context),
    source: (person: StaffMember, _: unknown, context: Context) => sourceOf(person, person.id, context),
  },

  IdentityRecord: {
    name: async ({ staffId, givenName, familyName }: IdentityRecordRow, _: unknown, { access }: Context) =>
      (await access.may(access.scopes.names, staffId)) ? `${givenName} ${familyName}` : null,
  },

  IdentityEvidence: {
    records: async ({ aId, bId }: PairRow, _: unknown, context: Context) => {
      const both = await Promise.all([aId, bId].map((id) => context.loaders.record.load(id)));
      return (await Promise.all(both.map((record) => record && toldOf(record.staffId, [record], context)))).flatMap((told) => told ?? []);
    },
    probability: (pair: PairRow) => explain(pair).probability,
    bar: ({ bar }: PairRow) => bar && BARS[bar],
    waterfall: (pair: PairRow) => explain(pair).steps,
  },

  IdentityReview: {
    __resolveReference: ({ id }: { id: string }, { access }: Context) => access.findReview(access.scopes.identity, id),
    id: ({ id }: ReviewRow) => globalId('IdentityReview', id),
    evidence: ({ aId, bId }: ReviewRow, _: unknown, { loaders }: Context) => loaders.pair.load(`${aId} ${bId}` satisfies PairKey),
    people: async ({ aStaffId, bStaffId }: ReviewRow, _: unknown, { access }: Context) => {
      const found = await Promise.all([...new Set([aStaffId, bStaffId])].map((staffId) => access.find(staffId)));
      return found.filter((person) => person !== null);
    },
  },

  Engagement: {
    staffMember: ({ staffId }: Engagement, _: unknown, { loaders }: Context) => staffId && loaders.staffMember.load(staffId),
    practice: ({ organisationCode }: Engagement, _: unknown, { loaders }: Context) => loaders.organisations.practice(organisationCode),
    staffGroup,
    fte: ({ contractedMinutesPerWeek }: Engagement) => fteOf(contractedMinutesPerWeek),
    startsOn: ({ startsOn }: Engagement) => dayOf(startsOn),
    endsOn: ({ endsOn }: Engagement) => dayOf(endsOn),
    provenance: (engagement: Engagement, args: ProvenanceArguments, { loaders, access }: Context) => provenanceOfEngagement(engagement, args, loaders, access),
    source: (engagement: Engagement, _: unknown, context: Context) => sourceOf(engagement, engagement.staffId, context),
  },

  Credential: { expiresOn: ({ expiresOn }: Credential) => dayOf(expiresOn), ...provenance },

  BankMembership: {
    startsOn: ({ startsOn }: BankMembership) => dayOf(startsOn),
    endsOn: ({ endsOn }: BankMembership) => dayOf(endsOn),
    ...provenance,
  },

  Leave: {
    __resolveReference: async ({ id }: { id: string }, { loaders, access }: Context) => {
      const key = keyOf('Leave', id);
      const leave = key && isUuid(key) ? await loaders.leave.load(key) : null;
      return leave?.staffId && (await access.may(access.scopes.leave, leave.staffId)) ? leave : null;
    },
    id: ({ id }: Leave) => globalId('Leave', id),
    staffMember: ({ staffId }: Leave, _: unknown, { loaders }: Context) => staffId && loaders.staffMember.load(staffId),
    ...provenance,
  },

  Practice: {
    __resolveReference: ({ odsCode }: { odsCode: string }) => ({ odsCode }),
    staff: ({ odsCode }: { odsCode: string }, args: StaffListArguments, { access, loaders }: Context) =>
      loaders.lister.page(staffList(args, access.scopes, 'organisation', access.named), odsCode, (id) => loaders.staffMember.load(id)),
    contractedFte: contractedWith,
  },

  PrimaryCareNetwork: {
    __resolveReference: ({ odsCode }: { odsCode: string }) => ({ odsCode }),
    contractedFte: contractedWith,
  },
};

/** Full-time equivalents that are contracted with a practice or a network, to callers who may read its measures. */
async function contractedWith({ odsCode }: { odsCode: string }, { on }: { on?: string }, { access, loaders, now }: Context) {
  const { everything, organisationCodes } = access.scopes.measures;
  if (!everything && !organisationCodes.includes(odsCode)) return null;
  return fteByStaffGroup(await loaders.contractedOn.load(`${odsCode}@${on ?? londonDay(now())}`));
}

/** Records of systems of other organisations are left out, and what was found of them. */
async function identityOf(staffId: string, context: Context) {
  const { access, loaders } = context;
  if (!(await access.may(access.scopes.identity, staffId))) return null;
  const records = await toldOf(staffId, await loaders.recordsOf.load(staffId), context);
  const ids = new Set(records.map(({ id }) => id));
  return { records, evidence: (await loaders.pairsWithin.load(staffId)).filter(({ aId, bId }) => ids.has(aId) && ids.has(bId)) };
}

async function toldOf(staffId: string, records: readonly IdentityRecordRow[], { loaders, access }: Context): Promise<readonly IdentityRecordRow[]> {
  const { source: isWithin } = await sourcesWithinReach(staffId, records, loaders, access);
  return records.filter(({ source }) => isWithin(source));
}

/** What may be told of a person only to callers who may see who it is; null for others. */
async function ifNamed<Value>(person: StaffMember, { access }: Context, value: (person: StaffMember) => Value): Promise<Awaited<Value> | null> {
  return (await access.may(access.scopes.names, person.id)) ? await value(person) : null;
}

/** The reference only for callers who may see who the person is. */
async function sourceOf(row: StaffMember | Engagement, staffId: string | null, { access }: Context) {
  const named = staffId !== null && (await access.may(access.scopes.names, staffId));
  return named ? recordSource(row) : recordSourceWithoutRef(row);
}

async function currentOf(staffId: string, { loaders, now }: Context): Promise<Engagement | null> {
  const today = londonDay(now());
  return currentEngagement(await loaders.engagementsOf.load(staffId), today, days);
}

function days({ startsOn, endsOn }: Engagement) {
  return { startsOn: dayOf(startsOn), endsOn: dayOf(endsOn) };
}
