/** What Teamup sends, as far as it is read, and what each event is joined with before it is mapped. */
import { z } from 'zod';
import { DELIVERY_MODES, jobRole, LEAVE_KINDS, staffKey } from '../../schema/domain/values.ts';

/** https://apidocs.teamup.com/docs/api/046361930f27a-get-a-collection-of-sub-calendars */
export const TeamupSubcalendar = z.object({ id: z.number().int(), name: z.string() });

/** The names of fields that are read. Title, notes, place and comments do not come in: people write names and reasons there. */
export const EVENT_FIELDS = ['id', 'subcalendar_ids', 'all_day', 'start_dt', 'end_dt', 'delete_dt'] as const;

/** What the sub-calendars of an event make it, in the words of the settings. */
export const Meaning = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('left-out') }),
  z.object({ kind: z.literal('leave'), leave: z.enum(LEAVE_KINDS) }),
  z.object({
    kind: z.literal('work'),
    organisationCode: z.string(),
    siteCode: z.string().nullable(),
    role: jobRole,
    roleAsSent: z.string(),
    deliveryMode: z.enum(DELIVERY_MODES),
    skillsNeeded: z.array(z.string()),
  }),
  /** Neither: what was expected of its sub-calendars, and what came. */
  z.object({ kind: z.literal('unclear'), expected: z.string(), got: z.string() }),
]);
export type Meaning = z.output<typeof Meaning>;

/** https://apidocs.teamup.com/docs/api/0f9f896800ffe-get-events-collection-get-events-changed-search-events */
export const TeamupEvent = z.object({
  /** Text, also where it is all digits. That of one event of a series is `<series>-rid-<start>`. */
  id: z.string().min(1),
  all_day: z.boolean(),
  start_dt: z.iso.datetime({ offset: true }),
  end_dt: z.iso.datetime({ offset: true }),
  delete_dt: z.string().nullish(),
  joined: z.object({
    window: z.object({ from: z.date(), to: z.date() }),
    meaning: Meaning,
    /** Null where nobody is named. */
    staffKey: staffKey.nullable(),
    personIn: z.enum(['who', 'title']),
  }),
});
export type TeamupEvent = z.output<typeof TeamupEvent>;
