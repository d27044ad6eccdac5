import { z } from 'zod';
import { jobRole, odsCode } from '../../schema/domain/values.ts';
import { httpsAddress } from '../setting-values.ts';

export const TemplateVendorSettings = z.object({
  apiKey: z.string().min(1).describe('Key of the API.').meta({ secret: true }),
  organisationCode: odsCode.describe('ODS code of the practice or network whose rota it keeps.'),
  siteCode: z.string().min(1).optional().describe('Site of every shift. Default: not known.'),
  roles: z.record(z.string(), jobRole).default({}).describe('What the vendor calls a role → our role.'),
  baseUrl: httpsAddress.default('https://vendor.example.invalid/v1').describe('Address of the API.'),
});
export type TemplateVendorSettings = z.output<typeof TemplateVendorSettings>;
