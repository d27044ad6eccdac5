/** Each trap of the sandbox does what it says, and is gone when it is taken away. */
import { describe, expect, it } from '@jest/globals';
import { loadSubject } from '../../adapters/conformance.ts';
import type { HttpTools } from '../../platform/http.ts';
import { startSandbox } from '../../sandbox/server.ts';
import { loadVendors } from '../../sandbox/vendors.ts';
import { sandboxUnderTest, tools } from './harness.ts';

const vendorIds = (await loadVendors()).map(({ adapter }) => adapter.id);
const { upstreamOf, check, control, trap, sandbox } = sandboxUnderTest();

describe.each(vendorIds)('the traps of %s', (id) => {
  it.each([
    ['throttled', 'UpstreamUnavailableError'],
    ['token-expired', 'UpstreamAuthError'],
    ['server-error', 'UpstreamUnavailableError'],
    ['vendor:credentials-refused', 'UpstreamAuthError'],
    ['reset-mid-body', 'UpstreamUnavailableError'],
    ['empty-200', expect.stringMatching(/^Upstream(Unavailable|Rejected|Auth)Error$/)],
  ])('%s does what it says, and is over when it is taken away', async (name, expected) => {
    expect((await trap(id, { name })).status).toBe(200);
    await expect(check(id)).rejects.toMatchObject({ name: expected });
    await control('DELETE', `/${id}/traps`);
    await check(id);
  });

  it('that come once are got over by asking again', async () => {
    for (const name of ['throttled', 'server-error', 'token-expired']) {
      await trap(id, { name, times: 1 });
      await check(id, 3);
    }
  });
});

/** The records of a stream as they came. */
async function recordsOf(id: string, stream: string): Promise<readonly Record<string, unknown>[]> {
  const { adapter, settings } = upstreamOf(id);
  const { fixtures } = (await loadSubject(id)).subject;
  const client = adapter.connect(settings, tools());
  const [from, to] = [new Date(fixtures.window.from), new Date(fixtures.window.to)];
  const pages = await Array.fromAsync(adapter.pull.find(({ name }) => name === stream)?.pages(client as never, { since: null, from, to }) ?? []);
  return pages.flatMap(({ records }) => records.map(({ raw }) => raw as Record<string, unknown>));
}

const idsOf = (records: readonly Record<string, unknown>[]) => records.map(({ id, Id }) => id ?? Id);

describe('a renamed field', () => {
  it('has another name in every record, and its old one once the trap is gone', async () => {
    const namesOf = async () => {
      const divisions = (await (await fetch(String((upstreamOf('bank-holidays').settings as { address: string }).address))).json()) as object;
      return new Set(Object.values(divisions).flatMap(({ events }: { events: object[] }) => events.flatMap((event) => Object.keys(event))));
    };
    await trap('bank-holidays', { name: 'renamed-field', field: 'title' });
    expect(await namesOf()).toEqual(new Set(['title_renamed', 'date', 'notes', 'bunting']));
    await control('DELETE', '/bank-holidays/traps/renamed-field');
    expect(await namesOf()).toEqual(new Set(['title', 'date', 'notes', 'bunting']));
  });

  it.each(vendorIds)('is found in the records of %s where nobody says which', async (id) => {
    await trap(id, { name: 'renamed-field' });
    const texts: string[] = [];
    const { adapter, settings } = upstreamOf(id);
    const fetch: HttpTools['fetch'] = async (url, init) => {
      const answer = await tools().fetch(url, init);
      texts.push(await answer.clone().text());
      return answer;
    };
    const client = adapter.connect(settings, { ...tools(), fetch });
    const window = { since: null, from: new Date('2026-03-01'), to: new Date('2026-11-01') };
    for (const stream of adapter.pull) await Array.fromAsync(stream.pages(client as never, window)).catch(() => []);
    expect(texts.some((text) => /_renamed[":;]/.test(text))).toBe(true);
  });
});

describe('shifting pages', () => {
  it('jump over a record, though each page is full, and give all again afterwards', async () => {
    const { apiKey, baseUrl } = upstreamOf('breathehr').settings as { apiKey: string; baseUrl: string };
    const pageOf = async (page: number) => {
      const answer = await fetch(`${baseUrl}/absences?page=${page}&per_page=2`, { headers: { 'x-api-key': apiKey } });
      return idsOf(((await answer.json()) as { absences: Record<string, unknown>[] }).absences);
    };
    const whole = [await pageOf(1), await pageOf(2), await pageOf(3)].flat();
    await trap('breathehr', { name: 'shifting-pages' });
    const shifted = [await pageOf(1), await pageOf(2)];
    expect(shifted).toEqual([whole.slice(0, 2), whole.slice(3, 5)]);
    await control('DELETE', '/breathehr/traps');
    expect([await pageOf(1), await pageOf(2), await pageOf(3)].flat()).toEqual(whole);
  });

  it('are noticed by an adapter whose vendor counts its records', async () => {
    await trap('breathehr', { name: 'shifting-pages', times: 1 });
    await expect(recordsOf('breathehr', 'absences')).rejects.toThrow('the list was changed while it was read');
    expect((await recordsOf('breathehr', 'absences')).length).toBeGreaterThan(5);
  });

  it('are offered where lists come in pages, and nowhere else', () => {
    const offering = sandbox()
      .vendors.filter(({ traps }) => 'shifting-pages' in traps)
      .map(({ id }) => id);
    expect(offering).toEqual(expect.arrayContaining(['breathehr', 'deputy', 'teams-shifts']));
    expect(offering).not.toContain('bank-holidays');
  });
});

describe('clock skew', () => {
  const DAY = 24 * 60;

  it('moves the date of an answer and when records changed, and no shift', async () => {
    const before = await recordsOf('teams-shifts', 'shifts');
    await trap('teams-shifts', { name: 'clock-skew', minutes: -DAY });
    const after = await recordsOf('teams-shifts', 'shifts');
    expect(after.map(({ sharedShift }) => sharedShift)).toEqual(before.map(({ sharedShift }) => sharedShift));
    const changedAt = (records: typeof before) => records.map(({ lastModifiedDateTime }) => Date.parse(String(lastModifiedDateTime)));
    expect(changedAt(after)).toEqual(changedAt(before).map((at) => at - DAY * 60_000));
    const { headers } = await fetch(`${sandbox().url}/teams-shifts/0/v1.0/teams`);
    expect(headers.get('date')).toBe('Mon, 23 Nov 2026 09:00:00 GMT');
  });
});

describe('a calendar', () => {
  const read = async () => (await fetch(String((upstreamOf('ical-feed').settings as { url: string }).url))).text();
  const valuesOf = (calendar: string, name: string) => [...calendar.matchAll(new RegExp(`^${name}[:;].*$`, 'gm'))].map(([line]) => line.trim());

  it('has events for records: a property of another name, stamps by another clock, and else what it had', async () => {
    const before = await read();
    await trap('ical-feed', { name: 'renamed-field', field: 'SUMMARY' });
    const renamed = await read();
    expect(valuesOf(before, 'SUMMARY').length).toBeGreaterThan(5);
    // That of a task, which is no event.
    expect(valuesOf(renamed, 'SUMMARY')).toEqual(['SUMMARY:Order paper']);
    expect(valuesOf(renamed, 'SUMMARY_renamed')).toHaveLength(valuesOf(before, 'SUMMARY').length - 1);
    await control('DELETE', '/ical-feed/traps');
    await trap('ical-feed', { name: 'clock-skew', minutes: 60 });
    const skewed = await read();
    expect(valuesOf(skewed, 'DTSTART')).toEqual(valuesOf(before, 'DTSTART'));
    expect(valuesOf(before, 'DTSTAMP').length).toBeGreaterThan(0);
    expect(valuesOf(skewed, 'DTSTAMP')[0]).not.toBe(valuesOf(before, 'DTSTAMP')[0]);
    await control('DELETE', '/ical-feed/traps');
    expect(await read()).toBe(before);
  });
});

describe('a slow answer', () => {
  it('comes whole, as late as it is told', async () => {
    const slept: number[] = [];
    const slow = await startSandbox({ port: 0, sleep: async (ms) => void slept.push(ms) });
    try {
      const [vendor] = slow.vendors;
      vendor?.setTrap({ name: 'slow', ms: 4000, times: 1 });
      for (let at = 0; at < 2; at += 1) await fetch(`${vendor?.addresses[0]}/`);
      expect(slept).toEqual([4000]);
    } finally {
      await slow.close();
    }
  });
});

async function push(write: unknown, ...words: readonly unknown[]): Promise<unknown> {
  if (typeof write !== 'function') throw new Error('expected an adapter that writes');
  return write(...words, 'the key of this change');
}

describe('queued writes', () => {
  it('are answered as made, and seen only some reads later', async () => {
    const { adapter, settings } = upstreamOf('teams-shifts');
    const { fixtures } = (await loadSubject('teams-shifts')).subject;
    const change = fixtures.writes?.find(({ write, stream }) => write === 'saveShift' && stream === 'openShifts')?.change;
    const before = idsOf(await recordsOf('teams-shifts', 'openShifts'));
    const READS = 20;
    await trap('teams-shifts', { name: 'queued-writes', reads: READS, times: 1 });
    const { upstreamRef } = (await push(adapter.push?.saveShift, adapter.connect(settings, tools()), change)) as { upstreamRef: string };
    expect((await control('GET', '/teams-shifts')).body).toMatchObject({ waitingWrites: 1, trapsSet: [] });
    const seen = async () => idsOf(await recordsOf('teams-shifts', 'openShifts'));
    expect(await seen()).toEqual(before);
    for (let at = 0; at < READS && (await waiting()) > 0; at += 1) await seen();
    const after = await seen();
    expect(after.filter((id) => !before.includes(id))).toEqual([upstreamRef.split('#')[0]]);
  });

  it('are made at once when the trap is taken away', async () => {
    const { adapter, settings } = upstreamOf('teams-shifts');
    await trap('teams-shifts', { name: 'queued-writes', reads: 1000 });
    await push(adapter.push?.removeShift, adapter.connect(settings, tools()), { upstreamRef: 'SHFT_monday' });
    expect(idsOf(await recordsOf('teams-shifts', 'shifts'))).toContain('SHFT_monday');
    await control('DELETE', '/teams-shifts/traps');
    expect(await waiting()).toBe(0);
    expect(idsOf(await recordsOf('teams-shifts', 'shifts'))).not.toContain('SHFT_monday');
  });

  const waiting = async () => Number((await control('GET', '/teams-shifts')).body.waitingWrites);
});
