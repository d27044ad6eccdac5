import { z } from 'zod';
import { ENGAGEMENT_KINDS } from '../../schema/domain/values.ts';
import { placesSetting, rolesSetting } from '../places-and-roles.ts';
import { httpsAddress, namespace } from '../setting-values.ts';

export const RotaCloudSettings = z.object({
  account: namespace.describe('A name for the RotaCloud account, within which its ids of users are unique. Never change it: the keys of people hold it.'),
  apiKey: z.string().min(1).describe('API key of the account, made by an administrator.').meta({ secret: true }),
  locations: placesSetting.describe(
    'Name of a location → { organisationCode (ODS), siteCode, deliveryMode (default ON_SITE) }, or { "leaveOut": true }. A shift at any other is quarantined.',
  ),
  roles: rolesSetting.describe(
    'Name of a role → { role, deliveryMode (comes before that of the location), skillsNeeded }, or { "leaveOut": true }. A role that is named like a known one, for instance "Receptionists", needs none.',
  ),
  leaveTypes: z
    .record(z.string(), z.enum(['ANNUAL', 'STUDY']))
    .default({})
    .describe('Name of a leave type → ANNUAL or STUDY. Every other type reads AWAY, because it may be about health.'),
  engagementKinds: z
    .record(z.string(), z.enum(ENGAGEMENT_KINDS).nullable())
    .default({})
    .describe(
      'Name of a group of users → on what terms its members work, or null where they are not wanted. RotaCloud itself does not say. Without any, no engagements are read.',
    ),
  payrollNamespace: namespace.optional().describe('The namespace of the HR report that has the same payroll ids. Default: payroll ids are not read.'),
  pageSize: z.number().int().min(1).max(200).default(100).describe('Records asked for in one request. Default 100.'),
  baseUrl: httpsAddress.default('https://api.rotacloud.com/v1').describe('Address of the API, for tests.'),
});
export type RotaCloudSettings = z.output<typeof RotaCloudSettings>;
