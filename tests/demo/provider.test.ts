import { createServer } from 'node:http';
import { afterEach, expect, test } from '@jest/globals';
import { demoAccounts } from '../../demo/accounts.ts';
import { close, listenOnLoopback } from '../../demo/loopback.ts';
import { type DemoProvider, makeSigningKey, requestToken, startProvider } from '../../demo/provider.ts';
import { makeWorld } from '../../demo/world.ts';
import { createAuthenticator } from '../../platform/auth.ts';

const { people } = makeWorld({ seed: 'brackenford', firstMonday: '2026-11-23' });
const claims = { audience: 'rotagraph', rolesClaim: 'rotagraph_roles', staffKeyClaim: 'rotagraph_staff_key' };

let provider: DemoProvider | null = null;

afterEach(async () => {
  await provider?.close();
  provider = null;
});

async function start() {
  provider = await startProvider({ ...claims, accounts: demoAccounts(people), key: await makeSigningKey(), port: 0 });
  return provider;
}

test('its tokens are accepted as those of any issuer are, and say who the person is', async () => {
  const { issuer } = await start();
  const authenticate = createAuthenticator({ ...claims, issuer });
  expect(await authenticate(`Bearer ${await requestToken(issuer, 'manager')}`)).toEqual({
    subject: 'manager',
    staffKey: 'work-email:ivy.kestrelhurst@example.nhs.invalid',
    grants: [{ role: 'PRACTICE_MANAGER', organisation: 'Z99002' }],
  });
  expect(await authenticate(`Bearer ${await requestToken(issuer, 'service')}`)).toEqual({
    subject: 'service',
    staffKey: null,
    grants: [{ role: 'SERVICE', organisation: null }],
  });
});

test('its tokens are worth nothing where another issuer is trusted', async () => {
  const { issuer } = await start();
  const token = await requestToken(issuer, 'service');
  await provider?.close();
  const other = await start();
  await expect(createAuthenticator({ ...claims, issuer: other.issuer })(`Bearer ${token}`)).rejects.toMatchObject({ code: 'UNAUTHENTICATED' });
});

test('an account that it does not know gets no token', async () => {
  const { issuer } = await start();
  await expect(requestToken(issuer, 'nobody')).rejects.toThrow('no token for "nobody"');
});

test('a port that is taken is told with what to do', async () => {
  const server = createServer();
  const port = Number(new URL(await listenOnLoopback(server, 0, 'this test')).port);
  await expect(listenOnLoopback(createServer(), port, 'the demo sign-in')).rejects.toMatchObject({
    code: 'CONFIG_INVALID',
    message: expect.stringContaining(`PORT: port ${port}, wanted for the demo sign-in, is taken`),
  });
  await close(server);
});
