/** How the demo's people write what the graph knows by codes. */
import { JOB_ROLES, type JobRole } from '../schema/domain/codes.ts';
import type { Day } from '../schema/domain/time.ts';
import type { DeliveryMode } from '../schema/domain/values.ts';

const ROLE_WORDS: Readonly<Partial<Record<JobRole, string>>> = {
  GENERAL_PRACTITIONER: 'GP',
  GP_REGISTRAR: 'GP Registrar',
  PHARMACIST: 'Clinical Pharmacist',
  PHYSIOTHERAPIST: 'First Contact Physiotherapist',
  PRACTICE_MANAGER: 'Practice Manager',
};

export function roleWords(role: JobRole): string {
  return ROLE_WORDS[role] ?? JOB_ROLES[role].title;
}

export const MODE_WORDS: Readonly<Record<DeliveryMode, string>> = { ON_SITE: 'On site', TELEPHONE: 'Telephone', VIDEO: 'Video', ASYNC_ONLINE: 'Online' };

/** `23/11/2026`. */
export function britishDate(day: Day): string {
  return day.split('-').toReversed().join('/');
}
