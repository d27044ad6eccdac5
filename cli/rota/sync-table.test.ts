import { describe, expect, it } from '@jest/globals';
import type { RunReport } from '../../sync/report.ts';
import { notRun } from '../../sync/stream-run.ts';
import { isInFull, syncTable } from './sync-table.ts';

const run = (changes: Partial<RunReport>): RunReport => ({
  ...notRun({ upstream: 'teams', stream: 'shifts', entity: 'shift' }, 'NOT_RUN', null),
  status: 'COMPLETE',
  ...changes,
});

describe('the closing table', () => {
  it('sums up all streams, lists the reasons most frequent first, and says what waits for a person', () => {
    const text = syncTable({
      runs: [
        run({ received: 10, kept: 6, skipped: 4, skippedReasons: { 'a draft': 1, 'a note': 3 } }),
        run({ stream: 'openShifts', received: 2, kept: 1, quarantined: 1, held: 11, heldBecause: 'more than half are gone (11 of 20)' }),
        run({ stream: 'timesOff', status: 'STOPPED', problemCode: 'UPSTREAM_UNAVAILABLE', problem: 'No answer.', resumed: true }),
        run({ upstream: 'hr', stream: 'people', status: 'BUSY' }),
      ],
    });
    expect(text.split('\n').slice(3)).toEqual([
      expect.stringMatching(/^│ teams +│ shifts +│ +10 │ +6 │ +4 │ +0 │ +0 │ complete +│$/),
      expect.stringMatching(/^│ teams +│ openShifts +│ +2 │ +1 │ +0 │ +1 │ +0 │ complete, removals held +│$/),
      expect.stringMatching(/stopped, UPSTREAM_UNAVAILABLE, went on from an earlier pass/),
      expect.stringMatching(/^│ hr +│ people .* busy +│$/),
      expect.stringMatching(/^│ all +│ +│ +12 │ +7 │ +4 │ +1 │ +0 │ +│$/),
      expect.stringMatching(/^└─/),
      'teams/shifts: skipped 3: a note',
      'teams/shifts: skipped 1: a draft',
      'teams/openShifts: quarantined 1: npm run rota -- quarantine teams',
      'teams/openShifts: removals held: 11 rows look gone and were left: more than half are gone (11 of 20)',
      'teams/timesOff: No answer.',
      'hr/people: another process is reading this upstream',
      '',
    ]);
  });

  it('is in full only when every stream came to its end and nothing is held', () => {
    expect(isInFull(run({}))).toBe(true);
    expect(isInFull(run({ held: 1 }))).toBe(false);
    for (const status of ['STOPPED', 'FAILED', 'BUSY', 'NOT_RUN'] as const) expect(isInFull(run({ status }))).toBe(false);
  });
});
