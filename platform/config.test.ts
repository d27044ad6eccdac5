import { describe, expect, it } from '@jest/globals';
import { ConfigError } from '../schema/domain/errors.ts';
import { readConfig, settingsEnvExample, settingsMarkdown } from './config.ts';

function linesOf(read: () => unknown): readonly string[] {
  try {
    read();
  } catch (error) {
    if (error instanceof ConfigError) return error.lines;
    throw error;
  }
  return [];
}

describe('settings', () => {
  it('have defaults that start the service on this machine alone', () => {
    expect(readConfig({})).toMatchObject({
      databaseUrl: null,
      dataDir: '.data',
      host: '127.0.0.1',
      port: 4000,
      publicUrl: 'http://127.0.0.1:4000',
      feedBaseUrl: 'http://127.0.0.1:4000',
      oidcIssuer: null,
      explorer: true,
      logLevel: 'info',
    });
  });

  it('switch the explorer off in production unless it is asked for', () => {
    expect(readConfig({ NODE_ENV: 'production' }).explorer).toBe(false);
    expect(readConfig({ NODE_ENV: 'production', EXPLORER: 'on' }).explorer).toBe(true);
    expect(readConfig({ EXPLORER: 'off' }).explorer).toBe(false);
  });

  it('are refused together, a line each that names the setting and not its value', () => {
    const lines = linesOf(() =>
      readConfig({ PORT: '99999', DATABASE_URL: 'mysql://me:hunter2@db/x', GATEWAY_SECRET: 'short', EXPLORER: 'maybe', PRACTICES_URL: 'practices:4001' }),
    );
    expect(lines.map((line) => line.split(':')[0])).toEqual(['DATABASE_URL', 'PORT', 'GATEWAY_SECRET', 'PRACTICES_URL', 'EXPLORER']);
    expect(lines.join('\n')).not.toMatch(/hunter2|short|maybe|99999/);
    expect(lines[1]).toBe('PORT: in the environment, expected a number from 0 to 65535.');
  });

  it('are refused when one that the process needs is missing, and say what it is', () => {
    expect(linesOf(() => readConfig({ OIDC_ISSUER: ' ' }, ['databaseUrl', 'oidcIssuer']))).toEqual([
      expect.stringMatching(/^DATABASE_URL: missing from the environment\. PostgreSQL/),
      expect.stringMatching(/^OIDC_ISSUER: missing from the environment\. The OpenID Connect issuer/),
    ]);
  });

  it('trust an issuer or its keys over plain http on this machine only', () => {
    expect(linesOf(() => readConfig({ OIDC_ISSUER: 'http://sign-in.example.nhs.invalid', OIDC_JWKS_URL: 'http://10.0.0.1/keys' }))).toHaveLength(2);
    expect(readConfig({ OIDC_ISSUER: 'http://127.0.0.1:4002/' }).oidcIssuer).toBe('http://127.0.0.1:4002/');
  });

  it('take two gateway secrets while they are rotated, each long enough', () => {
    const [one, two] = ['a'.repeat(32), 'b'.repeat(32)];
    expect(readConfig({ GATEWAY_SECRET: `${one}, ${two}` }).gatewaySecrets).toEqual([one, two]);
    expect(linesOf(() => readConfig({ GATEWAY_SECRET: `${one},` }))).toEqual(['GATEWAY_SECRET: in the environment, expected at least 32 characters.']);
  });

  it('are documented, each once, secrets marked', () => {
    const markdown = settingsMarkdown();
    const named = [...markdown.matchAll(/^\| `([A-Z_]+)` \|/gm)].map(([, name]) => name);
    expect(new Set(named).size).toBe(named.length);
    expect([...settingsEnvExample().matchAll(/^#([A-Z_]+)=/gm)].map(([, name]) => name)).toEqual(named);
    for (const name of ['DATABASE_URL', 'GATEWAY_SECRET', 'PSEUDONYM_SECRET']) expect(markdown).toMatch(new RegExp(`\`${name}\`.*\\*\\*Secret`));
  });
});
