import { describe, expect, it } from '@jest/globals';
import { exportJWK, generateKeyPair, SignJWT } from 'jose';
import { makeTestIssuer } from '../tests/support/tokens.ts';
import { createAuthenticator } from './auth.ts';

const NOW = new Date('2026-10-20T09:00:00Z');
const minutesFromNow = (minutes: number) => new Date(NOW.getTime() + minutes * 60_000);
const refused = { code: 'UNAUTHENTICATED' };

async function issuer() {
  return makeTestIssuer({ now: () => NOW });
}

describe('an access token', () => {
  it('becomes the caller: subject, person and roles, and roles of other systems are passed over', async () => {
    const { authenticate, authorization } = await issuer();
    const header = await authorization({
      subject: 'abc',
      staffKey: 'Work-Email:Someone@Example.NHS.invalid',
      roles: ['clinician', 'practice_manager:z99002', 'printer_admin'],
    });
    expect(await authenticate(header)).toEqual({
      subject: 'abc',
      staffKey: 'work-email:someone@example.nhs.invalid',
      grants: [
        { role: 'CLINICIAN', organisation: null },
        { role: 'PRACTICE_MANAGER', organisation: 'Z99002' },
      ],
    });
  });

  it('may carry its roles in one text, or within another claim', async () => {
    const within = await makeTestIssuer({ now: () => NOW, authenticator: { rolesClaim: 'realm_access.roles' } });
    const header = await within.authorization({ claims: { realm_access: { roles: 'clinician ics_analyst:QZZ' } } });
    expect((await within.authenticate(header)).grants.map(({ role }) => role)).toEqual(['CLINICIAN', 'ICS_ANALYST']);
    const dotted = await makeTestIssuer({ now: () => NOW, authenticator: { rolesClaim: 'https://rota.example/roles' } });
    expect((await dotted.authenticate(await dotted.authorization({ claims: { 'https://rota.example/roles': ['service'] } }))).grants).toHaveLength(1);
  });

  it('without roles or person of ours is still somebody, who may do nothing', async () => {
    const { authenticate, authorization } = await issuer();
    expect(await authenticate(await authorization({ roles: [], claims: { rotagraph_staff_key: 'not a key' } }))).toMatchObject({ staffKey: null, grants: [] });
  });

  it.each([
    ['missing', null],
    ['empty', ''],
    ['of another scheme', 'Basic YTpi'],
    ['no JWT', 'Bearer abc'],
    ['not signed', `Bearer ${btoa('{"alg":"none"}').replace(/=+$/, '')}.${btoa('{"sub":"a"}').replace(/=+$/, '')}.`],
  ])('is refused when it is %s', async (_what, header) => {
    const { authenticate } = await issuer();
    await expect(authenticate(header)).rejects.toMatchObject(refused);
  });

  it('is refused when it has expired, beyond half a minute for clocks that differ', async () => {
    const { authenticate, authorization } = await issuer();
    await expect(authenticate(await authorization({ at: minutesFromNow(-10.4) }))).resolves.toBeDefined();
    await expect(authenticate(await authorization({ at: minutesFromNow(-10.6) }))).rejects.toMatchObject({
      ...refused,
      message: expect.stringContaining('expired'),
    });
  });

  it('is refused once it has expired, also when it was accepted before', async () => {
    let now = NOW;
    const { authenticate, authorization } = await makeTestIssuer({ now: () => now });
    const header = await authorization();
    await authenticate(header);
    now = minutesFromNow(11);
    await expect(authenticate(header)).rejects.toMatchObject(refused);
  });

  it.each([
    ['for another service', { audience: 'payroll' }],
    ['of another issuer', { issuer: 'https://elsewhere.example.invalid' }],
    ['without a subject', { claims: { sub: undefined }, subject: '' }],
    ['that begins tomorrow', { claims: { nbf: minutesFromNow(60 * 24).getTime() / 1_000 } }],
  ])('is refused when it is one %s', async (_what, request) => {
    const { authenticate, authorization } = await issuer();
    await expect(authenticate(await authorization(request))).rejects.toMatchObject(refused);
  });

  it('is refused when another key signed it, also under the name of ours', async () => {
    const [ours, theirs] = [await issuer(), await issuer()];
    await expect(ours.authenticate(await theirs.authorization())).rejects.toMatchObject(refused);
  });

  it('is refused when a public key was used as a shared secret', async () => {
    const { publicKey } = await generateKeyPair('ES256');
    const jwk = { ...(await exportJWK(publicKey)), kid: 'test', alg: 'ES256', use: 'sig' };
    const authenticate = createAuthenticator({
      issuer: 'https://sign-in.example.nhs.invalid',
      audience: 'rotagraph',
      jwksUrl: 'https://sign-in.example.nhs.invalid/keys',
      rolesClaim: 'roles',
      staffKeyClaim: 'key',
      fetch: async () => Response.json({ keys: [jwk] }),
      now: () => NOW,
    });
    const token = await new SignJWT({})
      .setProtectedHeader({ alg: 'HS256', kid: 'test' })
      .setSubject('a')
      .setIssuer('https://sign-in.example.nhs.invalid')
      .setAudience('rotagraph')
      .setExpirationTime(minutesFromNow(5))
      .sign(new TextEncoder().encode(JSON.stringify(jwk)));
    await expect(authenticate(`Bearer ${token}`)).rejects.toMatchObject(refused);
  });
});

describe('the issuer', () => {
  it('is asked for its keys once, and by tokens of unknown keys no more often', async () => {
    const [ours, theirs] = [await issuer(), await issuer()];
    const asked: string[] = [];
    const authenticate = createAuthenticator({
      ...ours,
      rolesClaim: 'rotagraph_roles',
      staffKeyClaim: 'rotagraph_staff_key',
      now: () => NOW,
      fetch: (input, init) => {
        asked.push(String(input));
        return ours.fetch(input, init);
      },
    });
    await authenticate(await ours.authorization());
    for (let attempt = 0; attempt < 5; attempt += 1)
      await expect(authenticate(await theirs.authorization({ subject: `${attempt}` }))).rejects.toMatchObject(refused);
    expect(asked).toEqual([`${ours.issuer}/.well-known/openid-configuration`, `${ours.issuer}/keys`]);
  });

  it('that does not answer is no fault of the caller, and is asked again', async () => {
    const ours = await issuer();
    let isUp = false;
    const authenticate = createAuthenticator({
      ...ours,
      rolesClaim: 'rotagraph_roles',
      staffKeyClaim: 'rotagraph_staff_key',
      now: () => NOW,
      fetch: async (input, init) => (isUp ? ours.fetch(input, init) : new Response(null, { status: 503 })),
    });
    const header = await ours.authorization();
    await expect(authenticate(header)).rejects.not.toMatchObject(refused);
    isUp = true;
    await expect(authenticate(header)).resolves.toMatchObject({ subject: 'test-subject' });
  });

  it('whose discovery speaks for another is not trusted', async () => {
    const ours = await issuer();
    const authenticate = createAuthenticator({
      ...ours,
      rolesClaim: 'rotagraph_roles',
      staffKeyClaim: 'rotagraph_staff_key',
      fetch: async () => Response.json({ issuer: 'https://elsewhere.example.invalid', jwks_uri: 'https://elsewhere.example.invalid/keys' }),
    });
    await expect(authenticate(await ours.authorization())).rejects.toThrow('speaks for another issuer');
  });
});
