/**
 * `npm run rota -- <verb>`: what an operator does by hand.
 *
 * Exit codes: 0 all is well; 1 something is not, and the output says what; 2 wrong words on the command line, a wrong or
 * missing setting, or a database that another process holds: nothing was done.
 */
import { Command, CommanderError } from 'commander';
import { errorText, withoutSecrets } from '../platform/log.ts';
import { RotagraphError } from '../schema/domain/errors.ts';
import { adapterVerb } from './rota/adapter.ts';
import { adaptersVerb } from './rota/adapters.ts';
import { checkVerb } from './rota/check.ts';
import { eraseVerb } from './rota/erase.ts';
import { mapVerb } from './rota/map.ts';
import { quarantineVerb } from './rota/quarantine.ts';
import { replayVerb } from './rota/replay.ts';
import { statusVerb } from './rota/status.ts';
import { syncVerb } from './rota/sync.ts';
import type { Terminal } from './rota/terminal.ts';
import { PROBLEM_EXIT_CODE, processTerminal, USAGE_EXIT_CODE } from './rota/terminal.ts';
import { tokenVerb } from './rota/token.ts';

process.exitCode = await main(process.argv.slice(2), processTerminal());

/** Runs one verb and gives the exit code. */
async function main(words: readonly string[], terminal: Terminal): Promise<number> {
  let exitCode = 0;
  const program = new Command('rota')
    .description('Looks after what Rotagraph reads from the upstream systems.')
    .exitOverride()
    .showHelpAfterError()
    .configureOutput({ writeOut: terminal.out, writeErr: terminal.error });
  for (const verb of [syncVerb, statusVerb, adaptersVerb, adapterVerb, mapVerb, checkVerb, quarantineVerb, replayVerb, eraseVerb, tokenVerb]) {
    const command = verb(terminal, (code) => {
      exitCode = code;
    });
    program.addCommand(command.exitOverride().copyInheritedSettings(program));
  }
  try {
    await program.parseAsync(words, { from: 'user' });
    return exitCode;
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : USAGE_EXIT_CODE;
    if (error instanceof RotagraphError) {
      terminal.error(`${withoutSecrets(error.message)}\n`);
      return USAGE_EXIT_CODE;
    }
    // Not the error as it is: those of a database hold values of rows.
    terminal.error(`${errorText(error)}\n`);
    return PROBLEM_EXIT_CODE;
  }
}
