import { describe, expect, it } from '@jest/globals';
import { isStale, lastSuccessOf, type StreamFacts, sourceState, streamState } from './source.ts';

const NOW = new Date('2026-11-23T09:00:00Z');
const ago = (minutes: number) => new Date(NOW.getTime() - minutes * 60_000);
const good: StreamFacts = { lastSuccessAt: ago(10), problemCode: null, status: 'COMPLETE', touchedAt: ago(10), quarantined: 0, held: 0 };
const failing: StreamFacts = { ...good, problemCode: 'UPSTREAM_UNAVAILABLE', status: 'STOPPED' };
const never: StreamFacts = { lastSuccessAt: null, problemCode: null, status: null, touchedAt: null, quarantined: null, held: null };

describe('how a stream stands', () => {
  it.each([
    ['never read', never, 'NEVER_RUN'],
    ['read in full', good, 'OK'],
    ['read, with records in quarantine', { ...good, quarantined: 1 }, 'PARTIAL'],
    ['read, with removals held', { ...good, held: 3 }, 'PARTIAL'],
    ['not readable last time', failing, 'FAILING'],
    ['being read', { ...good, status: 'RUNNING', touchedAt: ago(1) }, 'RUNNING'],
    ['touched by a clock that was ahead', { ...good, status: 'RUNNING', touchedAt: ago(-24 * 60) }, 'OK'],
    ['left by a process that died', { ...good, status: 'RUNNING', touchedAt: ago(6) }, 'OK'],
  ])('%s', (_, facts, expected) => {
    expect(streamState(facts, NOW)).toBe(expected);
  });
});

describe('how an upstream stands', () => {
  it.each([
    ['without any stream read', [], null, 'NEVER_RUN'],
    ['with every stream well', [good, good], null, 'OK'],
    ['with one stream failing', [good, failing], null, 'PARTIAL'],
    ['with all failing', [failing, failing], null, 'FAILING'],
    ['with one never read', [good, never], null, 'PARTIAL'],
    ['stopped', [failing], 'UPSTREAM_AUTH', 'STOPPED'],
    ['stopped and read by hand now', [{ ...good, status: 'RUNNING', touchedAt: ago(0) }], 'UPSTREAM_AUTH', 'RUNNING'],
  ])('%s', (_, streams, stopped, expected) => {
    expect(sourceState(streams, stopped, NOW)).toBe(expected);
  });

  it('is as old as its oldest stream, and not known while one was never read', () => {
    expect(lastSuccessOf([good, { lastSuccessAt: ago(70) }])).toEqual(ago(70));
    expect(lastSuccessOf([good, never])).toBeNull();
    expect(lastSuccessOf([])).toBeNull();
  });

  it('is stale once its oldest stream was read longer ago than promised; one that was never read is not', () => {
    expect(isStale([good, { lastSuccessAt: ago(61) }], 60, NOW)).toBe(true);
    expect(isStale([good, { lastSuccessAt: ago(60) }], 60, NOW)).toBe(false);
    expect(isStale([never], 60, NOW)).toBe(false);
  });
});
