import { z } from 'zod';
import { odsCode } from '../../schema/domain/values.ts';
import { columnSetting } from '../table-pages.ts';
import { groupsSetting } from '../teams-groups.ts';
import { COLUMNS } from './wire.ts';

export const TeamsSheetSettings = z.object({
  file: z.string().min(1).describe('The exported schedule, .xlsx, or .csv of its sheet of shifts.'),
  sheet: z.string().min(1).default('Shifts').describe('The sheet of a workbook that holds the shifts. Default Shifts.'),
  organisationCode: odsCode.describe('ODS code of the practice or network whose rota the team keeps.'),
  siteCode: z.string().min(1).optional().describe('Site of every shift whose group names no other. Default: not known.'),
  dateOrder: z
    .enum(['mdy', 'dmy', 'ymd'])
    .default('mdy')
    .describe('How dates of digits alone are written. Default mdy, as the sheet for import asks for. Excel dates need no order.'),
  columns: columnSetting(COLUMNS, 'sheet'),
  groups: groupsSetting,
});
export type TeamsSheetSettings = z.output<typeof TeamsSheetSettings>;
