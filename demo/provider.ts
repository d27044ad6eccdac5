/**
 * The demo's own OpenID provider, on loopback: real access tokens for invented people.
 *
 * What it gives away, anybody on this machine may have: there is no secret to know. That is safe because nothing but
 * the demo trusts it, the demo holds no real person's data, and it listens on loopback whatever HOST says.
 */
import { createServer } from 'node:http';
import { exportJWK, generateKeyPair, type JWK } from 'jose';
import type { AdapterFactory, Provider } from 'oidc-provider';
import { type Account, staffKeyOf } from './accounts.ts';
import { close, listenOnLoopback } from './loopback.ts';

/** The demo's accounts have a password in name only. */
export const DEMO_SECRET = 'demo';
const TOKEN_SECONDS = 12 * 60 * 60;
const ALGORITHM = 'ES256';
const RESOURCE = 'urn:rotagraph:graph';

export interface DemoProvider {
  readonly issuer: string;
  close(): Promise<void>;
}

interface ProviderOptions {
  readonly accounts: readonly Account[];
  readonly audience: string;
  readonly rolesClaim: string;
  readonly staffKeyClaim: string;
  /** The private key that signs tokens. Kept by the caller, so that tokens outlive a restart. */
  readonly key: JWK;
  /** 0 for any that is free. */
  readonly port: number;
}

export async function makeSigningKey(): Promise<JWK> {
  const { privateKey } = await generateKeyPair(ALGORITHM, { extractable: true });
  return { ...(await exportJWK(privateKey)), alg: ALGORITHM, use: 'sig', kid: 'demo' };
}

/** @throws ConfigError when the port is taken. */
export async function startProvider(options: ProviderOptions): Promise<DemoProvider> {
  const server = createServer();
  const issuer = await listenOnLoopback(server, options.port, 'the demo sign-in');
  // The library takes a while to load, which nobody need wait for who asks for no token.
  let provider: Promise<Provider> | null = null;
  server.on('request', async (request, response) => {
    try {
      provider ??= createProvider(issuer, options);
      await (await provider).callback()(request, response);
    } catch (error) {
      response.destroy(error as Error);
    }
  });
  return { issuer, close: () => close(server) };
}

async function createProvider(issuer: string, { accounts, audience, rolesClaim, staffKeyClaim, key }: ProviderOptions): Promise<Provider> {
  const { Provider } = await import('oidc-provider');
  const byId = new Map(accounts.map((account) => [account.id, account]));
  return new Provider(issuer, {
    adapter: createStore,
    ttl: { ClientCredentials: TOKEN_SECONDS },
    // The library asks for keys of its own form; jose made this one.
    jwks: { keys: [key as never] },
    clients: accounts.map(({ id }) => ({
      client_id: id,
      client_secret: DEMO_SECRET,
      token_endpoint_auth_method: 'client_secret_post',
      grant_types: ['client_credentials'],
      id_token_signed_response_alg: ALGORITHM,
      redirect_uris: [],
      response_types: [],
    })),
    features: {
      devInteractions: { enabled: false },
      clientCredentials: { enabled: true },
      resourceIndicators: {
        enabled: true,
        defaultResource: () => RESOURCE,
        getResourceServerInfo: () => ({ scope: '', audience, accessTokenTTL: TOKEN_SECONDS, accessTokenFormat: 'jwt', jwt: { sign: { alg: ALGORITHM } } }),
      },
    },
    extraTokenClaims(_context, token) {
      const account = byId.get(token.clientId ?? '');
      return account && { [rolesClaim]: account.roles, [staffKeyClaim]: staffKeyOf(account) ?? undefined };
    },
  });
}

/** Where the library would keep what it gave out. These tokens carry everything themselves, so nothing is asked for again. */
const createStore: AdapterFactory = () => ({
  upsert: async () => {},
  find: async () => undefined,
  findByUserCode: async () => undefined,
  findByUid: async () => undefined,
  consume: async () => {},
  destroy: async () => {},
  revokeByGrantId: async () => {},
});

/**
 * An access token for an account, as any client asks for one.
 *
 * @throws Error when the provider does not know the account; the message is the provider's.
 */
export async function requestToken(issuer: string, accountId: string): Promise<string> {
  const response = await fetch(`${issuer}/token`, {
    method: 'POST',
    body: new URLSearchParams({ grant_type: 'client_credentials', client_id: accountId, client_secret: DEMO_SECRET }),
  });
  const answer = (await response.json()) as { readonly access_token?: string; readonly error_description?: string };
  if (!answer.access_token) throw new Error(`The demo sign-in gave no token for "${accountId}": ${answer.error_description ?? response.status}.`);
  return answer.access_token;
}
