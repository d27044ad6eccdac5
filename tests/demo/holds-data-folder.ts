/** Locks the data folder that it is given, says so, and holds it until it is killed or told to let go. */
import { lockDataFolder } from '../../platform/data-folder.ts';
import { DatabaseLockedError } from '../../schema/domain/errors.ts';

try {
  const folder = lockDataFolder(process.argv[2] ?? '');
  process.stdout.write('locked\n');
  process.stdin.on('data', () => {
    folder.release();
    process.stdout.write('released\n');
  });
} catch (error) {
  if (!(error instanceof DatabaseLockedError)) throw error;
  process.stdout.write(`refused ${error.message}\n`);
}
