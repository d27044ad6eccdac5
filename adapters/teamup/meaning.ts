/** What the sub-calendars of an event, and the name that is written on it, mean by the settings. Pure. */
import { createHash } from 'node:crypto';
import { jobRoleFromWords } from '../../schema/domain/codes.ts';
import { foldWords, wordList } from '../words.ts';
import type { TeamupSettings } from './settings.ts';
import type { Meaning } from './wire.ts';

type Part = Exclude<TeamupSettings['subcalendars'][string], { leaveOut: true } | { leave: unknown }>;

interface Named {
  readonly id: number;
  readonly name: string;
}

/** For the ids of an event's sub-calendars: what it is. To be left out comes before leave, and leave before work. */
export function meanings(settings: TeamupSettings, subcalendars: readonly Named[]): (ids: unknown) => Meaning {
  const setFor = wordList(settings.subcalendars);
  const byId = new Map(subcalendars.map(({ id, name }) => [id, { name: name.trim(), set: setFor(name) ?? setByName(name) }]));
  return (ids) => {
    if (!Array.isArray(ids) || ids.length === 0) return unclear('at least one sub-calendar', 'nothing');
    const unknown = ids.find((id) => !byId.get(id)?.set);
    const known = ids.flatMap((id) => byId.get(id) ?? []);
    if (known.some(({ set }) => set && 'leaveOut' in set)) return { kind: 'left-out' };
    const leave = known.flatMap(({ set }) => (set && 'leave' in set ? [set.leave] : []));
    if (leave[0] !== undefined) return leave.every((kind) => kind === leave[0]) ? { kind: 'leave', leave: leave[0] } : { kind: 'leave', leave: 'AWAY' };
    if (unknown !== undefined) return unclear('a sub-calendar that the setting subcalendars names', `the sub-calendar ${unknown}`);
    return workOn(
      settings,
      known.map(({ name, set }) => ({ name, part: set as Part })),
    );
  };
}

function setByName(name: string): Part | undefined {
  const role = jobRoleFromWords(name);
  return role === null ? undefined : { role };
}

function workOn(settings: TeamupSettings, parts: readonly { readonly name: string; readonly part: Part }[]): Meaning {
  const organisations = distinct(parts.map(({ part }) => part.organisationCode));
  const sites = distinct(parts.map(({ part }) => part.siteCode));
  const roles = distinct(parts.map(({ part }) => part.role));
  const modes = distinct(parts.map(({ part }) => part.deliveryMode));
  for (const values of [organisations, sites, roles, modes]) {
    if (values.length > 1) return unclear('sub-calendars that agree on organisation, site, role and delivery mode', 'some that do not');
  }
  const [organisationCode = settings.organisationCode] = organisations;
  const [role] = roles;
  if (organisationCode === undefined) return unclear('a sub-calendar with an organisation, or the setting organisationCode', 'nothing');
  if (role === undefined) return unclear('a sub-calendar whose role is known, or set under "subcalendars"', 'nothing');
  return {
    kind: 'work',
    organisationCode,
    siteCode: sites[0] ?? settings.siteCode ?? null,
    role,
    roleAsSent: parts.find(({ part }) => part.role !== undefined)?.name ?? '',
    deliveryMode: modes[0] ?? 'ON_SITE',
    skillsNeeded: [...new Set(parts.flatMap(({ part }) => part.skillsNeeded ?? []))],
  };
}

const distinct = <Value>(values: readonly (Value | undefined)[]): readonly Value[] => [...new Set(values.filter((value) => value !== undefined))];

const unclear = (expected: string, got: string): Meaning => ({ kind: 'unclear', expected, got });

/**
 * For what is written in place of a person: the key of the person, or null where nobody is named.
 *
 * Teamup knows no people, only text. A name that the settings do not know still means that somebody has the shift: such a
 * one gets a key that is made of the name and does not show it, the same each time, which nobody else is known by.
 */
export function staffKeys({ account, people, nobody }: TeamupSettings): (written: unknown) => string | null {
  const mailOf = wordList(people);
  const isNobody = wordList<true>(Object.fromEntries(nobody.map((words) => [words, true])));
  return (written) => {
    const name = foldWords(typeof written === 'string' ? written : '');
    if (name === '' || isNobody(name)) return null;
    const mail = mailOf(name);
    return mail ? `work-email:${mail.toLowerCase()}` : `ref:teamup-${account}:${createHash('sha256').update(name).digest('hex').slice(0, 32)}`;
  };
}
