/** `npm run sandbox`: serves a fake of every vendor on loopback, until it is stopped. Everybody in them is invented. */
import { join } from 'node:path';
import { Command, CommanderError } from 'commander';
import { sandboxScreen } from '../sandbox/screen.ts';
import { startSandbox } from '../sandbox/server.ts';
import { writeUpstreamsFile } from '../sandbox/upstreams-file.ts';
import { RotagraphError } from '../schema/domain/errors.ts';
import { USAGE_EXIT_CODE } from './rota/terminal.ts';

const DEFAULT_PORT = 4100;
const MAX_PORT = 65_535;

try {
  await main();
} catch (error) {
  if (error instanceof CommanderError) process.exitCode = error.exitCode === 0 ? 0 : USAGE_EXIT_CODE;
  else if (error instanceof RotagraphError) {
    console.error(error.message);
    process.exitCode = USAGE_EXIT_CODE;
  } else throw error;
}

async function main(): Promise<void> {
  const program = new Command('sandbox')
    .description('Serves a fake of every API that an adapter reads, on this machine only.')
    .option('--port <number>', 'where it listens; 0 is any that is free', String(DEFAULT_PORT))
    .exitOverride()
    .showHelpAfterError()
    .parse();
  const { port: given } = program.opts<{ port: string }>();
  const port = Number(given);
  if (!/^\d+$/.test(given) || port > MAX_PORT) program.error(`--port: expected a number from 0 to ${MAX_PORT}.`);
  const folder = join(process.env.DATA_DIR || '.data', 'sandbox');
  const file = join(folder, 'upstreams.json');
  const sandbox = await startSandbox({ port });
  await writeUpstreamsFile(sandbox.vendors, file);
  process.stdout.write(`${sandboxScreen(sandbox, file, folder)}\nThe sandbox is ready at ${sandbox.url}. Ctrl-C stops it.\n`);
  const stopped = new Promise((resolve) => {
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.once(signal, resolve);
  });
  await stopped;
  await sandbox.close();
  process.stdout.write('Stopped.\n');
}
