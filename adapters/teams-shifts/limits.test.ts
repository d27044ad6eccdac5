import { describe, expect, it } from '@jest/globals';
import adapter from './adapter.ts';
import { fixtures } from './fixtures/config.ts';
import { createThrottle } from './fixtures/throttle.ts';
import { limits } from './limits.ts';
import { TeamsShiftsSettings } from './settings.ts';

const settings = TeamsShiftsSettings.parse(fixtures.settings);
const TEAM = `${settings.baseUrl}/teams/${settings.teamId}`;
const keptBy = (address: string, method = 'GET', of = settings) => limits(of, { url: new URL(address), method });

describe("Microsoft's limits for Shifts", () => {
  it('are declared for each team, each tenant and the application, a little below what is allowed', () => {
    expect(adapter.limits).toBe(limits);
    const rates = (method: string) => keptBy(`${TEAM}/schedule/shifts`, method).map(({ perSecond, burst }) => [Math.ceil(perSecond), burst]);
    expect(rates('GET')).toEqual([
      [576, 1],
      [29, 1],
      [4, 1],
    ]);
    expect(rates('POST')).toEqual([
      [288, 1],
      [29, 1],
      [4, 1],
    ]);
    expect(rates('DELETE')).toEqual([
      [144, 1],
      [15, 1],
      [4, 1],
    ]);
  });

  it('are shared by the teams of one application, and only that of a team is its own', () => {
    const other = { ...settings, teamId: 'another-team' };
    const keysOf = (of: TeamsShiftsSettings) => keptBy(`${of.baseUrl}/teams/${of.teamId}/members`, 'GET', of).map(({ key }) => key);
    const [first, second] = [keysOf(settings), keysOf(other)];
    expect(first.filter((key) => second.includes(key))).toHaveLength(2);
    expect(keysOf({ ...settings, clientId: 'another-application' }).filter((key) => first.includes(key))).toEqual([]);
  });

  it('hold no secret', () => {
    expect(JSON.stringify(keptBy(TEAM))).not.toContain(settings.clientSecret);
  });

  it('are those of Graph: the token service and a stand-in on this machine have none', () => {
    expect(keptBy(`${settings.loginUrl}/${settings.tenantId}/oauth2/v2.0/token`, 'POST')).toEqual([]);
    const local = { ...settings, baseUrl: 'http://127.0.0.1:4005/v1.0' };
    expect(keptBy(`${local.baseUrl}/teams/${local.teamId}/members`, 'GET', local)).toEqual([]);
  });

  it('are kept by the fake, which refuses what passes them until a second has gone by', () => {
    let now = 0;
    const { refuse } = createThrottle(() => now);
    const ask = (count: number, teamOf: (index: number) => string, method = 'GET') =>
      Array.from({ length: count }, (_, index) => refuse(method, teamOf(index)));
    expect(ask(5, () => 'one')).toEqual([0, 0, 0, 0, 1]);
    expect(ask(30, (index) => `other ${index}`).filter((wait) => wait > 0)).toHaveLength(4);
    expect(ask(16, (index) => `deleted ${index}`, 'DELETE').filter((wait) => wait > 0)).toHaveLength(1);
    now = 1_000;
    expect(ask(4, () => 'one')).toEqual([0, 0, 0, 0]);
  });
});
