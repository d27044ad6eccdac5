/** Staff lists in the words of the National Workforce Reporting Service: what networks and practices keep to fill it in. */
import { foldName, parseDay } from '../../platform/table/cells.ts';
import { openTable, type Table } from '../../platform/table/table.ts';
import { defineAdapter, type Page, stream, type Tools, type UpstreamRecord } from '../contract.ts';
import { nwrsRole } from '../nwrs-roles.ts';
import { createSightings, personRef, sightedRecord } from '../sightings.ts';
import { saysNothing } from '../staff-cells.ts';
import { type FoundColumns, findColumns, pagesOf, withOwnNames } from '../table-pages.ts';
import { toEngagement, toStaffMember } from './map.ts';
import { NwrsSheetSettings } from './settings.ts';
import { createVocabulary, type Vocabulary } from './vocabulary.ts';
import { COLUMNS, FIELDS, type Field, NEEDED, NwrsRow } from './wire.ts';

interface Client {
  readonly settings: NwrsSheetSettings;
  readonly vocabulary: Vocabulary;
  open(): Promise<{ readonly table: Table; readonly found: FoundColumns<Field> }>;
}

function connect(settings: NwrsSheetSettings, { resolvePath }: Tools): Client {
  const { file, entry, sheet, headerRow, columns } = settings;
  const optional = FIELDS.filter((field) => !NEEDED.includes(field) && columns[field] === undefined);
  return {
    settings,
    vocabulary: createVocabulary(settings),
    async open() {
      const table = await openTable(resolvePath(file), { entry, sheet, headerRow, delimiter: 'auto' });
      return { table, found: findColumns(table, withOwnNames(COLUMNS, columns), optional, 'NWRS list') };
    },
  };
}

type Raw = Omit<NwrsRow, 'repeat'>;

/** What a record of a row goes by, and by what its repeats are told from rows that contradict it. */
interface Identity {
  readonly parts: readonly string[];
  readonly content: readonly string[];
}

function pages(identify: (raw: Raw) => Identity) {
  return async function* ({ settings, vocabulary, open }: Client): AsyncIterable<Page> {
    const { table, found } = await open();
    const sight = createSightings();
    const ours = new Set<string>(['', ...Object.values(found.names)]);
    async function* records(): AsyncIterable<UpstreamRecord> {
      for await (const row of table.rows) {
        const raw = readRow(found, found.cellsOf(row), settings, vocabulary);
        const { staffNumber, workEmail, registrationNumber } = raw.cells;
        const person = personRef(staffNumber, workEmail || registrationNumber);
        const { parts, content } = identify(raw);
        const ref = person === '' ? null : [person, ...parts].join('/');
        const problems = row.problems.filter(({ path }) => ours.has(path));
        const sighting = ref === null || problems.length > 0 ? 'first' : sight(ref, JSON.stringify(content));
        yield sightedRecord(ref, sighting, `row ${row.number} of the NWRS list`, { ...raw, repeat: sighting === 'repeat' }, problems);
      }
    }
    yield* pagesOf(records(), () => table.modifiedAt);
  };
}

function readRow(found: FoundColumns<Field>, all: Readonly<Record<Field, string>>, settings: NwrsSheetSettings, vocabulary: Vocabulary): Raw {
  const cells = Object.fromEntries(FIELDS.map((field) => [field, saysNothing(all[field]) ? '' : all[field]])) as Record<Field, string>;
  // A list may give the role in one column alone.
  const detailedRole = cells.detailedRole || cells.staffRole;
  return {
    namespace: settings.namespace,
    dateOrder: settings.dateOrder,
    cells: { ...cells, detailedRole },
    columns: found.names,
    regulator: regulatorIn(cells, found, vocabulary),
    role: detailedRole === '' ? undefined : vocabulary.role(detailedRole, nwrsRole(detailedRole, cells.staffRole)),
    roleIsOwn: vocabulary.isOwnRole(detailedRole),
    staffGroup: vocabulary.staffGroup(cells.staffGroup),
    kind: vocabulary.kind(cells.contractType, detailedRole),
    organisationCode: cells.organisation === '' ? settings.organisationCode : vocabulary.organisation(cells.organisation),
  };
}

/** By its own column, else by the heading: a GMC Registration Number is one of the GMC. */
function regulatorIn({ registrationBody }: Readonly<Record<Field, string>>, { names }: FoundColumns<Field>, { regulator }: Vocabulary) {
  if (registrationBody !== '') return regulator(registrationBody);
  return regulator(names.registrationNumber.split(' ')[0] ?? '') ?? undefined;
}

const staffMembers = stream({
  name: 'staffMembers',
  entity: 'staffMember',
  removals: 'absence',
  wire: NwrsRow,
  pages: pages(({ cells: { givenName, familyName, workEmail, registrationNumber } }) => ({
    parts: [],
    content: [givenName, familyName, workEmail, registrationNumber],
  })),
  map: toStaffMember,
});

/** The detailed role; "Other" is one of several, which the staff role tells apart. */
function postOf({ detailedRole, staffRole }: NwrsRow['cells']): readonly string[] {
  const detailed = foldName(detailedRole);
  return detailed === 'other' ? [foldName(staffRole), detailed] : [detailed];
}

const engagements = stream({
  name: 'engagements',
  entity: 'engagement',
  removals: 'absence',
  wire: NwrsRow,
  pages: pages(({ cells, organisationCode, dateOrder, kind }) => ({
    parts: [organisationCode ?? foldName(cells.organisation), ...postOf(cells), parseDay(cells.startDate, dateOrder) ?? foldName(cells.startDate)],
    content: [kind ?? '', cells.fte, cells.hoursPerWeek, cells.endDate],
  })),
  map: toEngagement,
});

export default defineAdapter<NwrsSheetSettings, Client>({
  id: 'nwrs-sheet',
  title: 'Staff lists in NWRS terms',
  kind: 'HR',
  docs: 'https://digital.nhs.uk/data-and-information/publications/statistical/primary-care-workforce-quarterly-update',
  partial: 'The columns of the bulk-upload template are not published: the settings map them.',
  settings: NwrsSheetSettings,
  connect,
  async check({ open }) {
    await open();
  },
  pull: [staffMembers, engagements],
});
