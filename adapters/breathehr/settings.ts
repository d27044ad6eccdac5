/** What a practice sets: its account, where its people work, and what its own words mean. */
import { z } from 'zod';
import { CREDENTIAL_KINDS } from '../../schema/domain/staff.ts';
import { ENGAGEMENT_KINDS, jobRole, odsCode } from '../../schema/domain/values.ts';
import { httpsAddress, namespace } from '../setting-values.ts';

const words = <Value extends z.ZodType>(value: Value, description: string) => z.record(z.string(), value).default({}).describe(description);

export const BreatheHrSettings = z.object({
  apiKey: z.string().min(1).describe('API key of the Breathe account.').meta({ secret: true }),
  account: namespace.describe('A name for the Breathe account, within which the ids of employees are unique. Two upstreams of one account use the same.'),
  organisationCode: odsCode.describe('ODS code of the practice or network whose people the account holds.'),
  payroll: namespace
    .optional()
    .describe('Name of the payroll whose numbers are kept as employee reference, the namespace of esr-csv. Default: references are not payroll numbers.'),
  organisations: words(odsCode, 'Name of a location, division or department → ODS code, where an account holds several organisations.'),
  roles: words(jobRole, 'Job title → role. Comes before what is known.'),
  kinds: words(z.enum(ENGAGEMENT_KINDS).nullable(), 'Job title → kind of engagement, or null where such people are not wanted.'),
  defaultKind: z
    .enum(ENGAGEMENT_KINDS)
    .default('SALARIED')
    .describe('Kind of engagement of people whose job title says no other: Breathe does not hold it. Default SALARIED.'),
  leaveReasons: words(
    z.enum(['ANNUAL', 'STUDY']).nullable(),
    'Reason of other leave → ANNUAL or STUDY, or null where it is no absence, such as working from home. Every other reason reads AWAY.',
  ),
  courses: words(z.enum(CREDENTIAL_KINDS).nullable(), 'Name of a training course or of its type → kind of credential, or null where it is not wanted.'),
  completedStatuses: z.array(z.string().min(1)).default(['Completed']).describe('Statuses of a training course that was completed. Default Completed.'),
  readSicknesses: z.boolean().default(true).describe('Whether to read when people are off sick: the days alone, as AWAY. Default true.'),
  morningEndsAt: z
    .string()
    .regex(/^1[0-5]:[0-5]\d$/, 'a time from 10:00 to 15:59 as HH:MM')
    .default('13:00')
    .describe('When the morning ends and the afternoon begins: Breathe has half days, but no times. Default 13:00.'),
  baseUrl: httpsAddress.default('https://api.breathehr.com/v1').describe('Address of the Breathe API, for tests.'),
});
export type BreatheHrSettings = z.output<typeof BreatheHrSettings>;
