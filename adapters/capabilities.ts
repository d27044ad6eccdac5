/** What each adapter can do, told from a run of its conformance checks: nothing here is typed by hand. */
import type { Subject } from './conformance-world.ts';

export interface CheckedAdapter {
  readonly subject: Subject;
  /** Name of each check that was run → whether it passed. */
  readonly results: ReadonlyMap<string, boolean>;
}

/** The part of docs/capabilities.md below its heading. */
export function capabilitiesMarkdown(checked: readonly CheckedAdapter[]): string {
  const total = checked.reduce((sum, { results }) => sum + results.size, 0);
  return [
    `${checked.length} adapters, ${checked.reduce((sum, { subject }) => sum + subject.adapter.pull.length, 0)} streams, ${total} checks.`,
    '',
    '| adapter | reads | writes | checks passed | how much of the upstream |',
    '|---|---|---|---|---|',
    ...checked.map(adapterRow),
    '',
    '| adapter | stream | gives | a record that vanishes | read right | resumes | hostile upstream |',
    '|---|---|---|---|---|---|---|',
    ...checked.flatMap((one) => one.subject.adapter.pull.map(({ name }) => streamRow(one, name))),
    '',
  ].join('\n');
}

function adapterRow({ subject: { adapter, fixtures }, results }: CheckedAdapter): string {
  const writes = Object.keys((adapter as { readonly push?: object }).push ?? {});
  const reads = fixtures.upstream.kind === 'api' ? 'API' : `files${fixtures.variants ? `, ${Object.keys(fixtures.variants).length + 1} forms` : ''}`;
  const extent = adapter.partial ? `**Partial.** ${adapter.partial.replaceAll('|', '\\|')}` : 'as its README says';
  return `| \`${adapter.id}\` | ${reads} | ${writes.map((write) => `\`${write}\``).join(', ') || 'nothing'} | ${passed(results, () => true)} | ${extent} |`;
}

const RIGHT = [
  ': gives what is expected',
  ': gives the same when pulled again',
  ': takes nothing for a record that is none',
  ': gives the same from the variant',
];
const RESUMES = ': goes on from the cursor of each page without loss or repetition';

function streamRow({ subject: { adapter }, results }: CheckedAdapter, stream: string): string {
  const declared = adapter.pull.find(({ name }) => name === stream);
  const of = (matches: (words: string) => boolean) => passed(results, (name) => name.startsWith(`${stream}: `) && matches(name));
  const isRight = (name: string) => RIGHT.some((words) => name.includes(words));
  const cells = [of(isRight), of((name) => name.endsWith(RESUMES)), of((name) => !isRight(name) && !name.endsWith(RESUMES))];
  return `| \`${adapter.id}\` | \`${stream}\` | \`${declared?.entity}\` | ${declared?.removals} | ${cells.join(' | ')} |`;
}

/** `12`, or `11 of 12` where one failed; a dash where there is none. */
function passed(results: CheckedAdapter['results'], matches: (name: string) => boolean): string {
  const found = [...results].filter(([name]) => matches(name));
  const good = found.filter(([, isGood]) => isGood).length;
  if (found.length === 0) return '–';
  return good === found.length ? String(good) : `${good} of ${found.length}`;
}
