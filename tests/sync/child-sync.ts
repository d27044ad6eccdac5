/**
 * A process that syncs many shifts and tells of each page on standard output, for a test to kill.
 *
 * Arguments: where the database is, as JSON; how many shifts; how many of them a page.
 */
import { type DatabaseLocation, openDatabase } from '../../platform/db.ts';
import { migrate } from '../../platform/migrate.ts';
import { createSyncEngine } from '../../sync/engine.ts';
import { filledBy, NOW, shiftRecord, upstreamOf, WINDOW } from './fake-upstream.ts';

const [, , location = '', total = '', pageSize = ''] = process.argv;
const database = await openDatabase(JSON.parse(location) as DatabaseLocation);
await migrate(database);
const records = Array.from({ length: Number(total) }, (_, n) => shiftRecord(n, n % 3 === 0 ? filledBy(`ref:rota:${n}`) : {}));
const upstream = upstreamOf('rota', [{ name: 'shifts', entity: 'shift', records: () => records, pageSize: Number(pageSize) }]);
const say = (line: object) => process.stdout.write(`${JSON.stringify(line)}\n`);
const { runs } = await createSyncEngine({ database, now: () => NOW }).run([upstream], {
  ...WINDOW,
  progress: { started: () => {}, page: ({ received }) => say({ received }), finished: () => {} },
});
say({ done: runs[0] });
await database.close();
