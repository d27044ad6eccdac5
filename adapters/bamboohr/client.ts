/** The BambooHR API: a key as Basic authentication, and lists that come whole. */
import { json } from '../../platform/http.ts';
import { UpstreamRejectedError } from '../../schema/domain/errors.ts';
import type { Tools } from '../contract.ts';
import { createVocabulary, type Vocabulary } from '../nhs-words.ts';
import { wordList } from '../words.ts';
import type { BambooHrSettings } from './settings.ts';
import { DETAIL_FIELDS } from './wire.ts';

export type Fields = Partial<Record<string, unknown>>;

export interface Directory {
  readonly employees: readonly unknown[];
  /** Ids of the fields that the company lets the directory show. */
  readonly shown: readonly string[];
}

export interface BambooClient {
  readonly settings: BambooHrSettings;
  readonly vocabulary: Vocabulary;
  readonly now: () => Date;
  /** The organisation that a place's name is set to mean. A short name is no code here: departments have such names. */
  organisationOf(place: string): string | undefined;
  /** GET /employees/directory */
  directory(): Promise<Directory>;
  /** GET /employees/{id}?fields=…: what the directory does not have. A field that the key may not see is missing. */
  details(id: string): Promise<Fields>;
  /** GET /time_off/requests, days inclusive. */
  timeOff(start: string, end: string): Promise<readonly unknown[]>;
}

const UPSTREAM = 'BambooHR';

export function connect(settings: BambooHrSettings, tools: Tools): BambooClient {
  const base = `${settings.baseUrl.replace(/\/$/, '')}/${settings.company}/v1`;
  const authorization = `Basic ${Buffer.from(`${settings.apiKey}:x`).toString('base64')}`;

  async function read(path: string): Promise<unknown> {
    // Without an Accept header the answer is XML.
    const response = await tools.fetch(`${base}/${path}`, { headers: { accept: 'application/json', authorization } });
    return json(response, UPSTREAM);
  }

  return {
    settings,
    vocabulary: createVocabulary({ roles: settings.roles, kinds: settings.kinds, absenceTypes: settings.leaveTypes }),
    now: tools.now,
    organisationOf: wordList(settings.organisations),
    async directory() {
      const { employees, fields } = fieldsOf(await read('employees/directory'));
      const shown = Array.isArray(fields) ? fields.map((field) => String(fieldsOf(field).id)) : [];
      return { employees: listOf(employees, 'a directory with "employees"'), shown };
    },
    async details(id) {
      const body = await read(`employees/${encodeURIComponent(id)}?fields=${DETAIL_FIELDS.join(',')}`);
      const details = fieldsOf(body);
      if (String(details.id) === id) return details;
      throw new UpstreamRejectedError(`${UPSTREAM}: expected the fields of employee ${id}, got an answer without them.`);
    },
    async timeOff(start, end) {
      return listOf(await read(`time_off/requests?start=${start}&end=${end}`), 'a list of time off requests');
    },
  };
}

export function fieldsOf(value: unknown): Fields {
  return value !== null && typeof value === 'object' && !Array.isArray(value) ? value : {};
}

function listOf(value: unknown, expected: string): readonly unknown[] {
  if (Array.isArray(value)) return value;
  throw new UpstreamRejectedError(`${UPSTREAM}: expected ${expected}, got something else. Is the address right?`);
}
