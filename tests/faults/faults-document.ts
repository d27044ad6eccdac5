/** docs/faults.md: what comes of every fault for every adapter, told from a run. */
import { FILE_FAULTS } from './file-faults.ts';
import { WIRE_FAULTS } from './wire-faults.ts';

/** Adapter → fault → what came of it. */
type Table = Map<string, ReadonlyMap<string, string>>;
export interface Outcomes {
  readonly api: Table;
  readonly files: Table;
}

export function faultsDocument({ api, files }: Outcomes): string {
  const count = [...api.values(), ...files.values()].reduce((sum, found) => sum + found.size, 0);
  return `# Faults

Printed from a run by \`npm run capabilities\`; \`npm test\` compares it with its own run. Each adapter's upstream misbehaves in each of these ways while the engine reads it into a database: ${count} cells. In every one of them the rows that stood are untouched, received = kept + skipped + quarantined, nothing is taken for gone, the next sync after the fault has it all, and the one after that writes nothing.

\`ok\`: as if nothing had been. \`quarantined\`: odd records are kept aside, with the reason, and their rows stand. \`held\`: what seems gone stays until a person confirms it. \`unavailable\`: tried again, then the pass stops and goes on from there next time. \`rejected\`: the pass is closed and begins anew next time. \`auth\`: the upstream is read no more until somebody acts. Several: different streams.

## APIs

${tableOf(
  WIRE_FAULTS.map(({ name }) => name),
  api,
)}

## Files

Every file of the adapter is damaged at once. A workbook has no lines and no encoding: for those faults it stays as it is.

${tableOf(
  FILE_FAULTS.map(({ name }) => name),
  files,
)}
`;
}

function tableOf(faults: readonly string[], table: Table): string {
  const ids = [...table.keys()];
  return [
    `| fault | ${ids.map((id) => `\`${id}\``).join(' | ')} |`,
    `|---|${ids.map(() => '---|').join('')}`,
    ...faults.map((fault) => `| ${fault} | ${ids.map((id) => table.get(id)?.get(fault) ?? '–').join(' | ')} |`),
  ].join('\n');
}
