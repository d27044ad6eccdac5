import { z } from 'zod';
import { DELIVERY_MODES, jobRole, LEAVE_KINDS, odsCode, text } from '../../schema/domain/values.ts';
import { httpsAddress, namespace } from '../setting-values.ts';

/** What an event on a sub-calendar is. One may say where, another what: an event on both is both. */
const subcalendar = z.union([
  z.strictObject({ leaveOut: z.literal(true) }),
  z.strictObject({ leave: z.enum(LEAVE_KINDS) }),
  z.strictObject({
    organisationCode: odsCode.optional(),
    siteCode: z.string().min(1).optional(),
    role: jobRole.optional(),
    deliveryMode: z.enum(DELIVERY_MODES).optional(),
    skillsNeeded: z.array(text).optional(),
  }),
]);

export const TeamupSettings = z.object({
  account: namespace.describe('A name for the calendar, within which the names of people mean the same. Never change it: the keys of people hold it.'),
  apiKey: z.string().min(1).describe('API key, which Teamup gives for free.').meta({ secret: true }),
  calendarKey: z
    .string()
    .regex(/^[\w-]+$/, 'the key in the address of the calendar: letters and digits')
    .describe('Key of a link to the calendar, best a read-only one made for this: whoever has it reads the calendar.')
    .meta({ secret: true }),
  organisationCode: odsCode.optional().describe('ODS code of the organisation of events whose sub-calendars name none. Default: such events are quarantined.'),
  siteCode: z.string().min(1).optional().describe('Site of events whose sub-calendars name none. Default: not known.'),
  subcalendars: z
    .record(z.string(), subcalendar)
    .describe(
      'Name of a sub-calendar → any of { organisationCode, siteCode, role, deliveryMode (default ON_SITE), skillsNeeded }, or { "leave": ANNUAL, STUDY or AWAY }, or { "leaveOut": true }. One that is named like a known role, for instance "Receptionists", needs none.',
    ),
  personIn: z
    .enum(['who', 'title'])
    .default('who')
    .describe('The field of an event that names the person. Default who. An event where it is empty is an open shift.'),
  nobody: z
    .array(z.string().min(1))
    .default(['Open', 'Vacant', 'Unfilled', 'TBC', 'TBA', '?'])
    .describe('What is written in place of a person where nobody has the shift. Default: Open, Vacant, Unfilled, TBC, TBA, ?'),
  people: z
    .record(z.string(), z.email())
    .default({})
    .describe('Name of a person as the calendar writes it → their work e-mail. The shifts of any other are filled by somebody who is not known.'),
  baseUrl: httpsAddress.default('https://api.teamup.com').describe('Address of the API, for tests.'),
});
export type TeamupSettings = z.output<typeof TeamupSettings>;
