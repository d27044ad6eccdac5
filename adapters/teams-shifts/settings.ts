import { z } from 'zod';
import { odsCode } from '../../schema/domain/values.ts';
import { httpsAddress } from '../setting-values.ts';
import { groupsSetting } from '../teams-groups.ts';

/** Goes into an address, so nothing that would change its path. */
const id = z.string().regex(/^[\w.-]+$/, 'an id: letters, digits, dots and dashes');

export const TeamsShiftsSettings = z.object({
  organisationCode: odsCode.describe('ODS code of the practice or network whose rota the team keeps.'),
  siteCode: z.string().min(1).optional().describe('Site of every shift whose group names no other. Default: not known.'),
  tenantId: id.describe('Directory (tenant) ID of the Entra ID tenant.'),
  clientId: id.describe('Application (client) ID of the app registration.'),
  clientSecret: z.string().min(1).describe('Client secret of the app registration.').meta({ secret: true }),
  teamId: id.describe('ID of the team: the groupId in "Get link to team".'),
  actsAsUserId: id.optional().describe('Object ID of a user, sent as MS-APP-ACTS-AS. Graph no longer asks for it; some tenants still do.'),
  groups: groupsSetting,
  leaveReasons: z
    .record(z.string(), z.enum(['ANNUAL', 'STUDY']))
    .default({})
    .describe('Name of a time-off reason → ANNUAL or STUDY. Every other reason reads AWAY, because it may be about health.'),
  baseUrl: httpsAddress.default('https://graph.microsoft.com/v1.0').describe('Address of Microsoft Graph, for national clouds and tests.'),
  loginUrl: httpsAddress.default('https://login.microsoftonline.com').describe('Address of Entra ID, for national clouds and tests.'),
});
export type TeamsShiftsSettings = z.output<typeof TeamsShiftsSettings>;
