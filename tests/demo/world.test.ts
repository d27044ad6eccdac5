import { expect, test } from '@jest/globals';
import { demoAccounts } from '../../demo/accounts.ts';
import { HUB_SITE, NETWORK, ONLINE_SITE, PRACTICES, SITES } from '../../demo/places.ts';
import { upstreamFiles } from '../../demo/upstream-files.ts';
import { instantsOf, type WorldShift } from '../../demo/weeks.ts';
import { weeksShown } from '../../demo/weeks-shown.ts';
import { makeWorld } from '../../demo/world.ts';
import { hasRegistrationForm } from '../../schema/domain/codes.ts';
import { addDays, overlaps } from '../../schema/domain/time.ts';
import { DELIVERY_MODES, ENGAGEMENT_KINDS, LEAVE_KINDS } from '../../schema/domain/values.ts';

const MONDAY = '2026-11-23';
const world = makeWorld({ seed: 'brackenford', firstMonday: MONDAY });
const filled = world.shifts.flatMap((shift) => (shift.person ? [{ ...shift, person: shift.person }] : []));
const isAt = (organisationCode: string) => (shift: WorldShift) => shift.organisationCode === organisationCode;

test('the same seed and Monday make the same world', () => {
  expect(makeWorld({ seed: 'brackenford', firstMonday: MONDAY })).toEqual(world);
});

test('another seed makes another world', () => {
  const other = makeWorld({ seed: 'elsewhere', firstMonday: MONDAY });
  expect(other.people.map(({ email }) => email)).not.toEqual(world.people.map(({ email }) => email));
});

test('two worlds agree on the weeks that they share, and on who everybody is', () => {
  const later = makeWorld({ seed: 'brackenford', firstMonday: addDays(MONDAY, 7) });
  const shared = ({ startsOn }: { startsOn: string }) => startsOn >= addDays(MONDAY, 7) && startsOn < addDays(MONDAY, 28);
  const told = (shifts: readonly WorldShift[]) => shifts.filter(shared).map(({ person, ...shift }) => ({ ...shift, person: person?.email }));
  expect(told(later.shifts)).toEqual(told(world.shifts));
  const names = ({ people }: typeof world) => people.map(({ credentials: _, ...person }) => person);
  expect(names(later)).toEqual(names(world));
});

test('a day that is not a Monday is refused', () => {
  expect(() => makeWorld({ seed: 'brackenford', firstMonday: '2026-11-24' })).toThrow('2026-11-24 is not');
});

test('there are six practices, a hub with all four modes and a remote site without a door', () => {
  expect(PRACTICES).toHaveLength(6);
  expect(SITES.find(({ code }) => code === HUB_SITE)).toMatchObject({ kind: 'ACCESS_HUB', deliveryModes: DELIVERY_MODES });
  expect(SITES.find(({ code }) => code === ONLINE_SITE)?.deliveryModes).not.toContain('ON_SITE');
});

test('about sixty people of all the professions that the network is made of', () => {
  expect(world.people.length).toBeGreaterThanOrEqual(55);
  expect(world.people.length).toBeLessThanOrEqual(70);
  const roles = new Set(world.people.map(({ role }) => role));
  for (const role of [
    ...(['GENERAL_PRACTITIONER', 'PRACTICE_NURSE', 'PHARMACIST', 'PHYSICIAN_ASSOCIATE'] as const),
    ...(['PHYSIOTHERAPIST', 'PARAMEDIC', 'SOCIAL_PRESCRIBING_LINK_WORKER', 'RECEPTIONIST'] as const),
  ]) {
    expect(roles).toContain(role);
  }
});

test('people are engaged on every kind of terms, and nobody has the e-mail of another', () => {
  const kinds = new Set(world.people.flatMap(({ engagements }) => engagements.map(({ kind }) => kind)));
  expect([...kinds].sort()).toEqual([...ENGAGEMENT_KINDS].sort());
  expect(new Set(world.people.map(({ email }) => email)).size).toBe(world.people.length);
});

test('every registration has the form of its regulator', () => {
  const registrations = world.people.flatMap(({ registration }) => registration ?? []);
  expect(new Set(registrations.map(({ regulator }) => regulator))).toEqual(new Set(['GMC', 'NMC', 'HCPC', 'GPHC']));
  expect(registrations.filter(({ regulator, number }) => !hasRegistrationForm(regulator, number))).toEqual([]);
});

test('the rota lasts four weeks, every one of which has filled, open and cancelled shifts in every mode', () => {
  for (const week of [0, 1, 2, 3]) {
    const from = addDays(MONDAY, 7 * week);
    const shifts = world.shifts.filter(({ startsOn }) => startsOn >= from && startsOn < addDays(from, 7));
    expect(new Set(shifts.map(({ deliveryMode }) => deliveryMode))).toEqual(new Set(DELIVERY_MODES));
    expect(new Set(shifts.map(({ status }) => status))).toEqual(new Set(['FILLED', 'OPEN', 'CANCELLED']));
  }
  expect(world.shifts.every(({ startsOn }) => startsOn >= MONDAY && startsOn < world.endsOn)).toBe(true);
});

test('gaps are covered by bank, agency and locums, and by people of other practices', () => {
  expect(new Set(filled.map(({ cover }) => cover))).toEqual(new Set([null, 'BANK', 'AGENCY', 'LOCUM']));
  const fromElsewhere = filled.filter(
    ({ organisationCode, person }) =>
      organisationCode !== NETWORK.code && !person.engagements.some((engagement) => engagement.organisationCode === organisationCode),
  );
  expect(fromElsewhere.length).toBeGreaterThan(50);
});

test('the hub works on evenings and Saturdays, in every mode', () => {
  const hub = world.shifts.filter(isAt(NETWORK.code)).filter(({ siteCode }) => siteCode === HUB_SITE);
  expect(new Set(hub.map(({ deliveryMode }) => deliveryMode))).toEqual(new Set(DELIVERY_MODES));
  const isSaturday = ({ startsOn }: WorldShift) => new Date(startsOn).getUTCDay() === 6;
  expect(hub.some(isSaturday)).toBe(true);
  expect(hub.every((shift) => isSaturday(shift) || shift.start >= '18:30')).toBe(true);
});

test('one shift a week goes over midnight', () => {
  const overnight = world.shifts.filter((shift) => shift.end <= shift.start);
  expect(overnight).toHaveLength(4);
  for (const shift of overnight) {
    const { startsAt, endsAt } = instantsOf(shift);
    expect(endsAt.getTime() - startsAt.getTime()).toBe(4 * 3_600_000);
  }
});

test('nobody is in two places at once, or at work while away', () => {
  for (const own of Map.groupBy(filled, ({ person }) => person).values()) {
    const times = own.map(instantsOf).sort((a, b) => a.startsAt.getTime() - b.startsAt.getTime());
    expect(times.filter((time, index) => index > 0 && overlaps(times[index - 1] as typeof time, time))).toEqual([]);
  }
  const atWorkWhileAway = filled.filter(({ person, startsOn }) =>
    world.leave.some((leave) => leave.person === person && leave.startsOn <= startsOn && startsOn <= leave.lastDay),
  );
  expect(atWorkWhileAway).toEqual([]);
});

test('people are away for every reason that is told apart', () => {
  expect(new Set(world.leave.map(({ kind }) => kind))).toEqual(new Set(LEAVE_KINDS));
});

test('a rota never uses a reference twice', () => {
  expect(new Set(world.shifts.map(({ organisationCode, ref }) => `${organisationCode} ${ref}`)).size).toBe(world.shifts.length);
});

test('weeks in which the clocks change are made as well', () => {
  for (const firstMonday of ['2026-03-23', '2026-10-19']) expect(() => makeWorld({ seed: 'brackenford', firstMonday }).shifts.map(instantsOf)).not.toThrow();
});

test('there is an account for each role, and those of people are of people', () => {
  const accounts = demoAccounts(world.people);
  expect(accounts.map(({ roles }) => roles)).toEqual([
    ['clinician'],
    ['practice_manager:Z99002'],
    ['pcn_coordinator:U99999'],
    ['ics_analyst:QZZ'],
    ['service'],
  ]);
  expect(accounts.map(({ person }) => person?.role)).toEqual([
    ...(['GENERAL_PRACTITIONER', 'PRACTICE_MANAGER', 'DIGITAL_AND_TRANSFORMATION_LEAD'] as const),
    ...[undefined, undefined],
  ]);
});

test('every address is one that cannot exist', () => {
  expect(world.people.filter(({ email }) => !email.endsWith('@example.nhs.invalid'))).toEqual([]);
});

test('its files are the same bytes each time, and one rota is a workbook', async () => {
  const files = await upstreamFiles(world);
  const again = await upstreamFiles(world);
  const texts = (all: typeof files) => Object.fromEntries(Object.entries(all).filter(([, content]) => typeof content === 'string'));
  expect(texts(again)).toEqual(texts(files));
  expect(Object.keys(files).filter((name) => name.startsWith('rotas/'))).toHaveLength(6);
  expect(Object.keys(files).filter((name) => name.endsWith('.xlsx'))).toEqual(['rotas/dovecote.xlsx']);
});

test('when the week moves on, the weeks that were shown stay in the files as history', () => {
  expect(weeksShown(MONDAY, MONDAY)).toEqual({ firstMonday: MONDAY, weeks: 4 });
  expect(weeksShown(MONDAY, addDays(MONDAY, 14))).toEqual({ firstMonday: MONDAY, weeks: 6 });
  expect(weeksShown(MONDAY, addDays(MONDAY, 7 * 40))).toEqual({ firstMonday: addDays(MONDAY, 7 * 27), weeks: 17 });
  const later = makeWorld({ seed: 'brackenford', ...weeksShown(MONDAY, addDays(MONDAY, 14)) });
  expect(later.shifts.slice(0, world.shifts.length)).toEqual(later.shifts.filter(({ startsOn }) => startsOn < world.endsOn));
  expect(later.shifts.slice(0, world.shifts.length).map(({ ref, status }) => `${ref} ${status}`)).toEqual(
    world.shifts.map(({ ref, status }) => `${ref} ${status}`),
  );
});
