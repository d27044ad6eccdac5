/** `rota token`: an access token for one of the demo's people, to put into a request. */
import { Command } from 'commander';
import { demoToken } from '../../demo/token.ts';
import { readConfig } from '../../platform/config.ts';
import type { Verb } from './terminal.ts';

export const tokenVerb: Verb = (terminal) =>
  new Command('token')
    .description("Prints an access token for one of the demo's accounts, from the demo that runs.")
    .argument('<account>', 'for instance coordinator; npm start lists them')
    .action(async (account: string) => terminal.out(`${await demoToken(readConfig(terminal.env).dataDir, account)}\n`));
