/** A process that takes a piece of work, tells of it, and never ends it: for a test to kill. Argument: the database. */
import { openDatabase } from '../../platform/db.ts';
import { openJobs } from '../../platform/jobs.ts';

const [, , url = ''] = process.argv;
const jobs = await openJobs<{ readonly step: number }>({ database: await openDatabase({ url }), name: 'take-over', silenceSeconds: 10 });
await jobs.work(1, async (key, { step }) => {
  process.stdout.write(`${key} ${step}\n`);
  await new Promise(() => {});
});
