/** What a department sets: where its Rotamap is, how to sign in, and what its own words mean. */
import { z } from 'zod';
import { DELIVERY_MODES, jobRole, odsCode } from '../../schema/domain/values.ts';
import { httpsAddress, namespace } from '../setting-values.ts';
import { ASSIGNMENT_FIELDS, ROLE_FIELDS } from './wire.ts';

const words = <Value extends z.ZodType>(value: Value, description: string) => z.record(z.string(), value).default({}).describe(description);
const siteCode = z.string().trim().min(1).max(40);

const session = z.strictObject({
  start: z
    .string()
    .regex(/^(?:[01]\d|2[0-3]):[0-5]\d$/, 'a time as HH:MM')
    .optional(),
  minutes: z.number().int().min(1).max(1440),
});

export const RotamapSettings = z
  .object({
    siteUrl: httpsAddress.describe('Address of the department in CLWRota or Medirota, for instance https://alderbrook.rotamap.net.'),
    api: z.enum(['central', 'public']).default('central').describe('Which API: the Central API (JSON, with leave), or the older PublicAPI (XML, shifts only).'),
    apiKey: z.string().min(1).optional().describe('Key of the Central API.').meta({ secret: true }),
    username: z.string().min(1).optional().describe('User of the PublicAPI.'),
    password: z.string().min(1).optional().describe('Password of the PublicAPI.').meta({ secret: true }),
    loginUrl: httpsAddress.optional().describe('Where the PublicAPI is signed in to. Default: siteUrl with /publicapi/login behind it.'),
    organisationCode: odsCode.describe('ODS code of the practice or network whose rota it is.'),
    namespace: namespace.describe('Names the department in the keys of people without a work e-mail.'),
    sessions: words(
      session,
      'Session as the rota writes it (am, pm, eve, night) → { minutes, start }: how long it lasts on the clock where no end is given, and when it begins where no start is.',
    ),
    roleField: z.enum(ROLE_FIELDS).default('role.name').describe('Which field of the Central API tells the job role. In the PublicAPI it is the location.'),
    roles: words(jobRole, 'Role as the rota writes it → role. Comes before what is known.'),
    defaultRole: jobRole.optional().describe('Role of an assignment that names none.'),
    sites: words(siteCode.nullable(), 'Place or location as the rota writes it → code of its site, or null where it is no site. A code stands for itself.'),
    defaultSite: siteCode.nullable().default(null).describe('Code of the site of assignments without a place. Default: not known.'),
    deliveryModes: words(z.enum(DELIVERY_MODES), 'Place or role as the rota writes it → how the work is done. Else ON_SITE.'),
    leaveOut: z.array(z.string().min(1)).default([]).describe('Places, roles and types of assignment that are no shift: SPA, Admin, Not working.'),
    people: words(z.email(), 'PublicAPI: name as the rota writes it → work e-mail. It knows people by name alone.'),
    leaveTypes: words(z.enum(['ANNUAL', 'STUDY']), 'Type of leave → ANNUAL or STUDY. Every other type reads AWAY, because it may be about health.'),
    leaveStates: words(z.enum(['granted', 'not-granted']), 'State of a request for leave → whether it is granted. Comes before what is known.'),
    leaveRows: z
      .enum(['each-day', 'each-request'])
      .default('each-day')
      .describe('Whether leave comes as a row for each day, or for each request from its first day to its last. Default each-day.'),
    omitFields: z.array(z.enum(ASSIGNMENT_FIELDS)).default([]).describe('Fields that the department does not have: one that is not known is refused with 400.'),
    daysPerRequest: z
      .number()
      .int()
      .min(1)
      .max(400)
      .default(92)
      .describe('How many days are asked for at once. Fewer where the service takes too long. Default 92.'),
  })
  .superRefine(({ api, apiKey, username, password }, context) => {
    if (api === 'central' && apiKey === undefined) context.addIssue({ code: 'custom', path: ['apiKey'], message: 'a key, which the Central API asks for' });
    if (api === 'public' && username === undefined) context.addIssue({ code: 'custom', path: ['username'], message: 'a user, which the PublicAPI asks for' });
    if (api === 'public' && password === undefined)
      context.addIssue({ code: 'custom', path: ['password'], message: 'a password, which the PublicAPI asks for' });
  });
export type RotamapSettings = z.output<typeof RotamapSettings>;
