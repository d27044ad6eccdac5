/** What a site sets: where the feed is, how its titles are worded, and what its words mean. */
import { z } from 'zod';
import { DELIVERY_MODES, jobRole, LEAVE_KINDS, odsCode } from '../../schema/domain/values.ts';
import { feedAddress } from '../setting-values.ts';

const GROUPS = ['role', 'site', 'person'];

const pattern = z
  .string()
  .min(1)
  .refine((source) => {
    try {
      const names = [...source.matchAll(/\(\?<(\w+)>/g)].map(([, name]) => name ?? '');
      return new RegExp(source, 'iu') && names.every((name) => GROUPS.includes(name));
    } catch {
      return false;
    }
  }, 'a regular expression whose named groups are role, site or person');

const words = <Value extends z.ZodType>(value: Value, description: string) => z.record(z.string(), value).default({}).describe(description);
const siteCode = z.string().trim().min(1).max(40);
const workEmail = z.email();
const timeOfDay = z.string().regex(/^(?:[01]\d|2[0-3]):[0-5]\d$/, 'a time as HH:MM');

export const IcalFeedSettings = z
  .object({
    url: feedAddress.optional().describe('Secret address of the feed, https:// or webcal://. This or file.').meta({ secret: true }),
    file: z.string().min(1).optional().describe('A calendar file, .ics, in place of a feed.'),
    organisationCode: odsCode.describe('ODS code of the practice or network whose rota it is.'),
    summary: pattern
      .default('^(?<role>.+)$')
      .describe('What the title (SUMMARY) holds: a regular expression with the groups role, site and person. Default: all of it is the role.'),
    location: pattern.default('^(?<site>.+)$').describe('What LOCATION holds, in the same way; the title comes before it. Default: all of it is the site.'),
    staff: z
      .discriminatedUnion('by', [
        z.strictObject({ by: z.literal('attendee') }),
        z.strictObject({ by: z.literal('name') }),
        z.strictObject({ by: z.literal('feed'), workEmail }),
      ])
      .describe(
        'How the feed tells who works: {"by": "attendee"}, {"by": "name"} for the group person and the setting people, or {"by": "feed", "workEmail": "…"} for the feed of one person.',
      ),
    people: words(workEmail, 'Name as the feed writes it → work e-mail.'),
    nobody: z.array(z.string().min(1)).default([]).describe('Further words in the place of a person that mean that nobody has the shift.'),
    withoutPerson: z
      .enum(['quarantine', 'open'])
      .default('quarantine')
      .describe('What an event means that names nobody: nothing that is known, or an open shift. Default quarantine.'),
    roles: words(jobRole, 'Role as the feed writes it → role. Comes before what is known.'),
    defaultRole: jobRole.optional().describe('Role of an event whose title names none. One that is not known is not replaced by it.'),
    sites: words(siteCode.nullable(), 'Site as the feed writes it → its code, or null where it is no place. A code stands for itself.'),
    defaultSite: siteCode.nullable().default(null).describe('Code of the site of events that name none. Default: not known.'),
    deliveryModes: words(z.enum(DELIVERY_MODES), 'Site or role as the feed writes it → how the work is done.'),
    defaultDeliveryMode: z.enum(DELIVERY_MODES).default('ON_SITE').describe('How all other work is done. Default ON_SITE.'),
    leave: words(
      z.enum(LEAVE_KINDS).nullable(),
      'Words in the place of the role → kind of leave, or null where they are none. Every reason but ANNUAL and STUDY is AWAY.',
    ),
    leaveOut: z.array(z.string().min(1)).default([]).describe('Words in the place of the role of events that are no work: meetings, birthdays, notes.'),
    tentative: z.enum(['skip', 'keep']).default('skip').describe('Events that are not confirmed (STATUS:TENTATIVE). Default skip.'),
    allDayHours: z
      .strictObject({ start: timeOfDay, end: timeOfDay })
      .optional()
      .describe('Hours of a shift that the feed gives as whole days: {"start": "08:00", "end": "18:30"}. Default: such a shift is quarantined.'),
    floatingTimes: z.enum(['Europe/London', 'UTC']).default('Europe/London').describe('Zone of times that name none. Default Europe/London.'),
    recurringEnds: z
      .enum(['clock', 'elapsed'])
      .default('clock')
      .describe('Where an event that recurs ends when the clocks change under it: at the same time on the clock, or after the same hours. Default clock.'),
  })
  .superRefine(({ url, file }, context) => {
    if ((url === undefined) === (file === undefined)) context.addIssue({ code: 'custom', path: ['url'], message: 'one of url and file' });
  });
export type IcalFeedSettings = z.output<typeof IcalFeedSettings>;
