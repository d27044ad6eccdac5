/** Where each answer of the rota subgraph is. Parents are rows that the caller was found to reach. */
import type { Database } from '../../platform/db.ts';
import { ALL_TOLD, type ProvenanceArguments, provenanceOfRow } from '../../platform/graphql/provenance.ts';
import { recordSource, recordSourceWithoutRef } from '../../platform/graphql/record-source.ts';
import { scalars } from '../../platform/graphql/scalars.ts';
import type { Resolvers } from '../../platform/subgraph.ts';
import { JOB_ROLES, type JobRole } from '../../schema/domain/codes.ts';
import { globalId } from '../../schema/domain/id.ts';
import type { KnownActor } from '../../schema/domain/known-actor.ts';
import { ERASED_KEY, type FlagReason } from '../../schema/domain/leaver.ts';
import { agencyRateByHours, fillRateByHours, MEASURES, unfilledHours } from '../../schema/domain/measures.ts';
import { isOpen, workedMinutes } from '../../schema/domain/shift.ts';
import type { ShiftStatus } from '../../schema/domain/values.ts';
import type { Booking, BookingFlag } from '../../schema/prisma/generated/client.ts';
import type { RotaAccess } from './access.ts';
import { type ShiftListArguments, shiftList } from './lists.ts';
import type { FeedRow, FlaggedBooking, Loaders, ShiftRow } from './loaders.ts';
import { type MeasureArguments, type StaffingCell, staffingCells } from './measures.ts';
import { createCalendarFeed } from './operations/create-calendar-feed.ts';
import { revokeCalendarFeed } from './operations/revoke-calendar-feed.ts';

export interface RotaContext {
  readonly actor: KnownActor;
  readonly database: Database;
  readonly loaders: Loaders;
  readonly access: RotaAccess;
  readonly now: () => Date;
  readonly feedBaseUrl: string;
  readonly requestId: string;
}

type Context = RotaContext;

/** Fields of a shift that its record gives. */
const SHIFT_FIELDS = [
  ...['status', 'role', 'roleAsSent', 'skillsNeeded', 'deliveryMode', 'startsAt', 'endsAt', 'unpaidBreakMinutes'],
  ...['organisationCode', 'site', 'workedBy', 'fillSource'],
];

const FLAG_REASONS: Readonly<Record<FlagReason, string>> = {
  ENDED: 'PERSON_LEAVES',
  GONE: 'PERSON_GONE',
  LEFT_ORGANISATION: 'PERSON_LEFT_ORGANISATION',
};

/** A page shows no more calendar links of one person than this. */
const MAX_FEEDS_SHOWN = 50;

export const resolvers: Resolvers = {
  ...scalars,

  Query: {
    shift: (_: unknown, { id }: { id: string }, { access }: Context) => access.findShift(id),
    shifts: (_: unknown, args: ShiftListArguments, context: Context) => pageOfShifts(args, null, null, context),
    staffingMeasures: (_: unknown, args: MeasureArguments, { database, access }: Context) => staffingCells(database, access.scopes.measures, args),
    measureDefinitions: () => Object.entries(MEASURES).map(([name, definition]) => ({ name, ...definition })),
  },

  Mutation: {
    createCalendarFeed: (_: unknown, { input }: { input: unknown }, context: Context) => createCalendarFeed(context, input),
    revokeCalendarFeed: (_: unknown, { input }: { input: unknown }, context: Context) => revokeCalendarFeed(context, input),
  },

  Shift: {
    __resolveReference: ({ id }: { id: string }, { access }: Context) => access.findShift(id),
    id: ({ id }: ShiftRow) => globalId('Shift', id),
    isOpen: ({ status }: ShiftRow) => isOpen({ status: status as ShiftStatus }),
    staffGroup: ({ role }: ShiftRow) => JOB_ROLES[role as JobRole].staffGroup,
    workedMinutes: (shift: ShiftRow) => workedMinutes(shift),
    practice: ({ organisationCode }: ShiftRow, _: unknown, { loaders }: Context) => loaders.organisations.practice(organisationCode),
    pcn: ({ organisationCode }: ShiftRow, _: unknown, { loaders }: Context) => loaders.organisations.pcn(organisationCode),
    site: ({ siteCode }: ShiftRow) => siteCode && { code: siteCode },
    booking: (shift: ShiftRow) => bookingOf(shift),
    workedBy: (shift: ShiftRow, _: unknown, { access }: Context) => personOf(bookingOf(shift), access),
    provenance: (shift: ShiftRow, args: ProvenanceArguments, context: Context) => provenanceOfShift(shift, args, context),
    source: (shift: ShiftRow, _: unknown, { access }: Context) => (access.named ? recordSource(shift) : recordSourceWithoutRef(shift)),
  },

  Booking: {
    staffMember: (booking: WorkedBooking, _: unknown, { access }: Context) => personOf(booking, access),
    flags: ({ shift, flags }: WorkedBooking, _: unknown, { access }: Context) => (access.seesFlags(shift) ? flags : []),
    isErased: ({ staffKey }: WorkedBooking) => staffKey === ERASED_KEY,
  },

  BookingFlag: {
    reason: ({ reason }: BookingFlag) => FLAG_REASONS[reason as FlagReason],
  },

  StaffingMeasures: {
    practice: ({ organisationCode }: StaffingCell, _: unknown, { loaders }: Context) => organisationCode && loaders.organisations.practice(organisationCode),
    neededHours: ({ open, filled }: StaffingCell) => (open + filled) / 60,
    filledHours: ({ filled }: StaffingCell) => filled / 60,
    unfilledHours: (cell: StaffingCell) => unfilledHours(cell),
    fillRateByHours: (cell: StaffingCell) => fillRateByHours(cell),
    agencyHours: ({ agency }: StaffingCell) => agency / 60,
    agencyRateByHours: (cell: StaffingCell) => agencyRateByHours(cell),
  },

  CalendarFeed: {
    __resolveReference: ({ id }: { id: string }, { access }: Context) => access.findFeed(access.scopes.feeds, id),
    id: ({ id }: FeedRow) => globalId('CalendarFeed', id),
    staffMember: ({ staffId }: FeedRow, _: unknown, { access }: Context) => ({ id: access.idOf(staffId) }),
  },

  StaffMember: {
    __resolveReference: ({ id }: { id: string }, { access }: Context) => access.staffIdIn(id) && { id },
    shifts: ({ id }: { id: string }, args: ShiftListArguments, context: Context) => pageOfShifts(args, 'person', context.access.staffIdIn(id), context),
    calendarFeeds: async ({ id }: { id: string }, _: unknown, { access, loaders }: Context) => {
      const staffId = access.staffIdIn(id);
      const visible = staffId !== null && (await access.may(access.scopes.feeds, staffId));
      return visible ? (await loaders.feedsOf.load(staffId)).slice(0, MAX_FEEDS_SHOWN) : [];
    },
  },

  Practice: {
    shifts: ({ odsCode }: { odsCode: string }, args: ShiftListArguments, context: Context) => pageOfShifts(args, 'organisation', odsCode, context),
  },

  PrimaryCareNetwork: {
    shifts: ({ odsCode }: { odsCode: string }, args: ShiftListArguments, context: Context) => pageOfShifts(args, 'organisation', odsCode, context),
  },
};

function pageOfShifts(args: ShiftListArguments, under: 'organisation' | 'person' | null, parent: string | null, { access, loaders }: Context) {
  return loaders.lister.page(shiftList(args, access, under), parent, (id) => loaders.shift.load(id));
}

/** How a shift was filled is told of one that has a booking, and may follow from more than its record. */
function provenanceOfShift(shift: ShiftRow, args: ProvenanceArguments, { access, loaders }: Context) {
  const booking = bookingOf(shift);
  const derived: Readonly<Record<string, string>> = booking && !booking.fillSourceStated ? { fillSource: "derived: the person's engagements on that day" } : {};
  const known = booking ? SHIFT_FIELDS : SHIFT_FIELDS.filter((field) => field !== 'fillSource');
  const fields = booking ? args.fields : args.fields?.filter((field) => field !== 'fillSource');
  return provenanceOfRow(shift, known, { fields: fields ?? null }, loaders.shiftReadings, { ...ALL_TOLD, refs: access.named }, derived);
}

interface WorkedBooking extends FlaggedBooking {
  readonly shift: ShiftRow;
}

/** The booking of a shift that takes place and has one. */
function bookingOf(shift: ShiftRow): WorkedBooking | null {
  return shift.status === 'FILLED' && shift.booking ? { ...shift.booking, shift } : null;
}

function personOf(booking: Booking | null, access: RotaAccess): { readonly id: string } | null {
  return booking?.staffId ? { id: access.idOf(booking.staffId) } : null;
}
