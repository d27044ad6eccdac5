/** What sort of organisation an ODS code is, from the view that `practices` publishes: for references across owners. */
import type DataLoader from 'dataloader';
import type { Sql } from './db.ts';
import { byKey } from './graphql/batch.ts';

interface Entry {
  readonly code: string;
  readonly kind: 'PRACTICE' | 'PCN';
}

export interface OrganisationReferences {
  /** A reference to the practice of this code, or null when it is not a known practice. */
  practice(code: string): Promise<{ readonly odsCode: string } | null>;
  /** A reference to the network of this code, or null when it is not a known network. */
  pcn(code: string): Promise<{ readonly odsCode: string } | null>;
}

export function createOrganisationReferences(sql: Sql): OrganisationReferences {
  const entries: DataLoader<string, Entry | null> = byKey(
    (codes) => sql.query<Entry>('SELECT code, kind FROM practices.organisation_directory WHERE code = ANY($1::text[]) AND removed_at IS NULL', [codes]),
    ({ code }) => code,
  );
  const referenceTo = (kind: Entry['kind']) => async (code: string) => ((await entries.load(code))?.kind === kind ? { odsCode: code } : null);
  return { practice: referenceTo('PRACTICE'), pcn: referenceTo('PCN') };
}
