/** A row of the sheet: text by field, and what the sheet calls each field. */
import { z } from 'zod';

/** What each column is called where the settings do not say. */
export const SITE_COLUMNS = {
  code: ['Code'],
  organisation: ['Organisation'],
  name: ['Name'],
  kind: ['Kind'],
  deliveryModes: ['Delivery modes'],
  address: ['Address'],
  postcode: ['Postcode'],
} as const;
export type SiteField = keyof typeof SITE_COLUMNS;

const fields = Object.keys(SITE_COLUMNS) as [SiteField, ...SiteField[]];

const byField = z.record(z.enum(fields), z.string());

export const SiteRow = z.object({ cells: byField, columns: byField });
export type SiteRow = z.output<typeof SiteRow>;
