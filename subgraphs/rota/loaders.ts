/** Every read of the rota subgraph, batched. */
import type { Database } from '../../platform/db.ts';
import { byKey, listByKey } from '../../platform/graphql/batch.ts';
import { createLister } from '../../platform/graphql/lister.ts';
import { createReadings } from '../../platform/graphql/provenance.ts';
import { createOrganisationReferences } from '../../platform/organisation-directory.ts';
import { createStaffDirectory } from '../../platform/staff-directory.ts';
import type { Booking, BookingFlag, CalendarFeed, Shift } from '../../schema/prisma/generated/client.ts';

export interface FlaggedBooking extends Booking {
  readonly flags: readonly BookingFlag[];
}

export interface ShiftRow extends Shift {
  readonly booking: FlaggedBooking | null;
}

/** A calendar link without what is behind it: the hash of its token stays in the database. */
export type FeedRow = Omit<CalendarFeed, 'tokenHash' | 'lastFetchedBy'>;

const behindTheLink = { tokenHash: true, lastFetchedBy: true } as const;

export function createLoaders(database: Database) {
  const { prisma } = database;
  return {
    lister: createLister(database),
    organisations: createOrganisationReferences(database),
    staffFacts: createStaffDirectory(database),
    shift: byKey<string, ShiftRow>(
      (ids) =>
        prisma.shift.findMany({
          where: { id: { in: [...ids] }, removedAt: null },
          include: { booking: { include: { flags: { orderBy: { reason: 'asc' } } } } },
        }),
      (row) => row.id,
    ),
    shiftReadings: createReadings(database, 'shift'),
    feed: byKey<string, FeedRow>(
      (ids) => prisma.calendarFeed.findMany({ where: { id: { in: [...ids] } }, omit: behindTheLink }),
      (row) => row.id,
    ),
    feedsOf: listByKey<string, FeedRow>(
      (staffIds) =>
        prisma.calendarFeed.findMany({
          where: { staffId: { in: [...staffIds] } },
          omit: behindTheLink,
          orderBy: [{ revokedAt: { sort: 'desc', nulls: 'first' } }, { createdAt: 'desc' }, { id: 'asc' }],
        }),
      (row) => row.staffId,
    ),
  };
}
export type Loaders = ReturnType<typeof createLoaders>;
