/** Who asks: what a verified access token says, and nothing that it does not. */

export const ROLES = ['CLINICIAN', 'PRACTICE_MANAGER', 'PCN_COORDINATOR', 'ICS_ANALYST', 'SERVICE'] as const;
export type Role = (typeof ROLES)[number];

/** A role, and the organisation over which it is held. */
export interface Grant {
  readonly role: Role;
  /** ODS code of a practice, network, sub-ICB location or ICB. Null for a role that needs none: CLINICIAN, SERVICE. */
  readonly organisation: string | null;
}

export interface Actor {
  /** The `sub` of the token: stable for one account at one issuer. */
  readonly subject: string;
  /** The key by which the workforce knows the account's person, for instance `work-email:…`; null where the token has none. */
  readonly staffKey: string | null;
  readonly grants: readonly Grant[];
}

/**
 * The grant that a token's role claim writes as `practice_manager:Y00001` or, without an organisation, `clinician`.
 * Null for one that names no role of ours: an issuer may send roles of other systems beside ours.
 */
export function grantFrom(claim: string): Grant | null {
  const [name = '', organisation = ''] = claim.split(':', 2);
  const role = ROLES.find((known) => known === name.trim().toUpperCase());
  return role ? { role, organisation: organisation.trim().toUpperCase() || null } : null;
}
