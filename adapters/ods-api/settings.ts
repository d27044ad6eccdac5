import { z } from 'zod';
import { httpsAddress } from '../setting-values.ts';

export const OdsApiSettings = z
  .object({
    service: z
      .enum(['fhir', 'ord'])
      .default('fhir')
      .describe('fhir: the Organisation Data Terminology API. ord: its predecessor ORD 2-0-0, which NHS England takes away; use it only while it answers.'),
    apiKey: z
      .string()
      .min(1)
      .optional()
      .describe('Key of an application that may use the Organisation Data Terminology API. ORD and the sandbox need none.')
      .meta({ secret: true }),
    baseUrl: httpsAddress
      .default('https://api.service.nhs.uk/organisation-data-terminology-api/fhir')
      .describe('Base address of the FHIR API. The integration and sandbox ones begin with int. and sandbox.'),
    ordUrl: httpsAddress.default('https://directory.spineservices.nhs.uk/ORD/2-0-0').describe('Base address of ORD.'),
  })
  .refine((settings) => settings.service === 'ord' || settings.apiKey !== undefined || new URL(settings.baseUrl).hostname.startsWith('sandbox.'), {
    path: ['apiKey'],
    message: 'a key, unless the service is ord or the address that of the sandbox',
  });
export type OdsApiSettings = z.output<typeof OdsApiSettings>;
