/**
 * `npm run start:<process>`: one part of Rotagraph, as a process of its own, against PostgreSQL.
 *
 * Each part loads only what it needs: a gateway has no database, and sync no GraphQL.
 */
import { readFileSync } from 'node:fs';
import { type Config, readConfig, type SettingName } from '../platform/config.ts';
import type { Database } from '../platform/db.ts';
import { createLogger, errorText, type Logger } from '../platform/log.ts';
import type { SubgraphName } from '../platform/subgraph.ts';
import { ConfigError, RotagraphError } from '../schema/domain/errors.ts';

const PROCESSES = ['gateway', 'practices', 'workforce', 'rota', 'calendar', 'sync'] as const;
type ProcessName = (typeof PROCESSES)[number];

/** What runs, and how it ends. */
interface Running {
  /** Where it answers, or null for a process that serves nothing. */
  readonly url: string | null;
  close(): Promise<void>;
}

const STARTERS: Readonly<Record<ProcessName, (env: NodeJS.ProcessEnv, log: Logger) => Promise<Running>>> = {
  gateway: startGateway,
  practices: (env, log) => startSubgraph('practices', env, log),
  workforce: (env, log) => startSubgraph('workforce', env, log),
  rota: (env, log) => startSubgraph('rota', env, log),
  calendar: startCalendar,
  sync: startSync,
};

try {
  await main(process.argv[2] ?? '', process.env);
} catch (error) {
  console.error(error instanceof RotagraphError ? error.message : errorText(error));
  process.exitCode = 1;
}

async function main(name: string, env: NodeJS.ProcessEnv): Promise<void> {
  const found = PROCESSES.find((known) => known === name);
  if (!found) throw new ConfigError([`There is no process "${name}". There are: ${PROCESSES.join(', ')}.`]);
  const log = createLogger({ level: readConfig(env).logLevel }).child({ process: found });
  const { url, close } = await STARTERS[found](env, log);
  log.info(`${found} is ready${url === null ? '' : ` at ${url}`}`);
  const { untilSignal } = await import('../platform/serve.ts');
  await untilSignal(close, log);
}

async function startGateway(env: NodeJS.ProcessEnv, log: Logger): Promise<Running> {
  const config = readConfig(env, ['oidcIssuer', 'gatewaySecrets', 'practicesUrl', 'workforceUrl', 'rotaUrl']);
  const { createGateway } = await import('../gateway/server.ts');
  const { createHttpService } = await import('../platform/serve.ts');
  const gateway = await createGateway({
    supergraphSdl: readFileSync(new URL('../schema/supergraph.graphql', import.meta.url), 'utf8'),
    sources: { practices: { url: config.practicesUrl }, workforce: { url: config.workforceUrl }, rota: { url: config.rotaUrl } },
    authenticate: await authenticatorOf(config),
    gatewaySecret: config.gatewaySecrets[0] ?? '',
    explorer: config.explorer,
    log,
  });
  const service = await createHttpService({ host: config.host, port: config.port, routes: [gateway.router], checks: gateway.checks, log });
  return { url: `${service.url}/graphql`, close: inTurn(service.close, gateway.stop) };
}

/** What one subgraph needs and the others do without. */
const NEEDED_BY_SUBGRAPH: Readonly<Record<SubgraphName, readonly SettingName[]>> = {
  practices: [],
  workforce: ['pseudonymSecret'],
  // Its links would else point to itself, where no feed is served.
  rota: ['pseudonymSecret', 'feedBaseUrl'],
};

async function startSubgraph(name: SubgraphName, env: NodeJS.ProcessEnv, log: Logger): Promise<Running> {
  const config = readConfig<'databaseUrl' | 'oidcIssuer' | 'gatewaySecrets'>(env, ['databaseUrl', 'oidcIssuer', 'gatewaySecrets', ...NEEDED_BY_SUBGRAPH[name]]);
  const { createActorDirectory } = await import('../platform/actor-directory.ts');
  const { createSubgraphServer } = await import('../platform/subgraph-server.ts');
  const { createHttpService } = await import('../platform/serve.ts');
  const { databaseChecks } = await import('../platform/health.ts');
  const createSubgraph = await subgraphMaker(name);
  const authenticate = await authenticatorOf(config);
  const database = await openMigrated(config.databaseUrl);
  const subgraph = createSubgraph({
    database,
    authenticate,
    directory: createActorDirectory(database, now),
    now,
    pseudonymSecret: config.pseudonymSecret ?? '',
    feedBaseUrl: config.feedBaseUrl,
  });
  const { router, stop } = await createSubgraphServer({ subgraph, gatewaySecrets: config.gatewaySecrets, log });
  const service = await createHttpService({ host: config.host, port: config.port, routes: [router], checks: databaseChecks(database), log });
  return { url: `${service.url}/graphql`, close: inTurn(service.close, stop, database.close) };
}

async function subgraphMaker(name: SubgraphName) {
  if (name === 'practices') return (await import('../subgraphs/practices/main.ts')).createPracticesSubgraph;
  if (name === 'workforce') return (await import('../subgraphs/workforce/main.ts')).createWorkforceSubgraph;
  return (await import('../subgraphs/rota/main.ts')).createRotaSubgraph;
}

async function startCalendar(env: NodeJS.ProcessEnv, log: Logger): Promise<Running> {
  const config = readConfig(env, ['databaseUrl']);
  const { createCalendarRouter } = await import('../calendar/server.ts');
  const { createHttpService } = await import('../platform/serve.ts');
  const { databaseChecks } = await import('../platform/health.ts');
  const database = await openMigrated(config.databaseUrl);
  const routes = [createCalendarRouter({ database, now, log })];
  const service = await createHttpService({ host: config.host, port: config.port, routes, checks: databaseChecks(database), log });
  return { url: `${service.url}/feeds/`, close: inTurn(service.close, database.close) };
}

async function startSync(env: NodeJS.ProcessEnv, log: Logger): Promise<Running> {
  const { hasEntryVariables, settleUpstreams } = await import('../sync/upstreams.ts');
  const config = readConfig<'databaseUrl'>(env, hasEntryVariables(env) ? ['databaseUrl'] : ['databaseUrl', 'upstreamsFile']);
  const { createSyncEngine } = await import('../sync/engine.ts');
  const { engineSettings } = await import('./engine-settings.ts');
  const { startScheduler } = await import('../sync/scheduler.ts');
  const { upstreams, lines, refused } = await settleUpstreams(config.upstreamsFile, env);
  for (const line of lines) log.error(`An upstream is not read: ${line}`);
  // An upstream that is read keeps one connection for its lock and one to store with; the job queue needs some beside.
  const database = await openMigrated(config.databaseUrl, 2 * config.syncAtOnce + 4);
  const scheduler = await startScheduler({
    database,
    engine: createSyncEngine({ database, now, ...engineSettings(config), log }),
    upstreams,
    refused,
    now,
    atOnce: config.syncAtOnce,
    log,
  });
  const { createHooksRouter, hasHooks } = await import('../sync/hooks.ts');
  if (!hasHooks(upstreams)) return { url: null, close: inTurn(scheduler.stop, database.close) };
  const { createHttpService } = await import('../platform/serve.ts');
  const { databaseChecks } = await import('../platform/health.ts');
  const { requestSyncOf } = await import('../platform/source-plan.ts');
  const hooks = createHooksRouter({ upstreams, request: async (id) => void (await requestSyncOf(database, id, now())) });
  const service = await createHttpService({ host: config.host, port: config.port, routes: [hooks], checks: databaseChecks(database), log });
  return { url: service.url, close: inTurn(service.close, scheduler.stop, database.close) };
}

const now = () => new Date();

type OidcSettings = { readonly oidcIssuer: string } & Pick<Config, 'oidcAudience' | 'oidcJwksUrl' | 'oidcRolesClaim' | 'oidcStaffKeyClaim'>;

async function authenticatorOf(config: OidcSettings) {
  const { createAuthenticator } = await import('../platform/auth.ts');
  return createAuthenticator({
    issuer: config.oidcIssuer,
    audience: config.oidcAudience,
    jwksUrl: config.oidcJwksUrl,
    rolesClaim: config.oidcRolesClaim,
    staffKeyClaim: config.oidcStaffKeyClaim,
  });
}

/** @throws ConfigError when the database does not answer. */
async function openMigrated(url: string, poolSize?: number): Promise<Database> {
  const { openDatabase } = await import('../platform/db.ts');
  const { migrate } = await import('../platform/migrate.ts');
  const database = await openDatabase({ url, ...(poolSize !== undefined && { poolSize }) });
  try {
    await database.query('SELECT 1');
  } catch (error) {
    await database.close();
    const { code = 'no reason given' } = error as NodeJS.ErrnoException;
    throw new ConfigError([`DATABASE_URL: the database does not answer there (${code}). Check host, port, name, user and password.`], { cause: error });
  }
  await migrate(database);
  return database;
}

function inTurn(...closers: readonly (() => Promise<void>)[]): () => Promise<void> {
  return async () => {
    for (const close of closers) await close();
  };
}
