/**
 * Who calls: an OpenID Connect access token, verified against the issuer's published keys.
 *
 * What an attacker wants: to be taken for somebody else, or to keep a right that has ended. What we rely on: the
 * signature of a key that the issuer publishes, with an asymmetric algorithm only (so a public key can never pass as a
 * shared secret, and "none" is no algorithm); the exact issuer; our own audience (so a token for another service is
 * worth nothing here); an expiry that must be there. The claims are read after all of that and not before.
 */
import { createHash } from 'node:crypto';
import { createRemoteJWKSet, customFetch, errors, type FetchImplementation, type JWTPayload, type JWTVerifyGetKey, jwtVerify } from 'jose';
import { LRUCache } from 'lru-cache';
import { z } from 'zod';
import { type Actor, grantFrom } from '../schema/domain/actor.ts';
import { RequestError } from '../schema/domain/errors.ts';
import { staffKey } from '../schema/domain/values.ts';

const ALGORITHMS = ['RS256', 'RS384', 'RS512', 'PS256', 'PS384', 'PS512', 'ES256', 'ES384', 'ES512', 'EdDSA', 'Ed25519'];
const CLOCK_TOLERANCE_SECONDS = 30;
const FETCH_TIMEOUT_MS = 5_000;
/** A verified token is not verified again for so long: one query's many subgraph calls bring the same one. */
const VERIFIED_MS = 30_000;

/** The caller of an `Authorization` header. */
export type Authenticate = (authorization: string | null) => Promise<Actor>;

export interface AuthenticatorOptions {
  /** Exactly the `iss` of the tokens. */
  readonly issuer: string;
  /** What `aud` must hold. */
  readonly audience: string;
  /** The issuer's keys; found by discovery when not given. */
  readonly jwksUrl?: string | null;
  readonly rolesClaim: string;
  readonly staffKeyClaim: string;
  readonly fetch?: typeof fetch;
  readonly now?: () => Date;
}

/**
 * Makes the check of access tokens. Asks the issuer for its keys at the first token, and again when they changed.
 *
 * The check throws RequestError UNAUTHENTICATED for a token that is missing or not to be believed, and any other error
 * when the issuer does not answer: that is not the caller's fault.
 */
export function createAuthenticator(options: AuthenticatorOptions): Authenticate {
  const now = options.now ?? (() => new Date());
  const keys = createKeys(options);
  const verified = new LRUCache<string, { readonly actor: Actor; readonly expiresMs: number }>({ max: 1_000, ttl: VERIFIED_MS });
  return async (authorization) => {
    const token = bearerToken(authorization);
    const fingerprint = createHash('sha256').update(token).digest('base64');
    const known = verified.get(fingerprint);
    if (known && now().getTime() < known.expiresMs) return known.actor;
    const claims = await verify(token, keys, options, now());
    const actor = actorOf(claims, options);
    verified.set(fingerprint, { actor, expiresMs: (claims.exp ?? 0) * 1_000 });
    return actor;
  };
}

function bearerToken(authorization: string | null): string {
  if (!authorization) throw new RequestError('UNAUTHENTICATED', 'Expected a header "Authorization: Bearer <access token>", got none.');
  const token = /^Bearer +([\w-]+\.[\w-]+\.[\w-]+)$/i.exec(authorization.trim())?.[1];
  if (!token) throw new RequestError('UNAUTHENTICATED', 'Expected "Authorization: Bearer <access token>" with a signed JWT, got something else.');
  return token;
}

async function verify(token: string, keys: JWTVerifyGetKey, { issuer, audience }: AuthenticatorOptions, currentDate: Date): Promise<JWTPayload> {
  try {
    const { payload } = await jwtVerify(token, keys, {
      algorithms: ALGORITHMS,
      issuer,
      audience,
      requiredClaims: ['exp', 'sub'],
      clockTolerance: CLOCK_TOLERANCE_SECONDS,
      currentDate,
    });
    if (typeof payload.sub !== 'string' || payload.sub === '') throw new errors.JWTInvalid('"sub" is empty');
    return payload;
  } catch (error) {
    const reason = refusalOf(error);
    if (reason === null) throw error;
    throw new RequestError('UNAUTHENTICATED', reason, { cause: error });
  }
}

/** What is wrong with the token, or null when the fault is not the token's. */
function refusalOf(error: unknown): string | null {
  if (error instanceof errors.JWTExpired) return 'The access token has expired. Sign in again.';
  if (error instanceof errors.JWTClaimValidationFailed) {
    return `The access token is not for this service: its "${error.claim}" claim is missing or not what is expected.`;
  }
  const isTokensFault =
    error instanceof errors.JWSSignatureVerificationFailed ||
    error instanceof errors.JOSEAlgNotAllowed ||
    error instanceof errors.JOSENotSupported ||
    error instanceof errors.JWSInvalid ||
    error instanceof errors.JWTInvalid ||
    error instanceof errors.JWKSNoMatchingKey ||
    error instanceof errors.JWKSMultipleMatchingKeys;
  return isTokensFault ? 'The access token is not signed by an issuer that is trusted here.' : null;
}

function createKeys({ issuer, jwksUrl, fetch: fetchFrom = fetch }: AuthenticatorOptions): JWTVerifyGetKey {
  const open = (url: string) =>
    createRemoteJWKSet(new URL(url), { timeoutDuration: FETCH_TIMEOUT_MS, [customFetch]: fetchFrom as unknown as FetchImplementation });
  let opened: Promise<JWTVerifyGetKey> | null = jwksUrl ? Promise.resolve(open(jwksUrl)) : null;
  const discover = () =>
    discoverKeysUrl(issuer, fetchFrom).then(open, (error) => {
      // An issuer that did not answer is asked again by the next token.
      opened = null;
      throw error;
    });
  return async (header, token) => {
    opened ??= discover();
    return (await opened)(header, token);
  };
}

const Discovery = z.object({ issuer: z.string(), jwks_uri: z.url() });

/** https://openid.net/specs/openid-connect-discovery-1_0.html#ProviderConfigurationResponse */
async function discoverKeysUrl(issuer: string, fetchFrom: typeof fetch): Promise<string> {
  const url = `${issuer.replace(/\/$/, '')}/.well-known/openid-configuration`;
  const response = await fetchFrom(url, { headers: { accept: 'application/json' }, redirect: 'error', signal: AbortSignal.timeout(FETCH_TIMEOUT_MS) });
  if (!response.ok) throw new Error(`OIDC_ISSUER: expected 200 from ${url}, got ${response.status}.`);
  const { issuer: named, jwks_uri: keysUrl } = Discovery.parse(await response.json());
  if (named !== issuer) throw new Error(`OIDC_ISSUER: ${url} speaks for another issuer, ${named}. The setting must be exactly that, slash and all.`);
  return keysUrl;
}

const Roles = z.union([z.array(z.string()), z.string().transform((written) => written.split(/[\s,]+/))]).catch([]);

function actorOf(claims: JWTPayload, { rolesClaim, staffKeyClaim }: AuthenticatorOptions): Actor {
  const key = staffKey.safeParse(
    String(claimAt(claims, staffKeyClaim) ?? '')
      .trim()
      .toLowerCase(),
  );
  return {
    subject: claims.sub as string,
    staffKey: key.success ? key.data : null,
    grants: Roles.parse(claimAt(claims, rolesClaim)).flatMap((role) => grantFrom(role) ?? []),
  };
}

/** A claim by its name, which may itself hold dots, or by a dotted path into it. */
function claimAt(claims: JWTPayload, name: string): unknown {
  if (Object.hasOwn(claims, name)) return claims[name];
  return name.split('.').reduce<unknown>((value, step) => (isRecord(value) && Object.hasOwn(value, step) ? value[step] : undefined), claims);
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
