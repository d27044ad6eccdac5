import { z } from 'zod';
import { placesSetting, rolesSetting } from '../places-and-roles.ts';
import { httpsAddress, namespace } from '../setting-values.ts';

/** https://developer.deputy.com/deputy-docs/docs/getting-data-resources-api: no answer has more. */
export const MAX_PAGE_SIZE = 500;

export const DeputySettings = z.object({
  account: namespace.describe('A name for the Deputy install, within which its ids of employees are unique. Never change it: the keys of people hold it.'),
  address: httpsAddress.describe('Address of the install, https://{install}.{geo}.deputy.com, for instance with uk as geo.'),
  token: z.string().min(1).describe('Permanent access token of an OAuth client of the install ("Get an Access Token").').meta({ secret: true }),
  locations: placesSetting.describe(
    'Name of a location → { organisationCode (ODS), siteCode, deliveryMode (default ON_SITE) }, or { "leaveOut": true }. A shift at any other is quarantined.',
  ),
  areas: rolesSetting.describe(
    'Name of an area of a location → { role, deliveryMode (comes before that of the location), skillsNeeded }, or { "leaveOut": true }. An area that is named like a known role, for instance "Reception", needs none.',
  ),
  leaveRules: z
    .record(z.string().regex(/^\d+$/, 'the id of a leave rule'), z.enum(['ANNUAL', 'STUDY']))
    .default({})
    .describe('Id of a leave rule → ANNUAL or STUDY. Every other rule reads AWAY, because it may be about health.'),
  pageSize: z.number().int().min(1).max(MAX_PAGE_SIZE).default(MAX_PAGE_SIZE).describe('Records asked for in one request. Default and most: 500.'),
});
export type DeputySettings = z.output<typeof DeputySettings>;
