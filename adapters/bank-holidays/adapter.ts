/** The bank holidays of the United Kingdom, as GOV.UK publishes them. */
import { z } from 'zod';
import { json } from '../../platform/http.ts';
import { UpstreamRejectedError } from '../../schema/domain/errors.ts';
import { defineAdapter, stream, type Tools, type UpstreamRecord } from '../contract.ts';
import { DIVISIONS, toBankHoliday } from './map.ts';
import { BankHolidayDocument, BankHolidayEvent } from './wire.ts';

export const BankHolidaysSettings = z.object({
  address: z
    .url({ protocol: /^https?$/ })
    .default('https://www.gov.uk/bank-holidays.json')
    .describe('Where the list is. Set it where a copy is kept within your own network.'),
});
export type BankHolidaysSettings = z.output<typeof BankHolidaysSettings>;

interface Client {
  /** Division as sent → its entries, as they came. */
  read(): Promise<Readonly<Record<string, { readonly events: readonly unknown[] }>>>;
  readonly now: Tools['now'];
}

const UPSTREAM = 'GOV.UK bank holidays';

function connect({ address }: BankHolidaysSettings, { fetch, now }: Tools): Client {
  return {
    now,
    async read() {
      const parsed = BankHolidayDocument.safeParse(await json(await fetch(address, { headers: { accept: 'application/json' } }), UPSTREAM));
      const missing = parsed.success ? Object.keys(DIVISIONS).filter((division) => !(division in parsed.data)) : Object.keys(DIVISIONS);
      if (parsed.success && missing.length === 0) return parsed.data;
      throw new UpstreamRejectedError(`${UPSTREAM}: expected a list of events for each of ${missing.join(', ')}, got none. Is the address that of the list?`);
    },
  };
}

/** GET /bank-holidays.json */
const bankHolidays = stream({
  name: 'bankHolidays',
  entity: 'bankHoliday',
  removals: 'absence',
  wire: BankHolidayEvent,
  async *pages(client: Client) {
    const divisions = await client.read();
    const records = Object.entries(divisions).flatMap(([division, { events }]) =>
      events.map((event, index) => recordOf(division, event, index, events[index + 1])),
    );
    yield { records, cursor: null, asOf: client.now() };
  },
  map: toBankHoliday,
});

function recordOf(division: string, event: unknown, index: number, next: unknown): UpstreamRecord {
  const date = dateOf(event);
  return {
    ref: date && `${division}/${date}`,
    where: `event ${index + 1} of ${division in DIVISIONS ? division : 'a division that is not known'}`,
    raw: { ...(event as object), division, nextDate: dateOf(next) },
  };
}

/** Null for an entry that has none, and for none. */
function dateOf(event: unknown): string | null {
  const { date } = (event ?? {}) as { readonly date?: unknown };
  return typeof date === 'string' && date !== '' ? date : null;
}

export default defineAdapter<BankHolidaysSettings, Client>({
  id: 'bank-holidays',
  title: 'Bank holidays',
  kind: 'REFERENCE',
  docs: 'https://www.gov.uk/bank-holidays',
  settings: BankHolidaysSettings,
  connect,
  async check(client) {
    await client.read();
  },
  pull: [bankHolidays],
});
