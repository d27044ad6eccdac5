/** Upstreams made of records in memory, whose records are canonical already: what is tested is the engine. */

import { z } from 'zod';
import { type Cursor, defineAdapter, type Page, type PullRequest, type PullStream, type Removals, type UpstreamRecord } from '../../adapters/contract.ts';
import type { Canonical, EntityName } from '../../schema/domain/canonical.ts';
import type { Upstream } from '../../sync/upstreams.ts';
import type { SyncWindow } from '../../sync/window.ts';

/** The window of these tests: four weeks of a winter. */
export const WINDOW: SyncWindow = { from: new Date('2026-11-02T00:00:00Z'), to: new Date('2026-11-30T00:00:00Z') };
export const NOW = new Date('2026-11-23T09:00:00Z');

export interface FakeStream {
  readonly name: string;
  readonly entity: EntityName;
  /** Default `absence`. */
  readonly removals?: Removals;
  /** Default: `records`, in pages of `pageSize`, each with a cursor. */
  readonly pages?: (request: PullRequest) => AsyncIterable<Page>;
  readonly records?: () => readonly UpstreamRecord[];
  readonly pageSize?: number;
  readonly asOf?: Date;
  /** Default: it is not told. */
  readonly revision?: () => string | null;
}

export function upstreamOf(id: string, streams: readonly FakeStream[]): Upstream {
  const adapter = defineAdapter({
    id: 'fake',
    title: 'An upstream of the tests',
    docs: 'https://upstream.example.nhs.invalid',
    settings: z.object({}),
    connect: () => ({}),
    check: async () => {},
    pull: streams.map(pullStream),
  });
  const schedule = { everyMinutes: 15, freshWithinMinutes: 60, webhookToken: null };
  return { id, adapter, title: id, organisationCodes: ['Z99001'], ...schedule, settings: {}, resolvePath: (path) => path };
}

function pullStream(fake: FakeStream): PullStream<object> {
  const { name, entity, removals = 'absence', records = () => [], pageSize = 10, asOf = NOW } = fake;
  return {
    name,
    entity,
    removals,
    ...(fake.revision && { revision: async () => fake.revision?.() ?? null }),
    pages: (_client, request) => fake.pages?.(request) ?? inPages(records(), pageSize, asOf, request.since),
    read: (raw) => raw as never,
  };
}

/** Pages with a cursor each but the last, so that a pass can be gone on with and the next begins at the start. */
export async function* inPages(records: readonly UpstreamRecord[], pageSize: number, asOf: Date, since: Cursor | null): AsyncIterable<Page> {
  let at = Number(since?.at ?? 0);
  do {
    const next = at + pageSize;
    yield { records: records.slice(at, next), cursor: next < records.length ? { at: next } : null, asOf };
    at = next;
  } while (at < records.length);
}

export function record(ref: string | null, raw: unknown): UpstreamRecord {
  return { ref, where: `record ${ref ?? 'without a reference'}`, raw };
}

/** The n-th of many shifts, three a day from the window's first day. */
export function shiftRecord(n: number, changes: Partial<Canonical['shift']> = {}): UpstreamRecord {
  const startsAt = new Date(WINDOW.from.getTime() + (n % 84) * 8 * 3_600_000);
  return record(`shift-${n}`, {
    organisationCode: 'Z99001',
    siteCode: null,
    role: 'PRACTICE_NURSE',
    roleAsSent: 'Nurse',
    skillsNeeded: ['spirometry'],
    deliveryMode: 'ON_SITE',
    startsAt,
    endsAt: new Date(startsAt.getTime() + 4 * 3_600_000),
    unpaidBreakMinutes: 0,
    status: 'OPEN',
    staffKey: null,
    fillSource: null,
    ...changes,
  } satisfies Canonical['shift']);
}

export function shiftRecords(count: number): readonly UpstreamRecord[] {
  return Array.from({ length: count }, (_, n) => shiftRecord(n));
}

/** A shift that this person works. */
export const filledBy = (staffKey: string): Partial<Canonical['shift']> => ({ status: 'FILLED', staffKey });

export function staffRecord(ref: string, keys: readonly string[], changes: Partial<Canonical['staffMember']> = {}): UpstreamRecord {
  return record(ref, {
    keys: [...keys],
    givenName: 'Robin',
    familyName: 'Ashdown',
    workEmail: null,
    registrations: [],
    skills: [],
    ...changes,
  } satisfies Canonical['staffMember']);
}

export function engagementRecord(ref: string, staffKey: string, changes: Partial<Canonical['engagement']> = {}): UpstreamRecord {
  return record(ref, {
    staffKey,
    organisationCode: 'Z99001',
    kind: 'SALARIED',
    role: 'PRACTICE_NURSE',
    roleAsSent: null,
    contractedMinutesPerWeek: 2_250,
    startsOn: null,
    endsOn: null,
    ...changes,
  } satisfies Canonical['engagement']);
}

export function practiceRecord(odsCode: string, changes: Partial<Canonical['practice']> = {}): UpstreamRecord {
  return record(odsCode, {
    odsCode,
    name: 'Alderbrook Surgery',
    status: null,
    addressLines: null,
    postcode: null,
    openedOn: null,
    closedOn: null,
    subIcbLocationCode: null,
    icbCode: null,
    clinicalSystem: null,
    ...changes,
  } satisfies Canonical['practice']);
}
