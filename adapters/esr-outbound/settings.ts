/** What an employer sets: where its files are put, and what its own words mean. */
import { z } from 'zod';
import { ENGAGEMENT_KINDS, jobRole, odsCode } from '../../schema/domain/values.ts';
import { namespace } from '../setting-values.ts';

const words = <Value extends z.ZodType>(value: Value, description: string) => z.record(z.string(), value).default({}).describe(description);

export const EsrOutboundSettings = z.object({
  namespace: namespace.describe(
    'A name for the payroll, within which employee numbers are unique. Another system that has the same numbers must use the same name.',
  ),
  folder: z.string().min(1).describe('The folder into which the outbound files (GO_…_EXP_GOF_….DAT and GOC) are put. Keep them from the last full file on.'),
  vpd: z
    .string()
    .regex(/^\w{1,6}$/, 'letters or digits')
    .optional()
    .describe('VPD number of the employer, where the folder holds the files of several.'),
  organisations: words(odsCode, 'Id or name of an organisation in ESR → ODS code. Comes before the code that ESR holds.'),
  roles: words(jobRole, 'Job role or title of a position → role. Comes before what is known.'),
  occupationCodes: words(jobRole, 'Occupation code → role, where neither job role nor position says enough.'),
  assignmentCategories: words(
    z.enum(ENGAGEMENT_KINDS).nullable(),
    'Assignment or employee category → kind of engagement, or null where such assignments are not wanted. "" is one without a category.',
  ),
});
export type EsrOutboundSettings = z.output<typeof EsrOutboundSettings>;
