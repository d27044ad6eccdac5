/** Session books of clinical systems, as far as they say who works when: extracts of EMIS Web and SystmOne. */
import { defineAdapter, type Page, type PullRequest, stream, type Tools, type UpstreamRecord } from '../contract.ts';
import { pagesOf } from '../table-pages.ts';
import { EMIS_TABLES, type EmisSource, emisEngagements, emisPeople, emisShifts } from './emis.ts';
import { toEngagement, toShift, toStaffMember } from './map.ts';
import { SessionExtractSettings } from './settings.ts';
import { SYSTMONE_TABLES, type SystmoneSource, systmoneEngagements, systmonePeople, systmoneShifts } from './systmone.ts';
import { openExtract } from './tables.ts';
import { createVocabulary } from './vocabulary.ts';
import { EngagementRecord, PersonRecord, ShiftRecord } from './wire.ts';

/** Null: the settings name no folder of that system. */
interface Client {
  readonly emis: EmisSource | null;
  readonly systmone: SystmoneSource | null;
}

function connect(settings: SessionExtractSettings, { resolvePath }: Tools): Client {
  const vocabulary = createVocabulary(settings);
  const { emisFolder, systmoneFolder } = settings;
  const sourceOf = (folder: string | undefined, encoding: 'auto' | 'windows-1252') =>
    folder === undefined ? null : { extract: openExtract(folder, resolvePath(folder), encoding), vocabulary, settings };
  return { emis: sourceOf(emisFolder, 'auto'), systmone: sourceOf(systmoneFolder, 'windows-1252') };
}

/** Pages of what `records` gives of a system; none where the settings leave the system out. */
function pages(system: 'emis' | 'systmone', records: (source: EmisSource & SystmoneSource, request: PullRequest) => AsyncIterable<UpstreamRecord>) {
  return async function* (client: Client, request: PullRequest): AsyncIterable<Page> {
    const source = client[system];
    if (source) yield* pagesOf(records(source, request), source.extract.asOf);
  };
}

const hasEmis = ({ emis }: Client) => emis !== null;
const hasSystmone = ({ systmone }: Client) => systmone !== null;

const emisStreams = [
  stream({
    name: 'emisStaffMembers',
    entity: 'staffMember',
    removals: 'never',
    offered: hasEmis,
    wire: PersonRecord,
    pages: pages('emis', emisPeople),
    map: toStaffMember,
  }),
  stream({
    name: 'emisEngagements',
    entity: 'engagement',
    removals: 'never',
    offered: hasEmis,
    wire: EngagementRecord,
    pages: pages('emis', emisEngagements),
    map: toEngagement,
  }),
  stream({ name: 'emisShifts', entity: 'shift', removals: 'tombstone', offered: hasEmis, wire: ShiftRecord, pages: pages('emis', emisShifts), map: toShift }),
];

const systmoneStreams = [
  stream({
    name: 'systmoneStaffMembers',
    entity: 'staffMember',
    removals: 'tombstone',
    offered: hasSystmone,
    wire: PersonRecord,
    pages: pages('systmone', systmonePeople),
    map: toStaffMember,
  }),
  stream({
    name: 'systmoneEngagements',
    entity: 'engagement',
    removals: 'tombstone',
    offered: hasSystmone,
    wire: EngagementRecord,
    pages: pages('systmone', systmoneEngagements),
    map: toEngagement,
  }),
  stream({
    name: 'systmoneShifts',
    entity: 'shift',
    removals: 'tombstone',
    offered: hasSystmone,
    wire: ShiftRecord,
    pages: pages('systmone', systmoneShifts),
    map: toShift,
  }),
];

export default defineAdapter<SessionExtractSettings, Client>({
  id: 'session-extract',
  title: 'Session books of EMIS Web and SystmOne',
  kind: 'ROTA',
  docs: 'https://github.com/endeavourhealth/Transforms',
  partial: 'Sessions that nobody has are in neither extract; a rota of SystmOne ends with its last appointment; users of EMIS Web are never removed.',
  settings: SessionExtractSettings,
  connect,
  async check({ emis, systmone }) {
    for (const table of emis ? EMIS_TABLES : []) await emis?.extract.check<string>(table);
    for (const table of systmone ? SYSTMONE_TABLES : []) await systmone?.extract.check<string>(table);
  },
  pull: [...emisStreams, ...systmoneStreams],
});
