/** `rota erase`: takes a person out of all that is stored, on their request. */
import { Command } from 'commander';
import { readConfig } from '../../platform/config.ts';
import type { Database } from '../../platform/db.ts';
import { erasePerson, findPerson, neededSecret, type PersonHeld, tellHeld } from '../../sync/erase.ts';
import { withDatabase } from './open.ts';
import { PROBLEM_EXIT_CODE, type Terminal, type Verb } from './terminal.ts';

interface Options {
  readonly reason: string;
  readonly yes?: boolean;
}

export const eraseVerb: Verb = (terminal, exitWith) =>
  new Command('erase')
    .description('Tells what is held of a person; with --yes erases it, for good. Ends with 1 when there is no such person, or they are being read.')
    .argument('<person>', 'their id in the graph (staff_…), or a key, for instance work-email:name@example.nhs.invalid')
    .requiredOption('--reason <text>', 'why, for the record: the request, by its reference; no name')
    .option('--yes', 'do it; without, nothing is changed')
    .action(async (person: string, options: Options) => {
      const secret = options.yes ? neededSecret(readConfig(terminal.env).erasureSecret) : null;
      if (!(await withDatabase(terminal.env, (database) => erase(terminal, database, person, options, secret)))) exitWith(PROBLEM_EXIT_CODE);
    });

async function erase(terminal: Terminal, database: Database, person: string, { reason }: Options, secret: string | null): Promise<boolean> {
  const staffId = await findPerson(database, person);
  if (staffId === null) {
    terminal.error('Nobody has this id or key. Ids are as the graph gives them (staff_…), keys as "kind:value".\n');
    return false;
  }
  terminal.out(asText(await tellHeld(database, staffId, terminal.now())));
  if (secret === null) {
    terminal.out('Nothing was changed. --yes erases it, and nothing brings it back.\n');
    return true;
  }
  if (!(await erasePerson(database, { staffId, reason, secret, now: terminal.now() }))) {
    terminal.error('An upstream that knows this person is being synced. Try again once that has ended.\n');
    return false;
  }
  terminal.out('Erased. Their shifts stay, as filled by somebody who was erased.\n');
  return true;
}

function asText({ staffId, records, engagements, credentials, bankMemberships, leave, bookings, calendarFeeds, stillWorks }: PersonHeld): string {
  const counts = [
    ...[`${records} records of upstreams`, `${engagements} engagements`, `${credentials} credentials`, `${bankMemberships} bank memberships`],
    ...[`${leave} times of leave`, `${calendarFeeds} calendar links`, `${bookings} shifts, which stay`],
  ];
  const warning = stillWorks ? 'They still work for somebody: contracted hours will be fewer by theirs.\n' : '';
  return `staff_${staffId}: ${counts.join(', ')}.\n${warning}`;
}
