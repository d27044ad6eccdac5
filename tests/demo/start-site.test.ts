/** A start over a site's own data: no demo, and PostgreSQL where it is set. */
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { siteSheet } from '../../adapters/site-sheet/fixtures/upstream.ts';
import { demoAccounts } from '../../demo/accounts.ts';
import { type DemoProvider, makeSigningKey, requestToken, startProvider } from '../../demo/provider.ts';
import { makeWorld } from '../../demo/world.ts';
import { startTestPostgres, type TestPostgres } from '../support/postgres.ts';
import { killAll, startProgram, threeFreePorts } from './process.ts';

const SLOW_MS = 240_000;

let folder: string;
let postgres: TestPostgres;
/** Stands in for the issuer of a site. */
let issuer: DemoProvider;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'rotagraph-site-'));
  postgres = await startTestPostgres();
  const accounts = demoAccounts(makeWorld({ seed: 'brackenford', firstMonday: '2026-11-23' }).people);
  const claims = { audience: 'rotagraph', rolesClaim: 'rotagraph_roles', staffKeyClaim: 'rotagraph_staff_key' };
  issuer = await startProvider({ ...claims, accounts, key: await makeSigningKey(), port: 0 });
  const row = { code: 'HUB-1', organisation: 'U99999', name: 'The hub', kind: 'Access hub', deliveryModes: 'On site', address: '', postcode: '' };
  writeFileSync(join(folder, 'sites.csv'), siteSheet([row]));
  writeFileSync(join(folder, 'upstreams.json'), JSON.stringify({ upstreams: [{ id: 'sites', adapter: 'site-sheet', settings: { file: 'sites.csv' } }] }));
}, SLOW_MS);

afterAll(async () => {
  await killAll();
  await issuer.close();
  await postgres.stop();
  rmSync(folder, { recursive: true, force: true });
});

test(
  'it serves what its own upstreams hold, from PostgreSQL, with nothing of the demo',
  async () => {
    const port = await threeFreePorts();
    const started = startProgram('cli/start.ts', {
      DATABASE_URL: await postgres.newDatabase(),
      OIDC_ISSUER: issuer.issuer,
      PSEUDONYM_SECRET: 'a secret of a test, of 32 characters or more',
      UPSTREAMS_FILE: join(folder, 'upstreams.json'),
      DATA_DIR: join(folder, 'data'),
      PORT: String(port),
    });
    await started.until('is ready');
    await started.until('A stream was synced');
    const response = await fetch(`http://127.0.0.1:${port}/graphql`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', authorization: `Bearer ${await requestToken(issuer.issuer, 'service')}` },
      body: JSON.stringify({ query: '{ site(code: "HUB-1") { name } practices { totalCount } staff { totalCount } }' }),
    });
    expect(await response.json()).toEqual({ data: { site: { name: 'The hub' }, practices: { totalCount: 0 }, staff: { totalCount: 0 } } });
    expect(existsSync(join(folder, 'data'))).toBe(false);
    expect((await started.end('SIGTERM')).exitCode).toBe(0);
  },
  SLOW_MS,
);

test('without its secret it does not start, and says which setting is missing', async () => {
  const refused = startProgram('cli/start.ts', { OIDC_ISSUER: issuer.issuer, DATA_DIR: join(folder, 'data') });
  expect(await refused.exitCode()).toBe(1);
  expect(refused.printed()).toMatch(/^PSEUDONYM_SECRET: missing/);
});

test('where PostgreSQL does not answer it says so', async () => {
  const refused = startProgram('cli/start.ts', {
    OIDC_ISSUER: issuer.issuer,
    PSEUDONYM_SECRET: 'a secret of a test, of 32 characters or more',
    DATABASE_URL: 'postgresql://nobody:secret@127.0.0.1:1/none',
  });
  expect(await refused.exitCode()).toBe(1);
  expect(refused.printed()).toContain('DATABASE_URL: the database does not answer there (ECONNREFUSED)');
  expect(refused.printed()).not.toContain('secret@');
});
