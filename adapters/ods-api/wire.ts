/**
 * What the two services of the Organisation Data Service send.
 *
 * FHIR R4: elements and extensions by the NHS England implementation guide for organisation data and by the JSON that
 * public clients of the API hold; no whole reply was seen. ORD 2-0-0: two whole replies were. Read 2026-11-25.
 * https://digital.nhs.uk/developer/api-catalogue/organisation-data-terminology
 * https://digital.nhs.uk/developer/api-catalogue/organisation-data-service-ord
 */
import { z } from 'zod';

export const TYPED_PERIOD = 'https://fhir.nhs.uk/England/StructureDefinition/Extension-England-TypedPeriod';
export const ORGANISATION_ROLE = 'https://fhir.nhs.uk/England/StructureDefinition/Extension-England-OrganisationRole';

const code = z.string().min(1, 'a code');
const name = z.string().min(1, 'a name');

/** An extension: a value, or extensions of its own. Known by its url; where it stands says nothing. */
const Coding = z.object({ code: z.string().optional() });
const Period = z.object({ start: z.string().optional(), end: z.string().optional() });
export interface Extension {
  readonly url: string;
  readonly valueCoding?: z.output<typeof Coding>;
  readonly valueCodeableConcept?: { readonly coding?: readonly z.output<typeof Coding>[] };
  readonly valuePeriod?: z.output<typeof Period>;
  readonly valueBoolean?: boolean;
  readonly extension?: readonly Extension[];
}
const Extension: z.ZodType<Extension> = z.object({
  url: z.string(),
  valueCoding: Coding.optional(),
  valueCodeableConcept: z.object({ coding: z.array(Coding).optional() }).optional(),
  valuePeriod: Period.optional(),
  valueBoolean: z.boolean().optional(),
  get extension() {
    return z.array(Extension).optional();
  },
}) as z.ZodType<Extension>;
const extensions = z.array(Extension).default([]);

/** A page of a search. */
export const FhirBundle = z.object({
  resourceType: z.literal('Bundle'),
  total: z.number().optional(),
  link: z.array(z.object({ relation: z.string(), url: z.string() })).default([]),
  entry: z.array(z.object({ resource: z.unknown() })).default([]),
});

const FhirAddress = z.object({
  line: z.array(z.string()).default([]),
  city: z.string().optional(),
  district: z.string().optional(),
  postalCode: z.string().optional(),
});

export const FhirOrganization = z.object({
  form: z.literal('fhir'),
  resourceType: z.literal('Organization'),
  id: code,
  name,
  active: z.boolean(),
  address: z.array(FhirAddress).default([]),
  extension: extensions,
});
export type FhirOrganization = z.output<typeof FhirOrganization>;

const Reference = z.object({ identifier: z.object({ value: code }) });

export const FhirAffiliation = z.object({
  form: z.literal('fhir'),
  resourceType: z.literal('OrganizationAffiliation'),
  active: z.boolean(),
  organization: Reference,
  participatingOrganization: Reference,
  code: z.array(z.object({ coding: z.array(z.object({ code })).min(1) })).min(1),
  extension: extensions,
});
export type FhirAffiliation = z.output<typeof FhirAffiliation>;

/** ORD gives lists; some of its clients also know a lone object in their place. */
const listOf = <Item extends z.ZodType>(item: Item) =>
  z.preprocess((value) => (Array.isArray(value) ? value : value === undefined ? [] : [value]), z.array(item));

const OrdPeriod = z.object({ Type: z.string(), Start: z.string().optional(), End: z.string().optional() });
const OrdStatus = z.enum(['Active', 'Inactive']);
const OrdId = z.object({ extension: code });

export const OrdRel = z.object({
  id: code,
  uniqueRelId: z.union([z.number(), z.string()]),
  Status: OrdStatus,
  Date: listOf(OrdPeriod),
  Target: z.object({ OrgId: OrdId }),
});

const OrdBody = z.object({
  Name: name,
  Status: OrdStatus,
  OrgId: OrdId,
  Date: listOf(OrdPeriod),
  GeoLoc: z
    .object({
      Location: z.object({
        AddrLn1: z.string().optional(),
        AddrLn2: z.string().optional(),
        AddrLn3: z.string().optional(),
        Town: z.string().optional(),
        County: z.string().optional(),
        PostCode: z.string().optional(),
      }),
    })
    .optional(),
  Roles: z.object({ Role: listOf(z.object({ id: code, Status: OrdStatus })) }).default({ Role: [] }),
  Rels: z.object({ Rel: listOf(OrdRel) }).default({ Rel: [] }),
});

export const OrdOrganisation = OrdBody.extend({ form: z.literal('ord') });
export type OrdOrganisation = z.output<typeof OrdOrganisation>;

/** One relationship of an organisation, with the code of the organisation that it is of. */
export const OrdRelationship = OrdRel.extend({ form: z.literal('ord'), source: code });
export type OrdRelationship = z.output<typeof OrdRelationship>;

/** A page of a search. The next is named by the header Next-Page. */
export const OrdList = z.object({ Organisations: z.array(z.object({ OrgId: code, OrgLink: z.string() })) });

/** Beside what was sent: the day on which it was read, and who commissions it, where that is not in the record itself. */
const readOn = z.string();
export const Organisation = z.discriminatedUnion('form', [
  FhirOrganization.extend({ readOn, commissioner: z.string().nullable() }),
  OrdOrganisation.extend({ readOn }),
]);
export type Organisation = z.output<typeof Organisation>;
export const Relationship = z.discriminatedUnion('form', [FhirAffiliation, OrdRelationship]);
export type Relationship = z.output<typeof Relationship>;
