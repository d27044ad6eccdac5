/**
 * `npm start`: everything in one process.
 *
 * Without OIDC_ISSUER it is the demo: an embedded database, a network that is invented, tokens for its people. With it,
 * the same parts serve a site's own data, in the embedded database or in PostgreSQL, and nothing of the demo is there.
 */
import { flushCompileCache } from 'node:module';
import { RotagraphError } from '../schema/domain/errors.ts';
import { createSteps } from './start-steps.ts';

try {
  await main(process.env);
} catch (error) {
  const { errorText } = await import('../platform/log.ts');
  console.error(error instanceof RotagraphError ? error.message : errorText(error));
  process.exitCode = 1;
}

async function main(env: NodeJS.ProcessEnv): Promise<void> {
  const steps = createSteps((text) => process.stdout.write(text));
  await using opened = new AsyncDisposableStack();
  const { start } = env.OIDC_ISSUER ? await import('./start-site.ts') : await import('./start-demo.ts');
  const { log, screen } = await start(env, steps, opened);
  process.stdout.write(`\nRotagraph is ready after ${steps.elapsed()}.\n${screen}`);
  // So that a process that is killed leaves what it compiled to the next start.
  flushCompileCache();
  const { untilSignal } = await import('../platform/serve.ts');
  await untilSignal(() => opened.disposeAsync(), log);
  process.stdout.write('Stopped.\n');
}
