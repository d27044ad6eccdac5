/** The closing table of a sync: every record that came is in one of its columns. */
import Table from 'cli-table3';
import type { RunReport, SyncReport } from '../../sync/report.ts';

const HEAD = ['upstream', 'stream', 'received', '= kept', '+ skipped', '+ quarantined', 'removed', 'status'];
const NUMBERS_FROM = 2;
const NUMBERS_TO = 6;

/** Whether a stream was read to its end and nothing waits for a person's word. */
export function isInFull({ status, held }: RunReport): boolean {
  return status === 'COMPLETE' && held === 0;
}

export function syncTable({ runs }: SyncReport): string {
  const table = new Table({
    head: HEAD,
    style: { head: [], border: [], compact: true },
    colAligns: HEAD.map((_, index) => (index >= NUMBERS_FROM && index <= NUMBERS_TO ? 'right' : 'left')),
  });
  for (const run of runs) {
    const { upstream, stream, received, kept, skipped, quarantined, removed } = run;
    table.push([upstream, stream, ...[received, kept, skipped, quarantined, removed].map(String), statusOf(run)]);
  }
  const sum = (count: (run: RunReport) => number) => String(runs.reduce((total, run) => total + count(run), 0));
  const totals = [sum((run) => run.received), sum((run) => run.kept), sum((run) => run.skipped), sum((run) => run.quarantined), sum((run) => run.removed)];
  if (runs.length > 1) table.push(['all', '', ...totals, '']);
  return [table.toString(), ...runs.flatMap(notesOf)].join('\n').concat('\n');
}

function statusOf({ status, held, problemCode, resumed }: RunReport): string {
  const words = [status === 'NOT_RUN' ? 'not run' : status.toLowerCase()];
  if (problemCode !== null) words.push(problemCode);
  if (resumed) words.push('went on from an earlier pass');
  if (held > 0) words.push('removals held');
  return words.join(', ');
}

function notesOf(run: RunReport): readonly string[] {
  const name = `${run.upstream}/${run.stream}`;
  const reasons = Object.entries(run.skippedReasons).sort(([a, m], [b, n]) => n - m || a.localeCompare(b));
  return [
    ...reasons.map(([reason, count]) => `${name}: skipped ${count}: ${reason}`),
    ...(run.quarantined > 0 ? [`${name}: quarantined ${run.quarantined}: npm run rota -- quarantine ${run.upstream}`] : []),
    ...(run.held > 0 ? [`${name}: removals held: ${run.held} rows look gone and were left: ${run.heldBecause}`] : []),
    ...(run.status === 'BUSY' ? [`${name}: another process is reading this upstream`] : []),
    ...(run.problem === null ? [] : [`${name}: ${run.problem}`]),
  ];
}
