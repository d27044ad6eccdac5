/** A caller together with what the graph knows of them: the facts that every access rule is decided on. */

import type { Role } from './actor.ts';
import type { JobRole } from './codes.ts';

/** A role held over some organisations: those of the grant and all that lie within them. */
export interface Reach {
  readonly role: Role;
  readonly organisationCodes: readonly string[];
}

export interface KnownActor {
  readonly subject: string;
  /** The person of the workforce that the caller is, or null when the token is tied to nobody known. */
  readonly staffId: string | null;
  readonly reaches: readonly Reach[];
  /** Where the person may be asked to work: their engagements' organisations, and all within their banks' organisations. */
  readonly offeredOrganisationCodes: readonly string[];
  /** The roles that the person is engaged in. */
  readonly jobRoles: readonly JobRole[];
}
