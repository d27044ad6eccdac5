/** The Central API of Rotamap: a report over a span of days, as columns and rows. */
import { json } from '../../platform/http.ts';
import { UpstreamRejectedError } from '../../schema/domain/errors.ts';
import type { Day } from '../../schema/domain/time.ts';
import type { Tools } from '../contract.ts';
import type { RotamapSettings } from './settings.ts';
import { CentralReport } from './wire.ts';

/** A row as text by the name of its field; '' where there is nothing. */
export type Row = Readonly<Record<string, string>>;

export interface Report {
  readonly rows: readonly (Row | null)[];
  readonly asOf: Date;
}

const UPSTREAM = 'Rotamap';

/** GET /central_api/query/{report}?fields=…&start_date=…&end_date=…, with the key in X-Auth. */
export function centralReports({ siteUrl, apiKey }: RotamapSettings, tools: Tools) {
  const base = `${siteUrl.replace(/\/$/, '')}/central_api/query/`;
  return async (report: 'assignments' | 'leave_events', fields: readonly string[], first: Day, last: Day): Promise<Report> => {
    const query = new URLSearchParams({ fields: fields.join(','), start_date: first, end_date: last });
    const response = await tools.fetch(`${base}${report}?${query}`, { headers: { accept: 'application/json', 'x-auth': String(apiKey) } });
    const parsed = CentralReport.safeParse(await json(response, UPSTREAM));
    if (!parsed.success) throw new UpstreamRejectedError(`${UPSTREAM}, ${report}: expected columns with field_name, and rows; got something else.`);
    const names = parsed.data.columns.map(({ field_name }) => field_name);
    const missing = fields.filter((field) => !names.includes(field));
    if (missing.length > 0) {
      throw new UpstreamRejectedError(`${UPSTREAM}, ${report}: expected the columns ${missing.join(', ')}, which were asked for and did not come.`);
    }
    return { rows: parsed.data.rows.map((row) => rowOf(row, names, fields)), asOf: tools.now() };
  };
}

/** Only what was asked for goes on. Null for a row that is none, or of another length. */
function rowOf(row: unknown, names: readonly string[], fields: readonly string[]): Row | null {
  if (row === null || typeof row !== 'object') return null;
  if (Array.isArray(row) && row.length !== names.length) return null;
  const cellOf = (name: string): unknown => (Array.isArray(row) ? row[names.indexOf(name)] : (row as Record<string, unknown>)[name]);
  return Object.fromEntries(fields.map((field) => [field, textOf(cellOf(field))]));
}

function textOf(value: unknown): string {
  return typeof value === 'string' || typeof value === 'number' ? String(value).trim() : '';
}
