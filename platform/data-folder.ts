/**
 * The folder of the embedded database, behind a lock of our own: PGlite lets two processes open one folder and ruin it.
 *
 * The lock is the operating system's lock on a file, taken through SQLite, which knows how on every system. It belongs
 * to the process, so a crash releases it: there is no stale lock to tell from a live one, no process number that was
 * given to somebody else since, and no moment in which two processes may both "recover" it. The file beside it only
 * says who holds it, for the message.
 */
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { DatabaseLockedError } from '../schema/domain/errors.ts';

const SQLITE_BUSY = 5;

export interface DataFolder {
  readonly path: string;
  /** Where the embedded database lives. */
  readonly databaseFolder: string;
  /** Lets go of the lock. Calling it again changes nothing. */
  release(): void;
}

/** Locks that this process holds. What is not referred to is collected, and with it its lock. */
const held = new Set<DatabaseSync>();

/**
 * Makes the folder where it is missing and locks it for this process.
 *
 * @throws DatabaseLockedError when another process, or this one, holds it.
 */
export function lockDataFolder(folder: string): DataFolder {
  const path = resolve(folder);
  mkdirSync(path, { recursive: true });
  const holderFile = join(path, 'lock.json');
  const lock = new DatabaseSync(join(path, 'lock'));
  try {
    lock.exec('PRAGMA journal_mode = OFF; PRAGMA busy_timeout = 0; BEGIN EXCLUSIVE');
  } catch (error) {
    lock.close();
    if ((error as { errcode?: number }).errcode === SQLITE_BUSY) throw new DatabaseLockedError(whoHolds(path, holderFile), { cause: error });
    throw error;
  }
  held.add(lock);
  writeFileSync(holderFile, `${JSON.stringify({ pid: process.pid })}\n`);
  return {
    path,
    databaseFolder: join(path, 'database'),
    release() {
      if (!held.delete(lock)) return;
      rmSync(holderFile, { force: true });
      lock.close();
    },
  };
}

function whoHolds(path: string, holderFile: string): string {
  const pid = readHolder(holderFile);
  const who = pid === null ? 'another process' : `process ${pid}`;
  return `The data folder ${path} is in use by ${who}. Stop that one first (Ctrl-C where it runs), choose another folder with DATA_DIR, or set DATABASE_URL to use PostgreSQL, which many processes may share.`;
}

function readHolder(file: string): number | null {
  try {
    const { pid } = JSON.parse(readFileSync(file, 'utf8')) as { pid?: unknown };
    return typeof pid === 'number' ? pid : null;
  } catch {
    // The holder has not written it yet, or a crash left half of it: the lock alone decides.
    return null;
  }
}
