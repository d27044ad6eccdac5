/** What an organisation sets: how to sign in, what its words mean, and what its own swagger calls the fields of a shift. */
import { z } from 'zod';
import { DELIVERY_MODES, jobRole, odsCode } from '../../schema/domain/values.ts';
import { httpsAddress, namespace } from '../setting-values.ts';

const words = <Value extends z.ZodType>(value: Value, description: string) => z.record(z.string(), value).default({}).describe(description);
const siteCode = z.string().trim().min(1).max(40);

/** A field of a shift; a dot reaches into an object. */
const field = z.string().regex(/^\w+(?:\.\w+)*$/, 'the name of a field, as shiftId or post.name');

const shiftFields = z.strictObject({
  id: field,
  start: field,
  end: field,
  date: field.optional(),
  person: field.optional(),
  role: field.optional(),
  post: field.optional(),
  site: field.optional(),
  state: field.optional(),
  breakMinutes: field.optional(),
});

const parameter = z.string().regex(/^\w+$/, 'the name of a parameter');

export const RotaMasterSettings = z.object({
  apiKey: z.string().min(1).describe('apiKey, from the account manager at RotaMaster.').meta({ secret: true }),
  accessKey: z.string().min(1).describe('accessKey of the organisation.').meta({ secret: true }),
  entId: z.number().int().describe('entId, the number of the organisation at RotaMaster.'),
  organisationCode: odsCode.describe('ODS code of the organisation whose rota it is.'),
  namespace: namespace.describe('Names the organisation in the keys of people: their number at RotaMaster is its own.'),
  workEmailDomains: z
    .array(z.string().min(3))
    .default(['nhs.net', 'nhs.uk'])
    .describe('Domains of work e-mail, their subdomains included. An address elsewhere is private, and is dropped. Default nhs.net and nhs.uk.'),
  leaveReasons: words(z.enum(['ANNUAL', 'STUDY']), 'Reason of an adjustment → ANNUAL or STUDY. Every other reason reads AWAY, because it may be about health.'),
  notLeave: z.array(z.string().min(1)).default([]).describe('Reasons of adjustments for which nobody is away: overtime, for instance.'),
  shiftFields: shiftFields
    .optional()
    .describe(
      'What your swagger calls the fields of ViewRota: { id, start, end, date, person, role, post, site, state, breakMinutes }. start and end are date-times, or times on the day in date. Default: shifts are not read.',
    ),
  shiftParameters: z
    .strictObject({ from: parameter, to: parameter })
    .default({ from: 'FromDate', to: 'ToDate' })
    .describe('What your swagger calls the parameters of ViewRota for the first and last day. Default FromDate and ToDate.'),
  shiftStates: words(
    z.enum(['keep', 'cancelled', 'skip']),
    'Word in the field state → whether the shift is kept, cancelled or skipped. Another is quarantined.',
  ),
  withoutPerson: z
    .enum(['quarantine', 'open'])
    .default('quarantine')
    .describe('What a shift means that names nobody (nothing, or 0): not known, or open. Default quarantine.'),
  roles: words(jobRole, 'Role or name of a post as RotaMaster has it → role. Comes before what is known.'),
  defaultRole: jobRole.optional().describe('Role of a shift that names neither role nor post.'),
  sites: words(siteCode.nullable(), 'Site, or location of a post, as RotaMaster has it → code, or null where it is no site. A code stands for itself.'),
  defaultSite: siteCode.nullable().default(null).describe('Code of the site of shifts that name none. Default: not known.'),
  deliveryModes: words(z.enum(DELIVERY_MODES), 'Site or role as RotaMaster has it → how the work is done. Else ON_SITE.'),
  baseUrl: httpsAddress.default('https://data-api.rotamasterweb.co.uk').describe('Address of the Data API.'),
});
export type RotaMasterSettings = z.output<typeof RotaMasterSettings>;
