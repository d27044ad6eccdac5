/** The files that ESR sends to other systems (generic outbound interface, GO2): a full one, then changes. */
import { defineAdapter, stream, type Tools, type UpstreamRecord } from '../contract.ts';
import { createVocabulary, unpackPosition, type Vocabulary } from '../nhs-words.ts';
import { pagesOf } from '../table-pages.ts';
import { odsCodeFromWords, wordList } from '../words.ts';
import { type OutboundFile, openFiles } from './files.ts';
import { toBankMembership, toEngagement, toStaffMember } from './map.ts';
import { type Cells, type Change, type Played, replay } from './replay.ts';
import { EsrOutboundSettings } from './settings.ts';
import { AssignmentLine, PersonLine, type RecordKind } from './wire.ts';

interface Client {
  readonly settings: EsrOutboundSettings;
  readonly vocabulary: Vocabulary;
  /** What the settings say of an organisation's id or name. */
  organisationOf(words: string): string | undefined;
  files(): Promise<readonly OutboundFile[]>;
}

function connect(settings: EsrOutboundSettings, { resolvePath }: Tools): Client {
  const { roles, occupationCodes, assignmentCategories, organisations, folder, vpd } = settings;
  return {
    settings,
    vocabulary: createVocabulary({ roles, occupationCodes, assignmentCategories }),
    organisationOf: wordList(organisations),
    files: () => openFiles(resolvePath(folder), vpd),
  };
}

/** Every line of a kind, as a record under its id where it is the last of it. */
async function* pagesOfKind(
  client: Client,
  kind: 'person' | 'assignment',
  joinedKinds: readonly RecordKind[],
  rawOf: (cells: Cells, played: Readonly<Record<RecordKind, Played>>) => object,
) {
  const files = await client.files();
  const played = await replay(files, [kind, ...joinedKinds]);
  const { changes, last } = played[kind];
  const recordOf = (change: Change): UpstreamRecord => {
    const { id, where, cells, problems } = change;
    if (id === '')
      return { ref: null, where, raw: {}, problems: problems.length > 0 ? problems : [{ path: idColumn(kind), expected: 'a number', got: 'another' }] };
    if (last.get(id) !== change) return { ref: null, where, raw: { fate: 'replaced' } };
    return { ref: id, where, raw: cells === null ? { fate: 'deleting' } : { fate: 'standing', cells, ...rawOf(cells, played) }, problems };
  };
  async function* records() {
    for (const change of changes) yield recordOf(change);
  }
  const asOf = files.at(-1)?.runAt ?? new Date(Number.NaN);
  yield* pagesOf(records(), () => asOf);
}

const idColumn = (kind: 'person' | 'assignment') => (kind === 'person' ? 'PersonId' : 'AssignmentId');

const staffMembers = stream({
  name: 'staffMembers',
  entity: 'staffMember',
  removals: 'absence',
  wire: PersonLine,
  pages: (client: Client) => pagesOfKind(client, 'person', [], () => ({ namespace: client.settings.namespace })),
  map: toStaffMember,
});

/** Assignments with the person, the position and the organisation that they name. */
function assignmentPages(client: Client) {
  const { settings, vocabulary, organisationOf } = client;
  return pagesOfKind(client, 'assignment', ['person', 'position', 'organisation'], (cells, { person, position, organisation }) => {
    const named = standingCells(position, cells.PositionId);
    const place = standingCells(organisation, cells.OrganisationId);
    const who = standingCells(person, cells.PersonId);
    const packed = unpackPosition(cells.PositionName || named?.PositionName || '');
    const jobRole = cells.JobName?.split('|')[1]?.trim() || named?.JobRole || '';
    const occupationCode = (packed.occupationCode || named?.OccupationCode || '').toUpperCase();
    return {
      namespace: settings.namespace,
      person: who && { employeeNumber: who.EmployeeNumber, terminatedOn: who.ActualTerminationDate },
      jobRole: jobRole || packed.title,
      occupationCode,
      role: vocabulary.role({ jobRole, position: packed.title, occupationCode }),
      kind: vocabulary.assignmentCategory(cells.AssignmentCategory || cells.EmployeeCategory || ''),
      organisationCode: first(
        () => organisationOf(cells.OrganisationId ?? ''),
        () => organisationOf(place?.OrganisationName ?? ''),
        () => odsCodeFromWords(place?.NacsCode ?? ''),
        () => odsCodeFromWords(named?.WorkplaceOrgCode ?? ''),
      ),
    };
  });
}

/** What the last line of a record says; null when there is none, it deletes, or it cannot be read. */
function standingCells({ last }: Played, id = ''): Cells | null {
  const change = last.get(id);
  return change && change.problems.length === 0 ? change.cells : null;
}

const first = (...looks: readonly (() => string | undefined)[]) => looks.map((look) => look()).find((found) => found !== undefined);

const engagements = stream({ name: 'engagements', entity: 'engagement', removals: 'absence', wire: AssignmentLine, pages: assignmentPages, map: toEngagement });

const bankMemberships = stream({
  name: 'bankMemberships',
  entity: 'bankMembership',
  removals: 'absence',
  wire: AssignmentLine,
  pages: assignmentPages,
  map: toBankMembership,
});

export default defineAdapter<EsrOutboundSettings, Client>({
  id: 'esr-outbound',
  title: 'ESR outbound files (GO2)',
  docs: 'https://my.esr.nhs.uk/',
  partial: 'The layout is that of 2012–13, as public code shows it, and was not checked against files of today. It holds neither leave nor credentials.',
  settings: EsrOutboundSettings,
  connect,
  async check({ files }) {
    await files();
  },
  pull: [staffMembers, engagements, bankMemberships],
});
