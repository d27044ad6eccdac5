/** What the vendor sends. Loose: keys that are not named here pass, and are not read. */
import { z } from 'zod';
import { jobRole } from '../../schema/domain/values.ts';

/** What the settings say of every record, joined by `pages`. */
const joined = z.object({ organisationCode: z.string(), siteCode: z.string().nullable(), roles: z.record(z.string(), jobRole) });

/** https://vendor.example.invalid/api#shift */
export const TemplateVendorShift = z.object({
  /** London wall-clock time, YYYY-MM-DDTHH:MM. */
  start: z.string(),
  end: z.string(),
  role: z.string().min(1),
  published: z.boolean(),
  /** Null on an open shift. */
  employee: z.object({ email: z.email() }).nullable(),
  joined,
});
export type TemplateVendorShift = z.output<typeof TemplateVendorShift>;
