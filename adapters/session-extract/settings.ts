/** What a practice sets: where its extracts are, and what the words in them mean. */
import { z } from 'zod';
import { DELIVERY_MODES, ENGAGEMENT_KINDS, jobRole, odsCode, staffKey } from '../../schema/domain/values.ts';
import { namespace } from '../setting-values.ts';

const words = <Value extends z.ZodType>(value: Value, description: string) => z.record(z.string(), value).default({}).describe(description);
const folder = z.string().min(1);

export const SessionExtractSettings = z
  .object({
    namespace: namespace.describe('A name for the extract, within which the ids of its people are unique.'),
    emisFolder: folder.optional().describe('Folder of the CSV files of an EMIS Web bulk extract: the first one and every later one.'),
    systmoneFolder: folder.optional().describe('Folder of the CSV files of a SystmOne strategic extract: the first one and every later one.'),
    organisations: words(odsCode, 'Id or name of an organisation in the extract → its ODS code, where the extract itself has none.'),
    roles: words(
      jobRole.nullable(),
      'Job category (EMIS Web) or staff role (SystmOne) → role, or null where such people are not wanted. Comes before what is known.',
    ),
    engagementKinds: words(
      z.enum(ENGAGEMENT_KINDS).nullable(),
      'Job category or staff role → kind of engagement, or null where it is none. The extracts do not say it.',
    ),
    defaultEngagementKind: z.enum(ENGAGEMENT_KINDS).optional().describe('Kind of every other engagement. Default: those are skipped.'),
    deliveryModes: words(
      z.enum(DELIVERY_MODES).nullable(),
      'Type, category or name of a session → how it is worked, or null where such sessions are no shifts, for instance meetings.',
    ),
    defaultDeliveryMode: z.enum(DELIVERY_MODES).default('ON_SITE').describe('How every other session is worked. Default ON_SITE.'),
    sites: words(z.string().trim().min(1).max(40), 'Name of a location (EMIS Web) or branch (SystmOne) → code of the site. Without one a site is not known.'),
    people: words(
      staffKey,
      'Id of a user in role (EMIS Web) or staff member (SystmOne) → a key by which another system knows the person, for instance work-email:a@example.nhs.invalid.',
    ),
  })
  .refine(({ emisFolder, systmoneFolder }) => emisFolder !== undefined || systmoneFolder !== undefined, {
    path: ['emisFolder'],
    message: 'a folder here or in systmoneFolder',
  });
export type SessionExtractSettings = z.output<typeof SessionExtractSettings>;
