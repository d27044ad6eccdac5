/** How an upstream stands, told from its streams' last passes. */

/**
 * NEVER_RUN: not read yet. RUNNING: being read now. OK: all that it has was read. PARTIAL: it was read, and some of it is
 * missing: a stream failed, records are in quarantine, or removals are held. FAILING: no stream could be read last time.
 * STOPPED: it is read no more until somebody acts.
 */
export const SOURCE_STATES = ['NEVER_RUN', 'RUNNING', 'OK', 'PARTIAL', 'FAILING', 'STOPPED'] as const;
export type SourceState = (typeof SOURCE_STATES)[number];

/**
 * Why an upstream is read no more. UPSTREAM_AUTH: it refuses our credentials. NOT_CONFIGURED: the settings no longer name
 * it. SETTINGS_REFUSED: something is wrong with what they say of it.
 */
export const STOP_REASONS = ['UPSTREAM_AUTH', 'NOT_CONFIGURED', 'SETTINGS_REFUSED'] as const;
export type StopReason = (typeof STOP_REASONS)[number];

/** What is known of one stream. */
export interface StreamFacts {
  readonly lastSuccessAt: Date | null;
  /** An error code of the last attempt; null when it went well. */
  readonly problemCode: string | null;
  /** Of the last pass; null before the first. */
  readonly status: string | null;
  /** When the last pass last stored something. */
  readonly touchedAt: Date | null;
  readonly quarantined: number | null;
  readonly held: number | null;
}

/** A pass that was silent for longer is not running: its process has died, and another goes on with it. */
const SILENT_AFTER_MS = 5 * 60_000;

export function streamState({ lastSuccessAt, problemCode, status, touchedAt, quarantined, held }: StreamFacts, now: Date): SourceState {
  // Either way: one that a clock which was ahead has touched in the future is not running until then.
  if (status === 'RUNNING' && touchedAt !== null && Math.abs(now.getTime() - touchedAt.getTime()) < SILENT_AFTER_MS) return 'RUNNING';
  if (problemCode !== null) return 'FAILING';
  if (lastSuccessAt === null) return 'NEVER_RUN';
  return (quarantined ?? 0) + (held ?? 0) > 0 ? 'PARTIAL' : 'OK';
}

export function sourceState(streams: readonly StreamFacts[], stoppedBecause: string | null, now: Date): SourceState {
  const states = new Set(streams.map((stream) => streamState(stream, now)));
  if (states.has('RUNNING')) return 'RUNNING';
  if (stoppedBecause !== null) return 'STOPPED';
  if (states.size === 0) return 'NEVER_RUN';
  if (states.size === 1) return [...states][0] as SourceState;
  return 'PARTIAL';
}

/** When all of it had last been read to the end: its oldest stream. Null when some stream never was, or there is none. */
export function lastSuccessOf(streams: readonly Pick<StreamFacts, 'lastSuccessAt'>[]): Date | null {
  return oldestOf(streams.map(({ lastSuccessAt }) => lastSuccessAt));
}

/** The oldest, or null where one is not known or there is none. */
export function oldestOf(times: readonly (Date | null)[]): Date | null {
  if (times.length === 0 || times.includes(null)) return null;
  return new Date(Math.min(...times.map((time) => (time as Date).getTime())));
}

/** The newest, or null where none is known. */
export function newestOf(times: readonly (Date | null)[]): Date | null {
  const known = times.flatMap((time) => (time ? [time.getTime()] : []));
  return known.length === 0 ? null : new Date(Math.max(...known));
}

/** Whole minutes, or null where the time is not known. */
export function minutesSince(time: Date | null, now: Date): number | null {
  return time && Math.floor((now.getTime() - time.getTime()) / 60_000);
}

/** Whether the promise of how fresh it is kept is broken. One that was never read has broken none. */
export function isStale(streams: readonly Pick<StreamFacts, 'lastSuccessAt'>[], freshWithinMinutes: number, now: Date): boolean {
  const times = streams.flatMap(({ lastSuccessAt }) => (lastSuccessAt ? [lastSuccessAt] : []));
  const oldest = oldestOf(times);
  return oldest !== null && now.getTime() - oldest.getTime() > freshWithinMinutes * 60_000;
}
