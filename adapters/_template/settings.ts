import { z } from 'zod';
import { jobRole, odsCode } from '../../schema/domain/values.ts';

const LOOPBACK = ['localhost', '127.0.0.1', '[::1]'];

/** A secret goes there: only encrypted, unless it does not leave the machine. */
const address = z.url({ protocol: /^https?$/ }).refine((url) => {
  const { protocol, hostname } = new URL(url);
  return protocol === 'https:' || LOOPBACK.includes(hostname);
}, 'an address that begins with https://');

export const TemplateVendorSettings = z.object({
  apiKey: z.string().min(1).describe('Key of the API.').meta({ secret: true }),
  organisationCode: odsCode.describe('ODS code of the practice or network whose rota it keeps.'),
  siteCode: z.string().min(1).optional().describe('Site of every shift. Default: not known.'),
  roles: z.record(z.string(), jobRole).default({}).describe('What the vendor calls a role → our role.'),
  baseUrl: address.default('https://vendor.example.invalid/v1').describe('Address of the API.'),
});
export type TemplateVendorSettings = z.output<typeof TemplateVendorSettings>;
