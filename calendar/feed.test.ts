import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { judgeFeed } from '../tests/support/judge-feed.ts';
import type { CalendarContents, CalendarLeave, CalendarShift } from './contents.ts';
import { MAX_FEED_OCTETS, renderFeed } from './feed.ts';

const shift = (given: Partial<CalendarShift> = {}): CalendarShift => ({
  shiftId: '00000009-0000-4000-8000-000000000001',
  organisationCode: 'Z99001',
  organisationName: 'Alderbrook Surgery',
  siteCode: 'Z99001',
  siteName: 'Alderbrook Surgery',
  addressLines: ['1 Mill Lane', 'Brackenford'],
  postcode: 'ZZ99 1AA',
  role: 'GENERAL_PRACTITIONER',
  deliveryMode: 'ON_SITE',
  startsAt: new Date('2027-01-11T08:00:00Z'),
  endsAt: new Date('2027-01-11T12:30:00Z'),
  unpaidBreakMinutes: 30,
  isCancelled: false,
  changedAt: new Date('2026-12-01T08:00:00.900Z'),
  ...given,
});

const leave = (given: Partial<CalendarLeave> = {}): CalendarLeave => ({
  leaveId: '00000004-0000-4000-8000-000000000001',
  startsAt: new Date('2027-02-01T00:00:00Z'),
  endsAt: new Date('2027-02-06T00:00:00Z'),
  allDay: true,
  changedAt: new Date('2026-12-01T08:00:00Z'),
  ...given,
});

const feedOf = (shifts: readonly CalendarShift[], away: readonly CalendarLeave[] = [], staffId = 'one') =>
  renderFeed({ staffId, shifts, leave: away, isCut: false } satisfies CalendarContents);

/** Properties of the first event, unfolded, by name with parameters. */
function eventIn(text: string): Readonly<Record<string, string>> {
  const lines = text.replace(/\r\n /g, '').split('\r\n');
  const event = lines.slice(lines.indexOf('BEGIN:VEVENT') + 1, lines.indexOf('END:VEVENT'));
  return Object.fromEntries(event.map((line) => [line.slice(0, line.indexOf(':')), line.slice(line.indexOf(':') + 1)]));
}

describe('a feed', () => {
  it('says where, what, when and from when', () => {
    expect(eventIn(feedOf([shift({ deliveryMode: 'TELEPHONE' })]))).toEqual({
      UID: expect.stringMatching(/^[a-p]{32}@calendar\.rotagraph$/),
      SEQUENCE: '218275200',
      DTSTAMP: '20261201T080000Z',
      'LAST-MODIFIED': '20261201T080000Z',
      'DTSTART;TZID=Europe/London': '20270111T080000',
      'DTEND;TZID=Europe/London': '20270111T123000',
      SUMMARY: '[Z99001] General practitioner (telephone)',
      LOCATION: 'Alderbrook Surgery\\, 1 Mill Lane\\, Brackenford\\, ZZ99 1AA',
      DESCRIPTION: 'On the rota of Alderbrook Surgery (Z99001)\\nWorking time: 4 h\\nUnpaid break: 30 min',
      STATUS: 'CONFIRMED',
      TRANSP: 'OPAQUE',
      'X-MICROSOFT-CDO-BUSYSTATUS': 'BUSY',
    });
  });

  it('names a shift by its organisation where no site is told', () => {
    const event = eventIn(feedOf([shift({ siteCode: null, siteName: null, addressLines: [], postcode: null })]));
    expect([event.SUMMARY, event.LOCATION]).toEqual(['[Z99001] General practitioner', 'Alderbrook Surgery']);
  });

  it('keeps a cancelled shift, marked in every way that some calendar understands', () => {
    expect(eventIn(feedOf([shift({ isCancelled: true })]))).toMatchObject({
      SUMMARY: 'CANCELLED: [Z99001] General practitioner',
      STATUS: 'CANCELLED',
      TRANSP: 'TRANSPARENT',
      'X-MICROSOFT-CDO-BUSYSTATUS': 'FREE',
    });
  });

  it('gives one shift of two people two identities, and one person’s shift always the same', () => {
    const uid = (text: string) => eventIn(text).UID;
    expect(uid(feedOf([shift()], [], 'one'))).not.toBe(uid(feedOf([shift()], [], 'other')));
    expect(uid(feedOf([shift()]))).toBe(uid(feedOf([shift({ isCancelled: true, startsAt: new Date('2027-01-11T07:00:00Z') })])));
  });

  it('shows leave as whole days without its reason', () => {
    expect(eventIn(feedOf([], [leave()]))).toMatchObject({
      'DTSTART;VALUE=DATE': '20270201',
      'DTEND;VALUE=DATE': '20270206',
      SUMMARY: 'Leave',
      'X-MICROSOFT-CDO-BUSYSTATUS': 'OOF',
    });
  });

  it('counts days of leave in London, in summer too', () => {
    const summer = leave({ startsAt: new Date('2027-06-30T23:00:00Z'), endsAt: new Date('2027-07-01T23:00:00Z') });
    expect(eventIn(feedOf([], [summer]))).toMatchObject({ 'DTSTART;VALUE=DATE': '20270701', 'DTEND;VALUE=DATE': '20270702' });
  });

  it.each([
    ['starts at the first 01:30 (BST)', '2027-10-31T00:30:00Z', '2027-10-31T08:00:00Z'],
    ['starts at the second 01:30 (GMT)', '2027-10-31T01:30:00Z', '2027-10-31T08:00:00Z'],
    ['ends at the first 01:00 (BST)', '2027-10-30T18:00:00Z', '2027-10-31T00:00:00Z'],
    ['ends at 01:59 (GMT)', '2027-10-30T18:00:00Z', '2027-10-31T01:59:00Z'],
  ])('is in UTC when a shift %s on the night that has that hour twice', (_name, startsAt, endsAt) => {
    const event = eventIn(feedOf([shift({ startsAt: new Date(startsAt), endsAt: new Date(endsAt) })]));
    const asUtc = (iso: string) => iso.replace(/[-:]/g, '');
    expect([event.DTSTART, event.DTEND]).toEqual([asUtc(startsAt), asUtc(endsAt)]);
  });

  it('is in London time on the rest of that night, and tells the hours that pass', () => {
    const night = shift({ startsAt: new Date('2027-10-30T19:00:00Z'), endsAt: new Date('2027-10-31T08:00:00Z'), unpaidBreakMinutes: 0 });
    expect(eventIn(feedOf([night]))).toMatchObject({
      'DTSTART;TZID=Europe/London': '20271030T200000',
      'DTEND;TZID=Europe/London': '20271031T080000',
      DESCRIPTION: expect.stringContaining('Working time: 13 h'),
    });
  });

  it('never invites, alarms or recurs', () => {
    expect(feedOf([shift()], [leave()])).not.toMatch(/^(ATTENDEE|ORGANIZER|METHOD|BEGIN:VALARM|RRULE:FREQ=WEEKLY)/m);
  });

  it('has the same bytes for the same contents, whatever the zone of the server', () => {
    const zone = process.env.TZ;
    const texts = ['UTC', 'America/New_York', 'Pacific/Auckland'].map((name) => {
      process.env.TZ = name;
      return feedOf([shift(), shift({ shiftId: 'night', startsAt: new Date('2027-10-31T00:30:00Z'), endsAt: new Date('2027-10-31T08:00:00Z') })], [leave()]);
    });
    if (zone === undefined) delete process.env.TZ;
    else process.env.TZ = zone;
    expect(new Set(texts).size).toBe(1);
  });

  it('stays below half a megabyte by leaving out what is furthest ahead, and says so', () => {
    const many = Array.from({ length: 1000 }, (_, index) =>
      shift({
        shiftId: String(index),
        siteName: 'x'.repeat(400),
        organisationName: 'y'.repeat(400),
        startsAt: new Date(Date.UTC(2027, 0, 1, index)),
        endsAt: new Date(Date.UTC(2027, 0, 1, index + 1)),
      }),
    );
    const text = feedOf(many);
    expect(Buffer.byteLength(text)).toBeLessThanOrEqual(MAX_FEED_OCTETS);
    expect(text.replace(/\r\n /g, '').includes('Only the first part is shown')).toBe(true);
    expect(text.match(/BEGIN:VEVENT/g)?.length).toBeGreaterThan(500);
    expect(text.includes('DTSTART;TZID=Europe/London:20270101T000000')).toBe(true);
  });
});

describe('the judge', () => {
  const ordinary = [
    shift(),
    shift({ shiftId: '2', startsAt: new Date('2027-03-27T21:00:00Z'), endsAt: new Date('2027-03-28T07:00:00Z'), deliveryMode: 'VIDEO' }),
    shift({ shiftId: '3', startsAt: new Date('2027-10-30T23:30:00Z'), endsAt: new Date('2027-10-31T00:30:00Z'), unpaidBreakMinutes: 0 }),
    shift({ shiftId: '4', startsAt: new Date('2027-10-31T01:00:00Z'), endsAt: new Date('2027-10-31T09:00:00Z'), isCancelled: true }),
  ];

  it('finds nothing on nights on which the clocks change, cancelled shifts and leave', () => {
    expect(judgeFeed(feedOf(ordinary, [leave(), leave({ leaveId: '2', allDay: false, endsAt: new Date('2027-02-01T13:00:00Z') })]))).toEqual([]);
  });

  it('finds nothing when every time is in UTC, or all is leave', () => {
    expect(judgeFeed(feedOf(ordinary.slice(2, 3)))).toEqual([]);
    expect(judgeFeed(feedOf([], [leave()]))).toEqual([]);
  });

  it('finds in an empty feed only that it is empty', () => {
    expect(judgeFeed(feedOf([])).map((finding) => finding.split(':')[0])).toEqual(['empty', 'tz-unused']);
  });

  it('finds that every change says so and nothing else moved', () => {
    const later = new Date('2026-12-02T08:00:00Z');
    const changed = ordinary.map((given, index) => (index === 0 ? { ...given, changedAt: later, isCancelled: true } : given));
    expect(judgeFeed(feedOf(changed, [leave()]), feedOf(ordinary, [leave()]))).toEqual([]);
  });

  it('finds no error in whatever a rota may hold', () => {
    const hostile = fc.string({
      unit: fc.oneof(
        fc.constantFrom('\r', '\n', '\r\n', '\\', ';', ',', '"', ':', 'BEGIN:VALARM', '\u0000', '\u2028', '\ufeff', 'é', '🏥'),
        fc.string({ unit: 'binary', maxLength: 2 }),
      ),
      maxLength: 120,
    });
    const any = fc.record({
      siteName: fc.option(hostile),
      organisationName: fc.option(hostile),
      addressLines: fc.array(hostile, { maxLength: 4 }),
      postcode: fc.option(hostile),
      startsAt: fc
        .date({ min: new Date('2026-06-01T00:00:00Z'), max: new Date('2028-06-01T00:00:00Z'), noInvalidDate: true })
        .map((at) => new Date(Math.floor(at.getTime() / 60_000) * 60_000)),
      minutes: fc.integer({ min: 15, max: 1440 }),
      isCancelled: fc.boolean(),
    });
    const shifts = fc
      .sample(any, { numRuns: 300, seed: 20261124 })
      .map(({ minutes, startsAt, ...given }, index) =>
        shift({ ...given, shiftId: String(index), startsAt, endsAt: new Date(startsAt.getTime() + minutes * 60_000), unpaidBreakMinutes: 0 }),
      );
    // That text which came looks escaped twice is true of what came, and no error.
    expect(judgeFeed(feedOf(shifts)).filter((finding) => !/^(double-escape|email)/.test(finding))).toEqual([]);
  });
});
