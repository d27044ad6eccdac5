/** What a practice sets: where its grid is, how it writes days, people and sessions, and what its own words mean. */
import { z } from 'zod';
import { DELIVERY_MODES, FILL_SOURCES, jobRole, LEAVE_KINDS, odsCode } from '../../schema/domain/values.ts';
import { namespace } from '../setting-values.ts';
import { columnSetting } from '../table-pages.ts';
import { LABELS } from './wire.ts';

const words = <Value extends z.ZodType>(value: Value, description: string) => z.record(z.string(), value).default({}).describe(description);
const list = (description: string) => z.array(z.string().trim().min(1)).default([]).describe(description);
const siteCode = z.string().trim().min(1).max(40);

const TIME = '(?:[01]\\d|2[0-3]):[0-5]\\d';
const SESSION = new RegExp(`^${TIME} *- *${TIME}(?: *, *${TIME} *- *${TIME})*$`);

/** In the order of ISO 8601: Monday is 1. */
export const WEEKDAYS = ['MONDAY', 'TUESDAY', 'WEDNESDAY', 'THURSDAY', 'FRIDAY', 'SATURDAY', 'SUNDAY'] as const;

const isPattern = (text: string) => {
  try {
    new RegExp(text);
    return true;
  } catch {
    return false;
  }
};

const person = z.union([z.string().trim().min(1), z.strictObject({ staff: z.string().trim().min(1).optional(), role: jobRole.optional() })]);

export const RotaGridSettings = z.object({
  file: z.string().min(1).describe('The rota, .csv, .xlsx, or a .zip that holds one of them: people down, days across.'),
  entry: z.string().min(1).optional().describe('Which file of a .zip: a regular expression on its path. Default: the first .csv or .xlsx.'),
  sheets: z
    .string()
    .min(1)
    .refine(isPattern, 'a regular expression')
    .optional()
    .describe('Which sheets of a workbook: a regular expression on their names. Default: all that are not hidden.'),
  encoding: z
    .enum(['auto', 'utf-8', 'utf-16le', 'utf-16be', 'windows-1252'])
    .default('auto')
    .describe('Of a CSV. Default auto: a byte order mark, else UTF-8 where all of it is valid, else Windows-1252.'),
  delimiter: z.string().min(1).max(4).default('auto').describe('Of a CSV. Default auto: comma, semicolon or tab, whichever there are most of.'),
  columns: columnSetting(LABELS, 'grid'),
  organisationCode: odsCode.describe('ODS code of the practice or network whose rota it is.'),
  defaultSite: siteCode.nullable().default(null).describe('Code of the site of cells that name none. Default: not known.'),
  defaultDeliveryMode: z.enum(DELIVERY_MODES).default('ON_SITE').describe('How work of cells that do not say is done. Default ON_SITE.'),
  defaultRole: jobRole.nullable().default(null).describe('Role of people of whom nothing else says it. Default: such a cell is quarantined.'),
  dateOrder: z.enum(['dmy', 'ymd', 'mdy']).default('dmy').describe('How dates of digits alone are written. Default dmy. Excel dates need no order.'),
  weekStartsOn: z.enum(WEEKDAYS).default('MONDAY').describe('The day on which a week commences. Default MONDAY.'),
  days: z
    .array(z.string().trim().min(1))
    .min(2)
    .max(7)
    .optional()
    .describe('The headings of a week in their order from weekStartsOn on, where they are no English names of days, for instance ["M", "T", "W", "T", "F"].'),
  staff: z
    .discriminatedUnion('by', [
      z.strictObject({ by: z.literal('work-email') }),
      z.strictObject({ by: z.literal('payroll'), namespace }),
      z.strictObject({ by: z.literal('name'), namespace }),
    ])
    .default({ by: 'work-email' })
    .describe(
      'How people are told apart: {"by": "work-email"}, {"by": "payroll", "namespace": "…"}, or {"by": "name", "namespace": "…"} where every name of a row is a person of this rota alone.',
    ),
  people: words(person, 'Name as the grid writes it → the work e-mail or payroll number of the person, or { staff, role }.'),
  nobody: list('Further words that stand for a name where nobody has the shifts of a row.'),
  blankPerson: z
    .enum(['refuse', 'as-above', 'nobody'])
    .default('refuse')
    .describe('A row of cells without a name: refused, of the person above it, or of nobody. Default refuse.'),
  rowsLeftOut: list('Further words that begin rows of no person. Known: Total, Totals, Count, Notes, Key.'),
  sessions: words(
    z.string().regex(SESSION, 'times as 08:30-12:40, more than one parted by commas'),
    'Word for a session → its times. Preset: AM 08:30-12:40, PM 14:00-18:10, DAY both of them, OC 08:00-18:30, EA 18:30-20:00.',
  ),
  earliestStart: z.number().int().min(1).max(12).default(7).describe('In "8-1" and "2-6", an hour to start that is below this is in the afternoon. Default 7.'),
  works: list('Words that say that the person works, as the heading or the day has it, for instance "X".'),
  off: list('Further words that say that the person does not work. Known: Off, Day off, NWD, Not working, RDO, and dashes.'),
  sites: words(siteCode, 'Word for a site → its code. A code stands for itself.'),
  roles: words(jobRole, 'Role as the grid writes it → role. Comes before what is known.'),
  deliveryModes: words(z.enum(DELIVERY_MODES), 'Mode as the grid writes it → delivery mode. Comes before what is known.'),
  covers: words(z.enum(FILL_SOURCES), 'Cover as the grid writes it → how the shift was filled.'),
  leave: words(z.enum(LEAVE_KINDS), 'Word for leave → its kind. Every reason but ANNUAL and STUDY is AWAY.'),
});
export type RotaGridSettings = z.output<typeof RotaGridSettings>;
