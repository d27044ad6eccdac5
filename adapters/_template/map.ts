/** What a record of the vendor means. Pure. */
import type { Canonical } from '../../schema/domain/canonical.ts';
import { durationMinutes, type LocalTimeProblem, londonInstant } from '../../schema/domain/time.ts';
import { invalid, type Skipped, skip } from '../contract.ts';
import { wordList } from '../words.ts';
import type { TemplateVendorShift } from './wire.ts';

export function toShift({ start, end, role: roleAsSent, published, employee, joined }: TemplateVendorShift): Canonical['shift'] | Skipped {
  if (!published) return skip('a draft that has not been published');
  const role = wordList(joined.roles)(roleAsSent);
  if (!role) throw invalid('role', 'a role that the settings name under "roles"', 'another one');
  return {
    organisationCode: joined.organisationCode,
    siteCode: joined.siteCode,
    role,
    roleAsSent,
    skillsNeeded: [],
    deliveryMode: 'ON_SITE',
    ...spellOf(start, end),
    unpaidBreakMinutes: 0,
    status: employee ? 'FILLED' : 'OPEN',
    staffKey: employee && `work-email:${employee.email.toLowerCase()}`,
    fillSource: null,
  };
}

function spellOf(start: string, end: string): { readonly startsAt: Date; readonly endsAt: Date } {
  const spell = { startsAt: instantOf('start', start), endsAt: instantOf('end', end) };
  if (durationMinutes(spell) <= 0) throw invalid('end', 'an end after the start', 'an earlier time');
  return spell;
}

const PROBLEMS: Readonly<Record<LocalTimeProblem, string>> = {
  skipped: 'a time that does not exist: the clocks go forward over it',
  repeated: 'a time that exists twice: the clocks go back over it',
  malformed: 'text of another form',
};

function instantOf(field: string, local: string): Date {
  const result = londonInstant(local);
  if (!result.ok) throw invalid(field, 'a London time as YYYY-MM-DDTHH:MM', PROBLEMS[result.problem]);
  return result.at;
}
