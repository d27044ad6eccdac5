/** What a practice sets: its company in BambooHR, where its people work, and what its own words mean. */
import { z } from 'zod';
import { ENGAGEMENT_KINDS, jobRole, odsCode } from '../../schema/domain/values.ts';
import { httpsAddress } from '../setting-values.ts';

const name = z.string().regex(/^[a-z0-9-]{1,63}$/, 'lower-case letters, digits or dashes');
const words = <Value extends z.ZodType>(value: Value, description: string) => z.record(z.string(), value).default({}).describe(description);

export const BambooHrSettings = z.object({
  company: name.describe('The company domain: "alderbrook" of alderbrook.bamboohr.com.'),
  apiKey: z.string().min(1).describe('API key of a user who may see the directory, the job fields and time off.').meta({ secret: true }),
  organisationCode: odsCode.describe('ODS code of the practice or network whose people the company holds.'),
  payroll: name
    .optional()
    .describe('Name of the payroll whose numbers are kept as employee number, the namespace of esr-csv. Default: they are not payroll numbers.'),
  organisations: words(odsCode, 'Name of a location, division or department → ODS code, where a company holds several organisations.'),
  roles: words(jobRole, 'Job title → role. Comes before what is known.'),
  kinds: words(z.enum(ENGAGEMENT_KINDS).nullable(), 'Job title → kind of engagement, or null where such people are not wanted.'),
  defaultKind: z
    .enum(ENGAGEMENT_KINDS)
    .default('SALARIED')
    .describe('Kind of engagement of people whose job title says no other: BambooHR does not hold it. Default SALARIED.'),
  leaveTypes: words(
    z.enum(['ANNUAL', 'STUDY']).nullable(),
    'Name of a type of time off → ANNUAL or STUDY, or null where it is no absence, such as working from home. Every other type reads AWAY.',
  ),
  baseUrl: httpsAddress.default('https://api.bamboohr.com/api/gateway.php').describe('Address of the BambooHR API, for tests.'),
});
export type BambooHrSettings = z.output<typeof BambooHrSettings>;
