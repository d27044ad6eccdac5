/** An issuer of access tokens for tests: real keys, real signatures, and no network. */
import { exportJWK, generateKeyPair, SignJWT } from 'jose';
import { type Authenticate, type AuthenticatorOptions, createAuthenticator } from '../../platform/auth.ts';

export interface TokenRequest {
  readonly subject?: string;
  /** As an issuer writes them, for instance `practice_manager:Z99002`. */
  readonly roles?: readonly string[] | undefined;
  readonly staffKey?: string | undefined;
  readonly issuer?: string;
  readonly audience?: string;
  /** When it was made; it lasts ten minutes. */
  readonly at?: Date;
  /** Claims that are added, or that replace those above. */
  readonly claims?: Readonly<Record<string, unknown>>;
}

export interface TestIssuer {
  readonly issuer: string;
  readonly audience: string;
  /** What the issuer's own addresses answer: discovery and keys. */
  readonly fetch: typeof fetch;
  readonly authenticate: Authenticate;
  token(request?: TokenRequest): Promise<string>;
  /** The same as a header: `Bearer …`. */
  authorization(request?: TokenRequest): Promise<string>;
}

const LASTS_SECONDS = 600;
const ALGORITHM = 'ES256';

/** Makes an issuer with a key of its own. `now` is the clock of its tokens and of its `authenticate`. */
export async function makeTestIssuer(
  options: { readonly issuer?: string; readonly now?: () => Date; readonly authenticator?: Partial<AuthenticatorOptions> } = {},
): Promise<TestIssuer> {
  const { issuer = 'https://sign-in.example.nhs.invalid', now = () => new Date() } = options;
  const audience = 'rotagraph';
  const { publicKey, privateKey } = await generateKeyPair(ALGORITHM);
  const keys = { keys: [{ ...(await exportJWK(publicKey)), kid: 'test', alg: ALGORITHM, use: 'sig' }] };
  const answers: Readonly<Record<string, unknown>> = {
    [`${issuer}/.well-known/openid-configuration`]: { issuer, jwks_uri: `${issuer}/keys` },
    [`${issuer}/keys`]: keys,
  };
  const answer = (async (input: string | URL | Request) => {
    const found = answers[String(input instanceof Request ? input.url : input)];
    return found ? Response.json(found) : new Response(null, { status: 404 });
  }) as typeof fetch;
  const token = async (request: TokenRequest = {}) => {
    const issuedAt = Math.floor((request.at ?? now()).getTime() / 1_000);
    return new SignJWT({ rotagraph_roles: request.roles ?? ['service'], rotagraph_staff_key: request.staffKey, ...request.claims })
      .setProtectedHeader({ alg: ALGORITHM, kid: 'test', typ: 'at+jwt' })
      .setSubject(request.subject ?? 'test-subject')
      .setIssuer(request.issuer ?? issuer)
      .setAudience(request.audience ?? audience)
      .setIssuedAt(issuedAt)
      .setExpirationTime(issuedAt + LASTS_SECONDS)
      .sign(privateKey);
  };
  return {
    issuer,
    audience,
    fetch: answer,
    authenticate: createAuthenticator({
      issuer,
      audience,
      rolesClaim: 'rotagraph_roles',
      staffKeyClaim: 'rotagraph_staff_key',
      fetch: answer,
      now,
      ...options.authenticator,
    }),
    token,
    authorization: async (request) => `Bearer ${await token(request)}`,
  };
}
