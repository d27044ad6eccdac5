/**
 * The settings of every process, read once from the environment and checked at the door.
 *
 * The table below is the only list: what is read, its documentation and `.env.example` all come from it. Settings of
 * upstream systems are not here: they stand in the file that `UPSTREAMS_FILE` names, and each adapter declares its own.
 */
import { z } from 'zod';
import { ConfigError } from '../schema/domain/errors.ts';
import { parsePrecedence } from '../schema/domain/precedence.ts';

const LOOPBACK_HOSTS = ['localhost', '127.0.0.1', '[::1]'];
const MIN_SECRET_LENGTH = 32;
export const LOG_LEVELS = ['trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent'] as const;

const text = z.string().trim();
const address = text
  .refine((value) => URL.canParse(value) && /^https?:$/.test(new URL(value).protocol), 'expected an address that begins with http:// or https://')
  .transform((value) => value.replace(/\/+$/, ''));
/** What is trusted to say who somebody is must not be readable or writable on the way. */
const trustedAddress = address.refine(
  (value) => value.startsWith('https:') || LOOPBACK_HOSTS.includes(new URL(value).hostname),
  'expected an address that begins with https:// (http:// only for this machine)',
);
const secret = text.min(MIN_SECRET_LENGTH, `expected at least ${MIN_SECRET_LENGTH} characters`);

interface Setting<Value> {
  /** Name in the environment. */
  readonly name: string;
  /** One sentence or two, for the person who sets it. */
  readonly about: string;
  readonly secret?: true;
  /** As it would be written. A setting without one is null unless it is set. */
  readonly default?: string;
  /** What is done when it is not set, in words, where that is not a fixed value. */
  readonly otherwise?: string;
  readonly parse: z.ZodType<Value>;
}

/** Keeps the type of each setting's value. */
function setting<Value>(declaration: Setting<Value>): Setting<Value> {
  return declaration;
}

const SETTINGS = {
  databaseUrl: setting({
    name: 'DATABASE_URL',
    about: 'PostgreSQL 15 or newer, for instance postgresql://user:password@host:5432/rotagraph. Needed to run the parts as processes of their own.',
    secret: true,
    otherwise: 'the embedded database in DATA_DIR',
    parse: text.regex(/^postgres(ql)?:\/\/\S+$/, 'expected an address that begins with postgresql://'),
  }),
  dataDir: setting({
    name: 'DATA_DIR',
    about: 'Folder of the embedded database and of the demo. Used where DATABASE_URL is not set.',
    default: '.data',
    parse: text,
  }),
  host: setting({ name: 'HOST', about: 'Address to listen on. 0.0.0.0 for all.', default: '127.0.0.1', parse: text }),
  port: setting({
    name: 'PORT',
    about: 'Port to listen on.',
    default: '4000',
    parse: text
      .regex(/^\d{1,5}$/, 'expected a number from 0 to 65535')
      .transform(Number)
      .pipe(z.number().max(65_535, 'expected a number from 0 to 65535')),
  }),
  publicUrl: setting({
    name: 'PUBLIC_URL',
    about: 'Where people reach the service, for instance through a proxy: https://rota.example.nhs.invalid.',
    otherwise: 'http://HOST:PORT',
    parse: address,
  }),
  oidcIssuer: setting({
    name: 'OIDC_ISSUER',
    about: 'The OpenID Connect issuer whose access tokens are accepted, exactly as it stands in their "iss" claim.',
    // An issuer is compared byte for byte, so its slash at the end stays.
    parse: text.refine((value) => trustedAddress.safeParse(value).success, 'expected an address that begins with https:// (http:// only for this machine)'),
  }),
  oidcAudience: setting({
    name: 'OIDC_AUDIENCE',
    about: 'What the "aud" claim of a token must hold: the name of this service at the issuer.',
    default: 'rotagraph',
    parse: text,
  }),
  oidcJwksUrl: setting({
    name: 'OIDC_JWKS_URL',
    about: "The issuer's keys.",
    otherwise: 'found by discovery at OIDC_ISSUER',
    parse: trustedAddress,
  }),
  oidcRolesClaim: setting({
    name: 'OIDC_ROLES_CLAIM',
    about: 'The claim that holds the roles, for instance practice_manager:A81001. A dotted path reaches into a claim: realm_access.roles.',
    default: 'rotagraph_roles',
    parse: text,
  }),
  oidcStaffKeyClaim: setting({
    name: 'OIDC_STAFF_KEY_CLAIM',
    about: 'The claim that says which person of the workforce the account is, for instance work-email:name@example.nhs.invalid.',
    default: 'rotagraph_staff_key',
    parse: text,
  }),
  gatewaySecrets: setting({
    name: 'GATEWAY_SECRET',
    about: `Tells a subgraph that its caller is a gateway of ours. The same for both, at least ${MIN_SECRET_LENGTH} characters. While it is changed, two with a comma: the gateway sends the first, a subgraph takes either.`,
    secret: true,
    parse: text.transform((value) => value.split(',')).pipe(z.array(secret)),
  }),
  pseudonymSecret: setting({
    name: 'PSEUDONYM_SECRET',
    about: `Enciphers people's ids for callers who may not know them. The same for workforce and rota, at least ${MIN_SECRET_LENGTH} characters. Changing it changes every pseudonym.`,
    secret: true,
    parse: secret,
  }),
  birthDateSecret: setting({
    name: 'BIRTH_DATE_SECRET',
    about: `Turns birth dates into digests where they are read, to tell people apart by; no date is kept. For sync, at least ${MIN_SECRET_LENGTH} characters. Changing it makes the digests that are held worthless until everybody is read again.`,
    secret: true,
    otherwise: 'birth dates are dropped and not compared',
    parse: secret,
  }),
  feedBaseUrl: setting({
    name: 'FEED_BASE_URL',
    about: 'Where calendars reach the feeds: the part of a link before /feeds/.',
    otherwise: 'PUBLIC_URL',
    parse: address,
  }),
  practicesUrl: setting({
    name: 'PRACTICES_URL',
    about: 'The practices subgraph, for instance http://practices:4001/graphql. For the gateway.',
    parse: address,
  }),
  workforceUrl: setting({ name: 'WORKFORCE_URL', about: 'The workforce subgraph. For the gateway.', parse: address }),
  rotaUrl: setting({ name: 'ROTA_URL', about: 'The rota subgraph. For the gateway.', parse: address }),
  upstreamsFile: setting({
    name: 'UPSTREAMS_FILE',
    about: 'A JSON file that lists the upstream systems and their settings. For sync. Each may stand in a variable UPSTREAM_ENTRY_<ID> as well, or instead.',
    parse: text,
  }),
  syncAtOnce: setting({
    name: 'SYNC_AT_ONCE',
    about: 'How many upstreams a sync process reads at once. Each takes two connections to the database.',
    default: '8',
    parse: text
      .regex(/^\d{1,3}$/, 'expected a number from 1 to 100')
      .transform(Number)
      .pipe(z.number().min(1, 'expected a number from 1 to 100').max(100, 'expected a number from 1 to 100')),
  }),
  rawRetentionDays: setting({
    name: 'RAW_RETENTION_DAYS',
    about: 'For how many days after it was last met upstream the part of a record that is read is kept, for replays. 0 keeps none.',
    default: '92',
    parse: text
      .regex(/^\d{1,4}$/, 'expected a number from 0 to 3660')
      .transform(Number)
      .pipe(z.number().max(3_660, 'expected a number from 0 to 3660')),
  }),
  historyRetentionDays: setting({
    name: 'HISTORY_RETENTION_DAYS',
    about:
      'For how many days history is kept: shifts and leave that are over, rows that went from their source, people who left. At least 366. The site decides.',
    default: '2192',
    parse: text
      .regex(/^\d{3,5}$/, 'expected a number from 366 to 36600')
      .transform(Number)
      .pipe(z.number().min(366, 'expected a number from 366 to 36600').max(36_600, 'expected a number from 366 to 36600')),
  }),
  erasureSecret: setting({
    name: 'ERASURE_SECRET',
    about: `Hashes the keys of people who were erased, so that no sync brings them back, at least ${MIN_SECRET_LENGTH} characters. For sync and npm run rota. Keep it: once somebody was erased nothing is read without it, or with another.`,
    secret: true,
    parse: secret,
  }),
  precedence: setting({
    name: 'FIELD_PRECEDENCE',
    about:
      'Which sort of source wins a field where several records make one row, where it is another than by default: staffMember.workEmail=ROTA,HR; site.*=REFERENCE,LOCAL.',
    otherwise: 'as schema/domain/precedence.ts says',
    parse: text.transform((value, context) => {
      const parsed = parsePrecedence(value);
      if (parsed.ok) return parsed.value;
      context.addIssue({ code: 'custom', message: parsed.problem });
      return z.NEVER;
    }),
  }),
  explorer: setting({
    name: 'EXPLORER',
    about: 'Serves a query editor at /explorer.',
    otherwise: 'on; off when NODE_ENV is production',
    parse: z.enum(['on', 'off'], 'expected on or off').transform((value) => value === 'on'),
  }),
  logLevel: setting({
    name: 'LOG_LEVEL',
    about: `One of ${LOG_LEVELS.join(', ')}.`,
    default: 'info',
    parse: z.enum(LOG_LEVELS, `expected one of ${LOG_LEVELS.join(', ')}`),
  }),
};

type Settings = typeof SETTINGS;
type ValueOf<Name extends keyof Settings> = Settings[Name] extends Setting<infer Value> ? Value : never;
type Filled =
  | 'dataDir'
  | 'host'
  | 'port'
  | 'publicUrl'
  | 'oidcAudience'
  | 'oidcRolesClaim'
  | 'oidcStaffKeyClaim'
  | 'feedBaseUrl'
  | 'syncAtOnce'
  | 'rawRetentionDays'
  | 'historyRetentionDays'
  | 'explorer'
  | 'logLevel';

export type SettingName = keyof Settings;
/** Settings by name. What has no default is null unless it is set, or was named as needed. */
export type Config<Needed extends SettingName = never> = {
  readonly [Name in SettingName]: Name extends Filled | Needed ? ValueOf<Name> : ValueOf<Name> | null;
};

/**
 * Reads the settings. An empty value is the same as none.
 *
 * `needed` names the settings without which the process cannot do its work.
 *
 * @throws ConfigError with a line for each setting that is wrong or missing. A line never holds the value: it may be a
 * secret, or beside one.
 */
export function readConfig<Needed extends SettingName = never>(env: NodeJS.ProcessEnv, needed: readonly (Needed | SettingName)[] = []): Config<Needed> {
  const problems: string[] = [];
  const values = Object.fromEntries(
    Object.entries<Setting<unknown>>(SETTINGS).map(([name, declaration]) => [name, readSetting(env, declaration, needed.includes(name as Needed), problems)]),
  ) as Config;
  if (problems.length > 0) throw new ConfigError(problems);
  const publicUrl = values.publicUrl ?? `http://${values.host}:${values.port}`;
  const filled: Config = {
    ...values,
    publicUrl,
    feedBaseUrl: values.feedBaseUrl ?? publicUrl,
    explorer: values.explorer ?? env.NODE_ENV !== 'production',
  };
  return filled as unknown as Config<Needed>;
}

function readSetting(env: NodeJS.ProcessEnv, declaration: Setting<unknown>, isNeeded: boolean, problems: string[]): unknown {
  const { name, about, parse } = declaration;
  const written = env[name]?.trim() || declaration.default;
  if (written === undefined) {
    if (isNeeded) problems.push(`${name}: missing from the environment. ${about}`);
    return null;
  }
  const parsed = parse.safeParse(written);
  if (parsed.success) return parsed.data;
  problems.push(`${name}: in the environment, ${parsed.error.issues[0]?.message ?? 'not what was expected'}.`);
  return null;
}

const TABLE_HEAD = ['| setting | what it is | when it is not set |', '|---|---|---|'];

/** Every setting as a table, for the documents. */
export function settingsMarkdown(): string {
  const rows = Object.values<Setting<unknown>>(SETTINGS).map((declaration) => {
    const about = `${declaration.about}${declaration.secret ? ' **Secret.**' : ''}`;
    return `| \`${declaration.name}\` | ${about} | ${declaration.default ? `\`${declaration.default}\`` : (declaration.otherwise ?? 'none')} |`;
  });
  return `${[...TABLE_HEAD, ...rows].join('\n')}\n`;
}

/** Every setting as a file to start from: all lines are comments, so that the file changes nothing as it is. */
export function settingsEnvExample(): string {
  return Object.values<Setting<unknown>>(SETTINGS)
    .map(({ name, about, secret: isSecret, default: value, otherwise }) => {
      const unset = value ? `Default: ${value}.` : otherwise ? `When not set: ${otherwise}.` : '';
      return `# ${[about, isSecret ? 'Secret.' : '', unset].filter(Boolean).join(' ')}\n#${name}=${value ?? ''}\n`;
    })
    .join('\n');
}
