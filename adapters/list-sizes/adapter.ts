/** "Patients Registered at a GP Practice", monthly: practices with patients, how they are grouped, and how many patients of what age. */
import { z } from 'zod';
import type { EntityName } from '../../schema/domain/canonical.ts';
import { defineAdapter, type Mapped, type PullStream, stream, type Tools } from '../contract.ts';
import { checkLayout, type Layout, publishedDay, type Reading, readPages } from '../published-files.ts';
import type { Cells } from '../table-pages.ts';
import { LIST_SIZES, PRACTICE_MAP } from './layouts.ts';
import {
  icbOfMap,
  membershipOfMap,
  pcnOfMap,
  practiceOfMap,
  registeredPatientsByAgeOfListSize,
  registeredPatientsOfListSize,
  subIcbLocationOfMap,
} from './map.ts';
import { ListSizeRow, PracticeMapRow } from './wire.ts';

const file = z.string().min(1).optional();

export const ListSizesSettings = z
  .object({
    mapFile: file.describe('gp-reg-pat-prac-map, .csv or .zip: practices with patients, their networks, sub-ICB locations, ICBs and clinical systems.'),
    listSizesFile: file.describe(
      'gp-reg-pat-prac-quin-age, .csv or .zip: registered patients by sex and five-year age band. -sing-age and -all give totals alone.',
    ),
  })
  .refine((settings) => FILES.some((name) => settings[name] !== undefined), 'expected at least one of mapFile, listSizesFile');
export type ListSizesSettings = z.output<typeof ListSizesSettings>;

const FILES = ['mapFile', 'listSizesFile'] as const;
type FileName = (typeof FILES)[number];

const LAYOUTS: Readonly<Record<FileName, Layout>> = { mapFile: PRACTICE_MAP, listSizesFile: LIST_SIZES };

interface Client {
  readonly settings: ListSizesSettings;
  readonly resolvePath: Tools['resolvePath'];
}

const offeredIn =
  (name: FileName) =>
  ({ settings }: Client) =>
    settings[name] !== undefined;

/** Pages of a file, or none when the settings leave it out. */
async function* pagesOfFile({ settings, resolvePath }: Client, name: FileName, how: Pick<Reading, 'refOf' | 'repeats'>) {
  const named = settings[name];
  if (named !== undefined) yield* readPages({ layout: LAYOUTS[name], path: resolvePath(named), takenOn: null, ...how });
}

type MapKey = 'ICB_CODE' | 'SUB_ICB_LOCATION_CODE' | 'PCN_CODE' | 'PRACTICE_CODE';

/** The map has a row for each practice: what is above practices is given by many rows. */
function mapStream<E extends EntityName>(name: string, entity: E, key: MapKey, map: (row: PracticeMapRow) => Mapped<E>, prefix = ''): PullStream<Client, E> {
  const how = { repeats: key !== 'PRACTICE_CODE', refOf: (cells: Cells) => cells[key] && `${prefix}${cells[key]}` };
  const pages = (client: Client) => pagesOfFile(client, 'mapFile', how);
  return stream({ name, entity, removals: 'absence', offered: offeredIn('mapFile'), wire: PracticeMapRow, pages, map });
}

/** What stays when the next month's file comes: each adds its month. */
function countStream<E extends EntityName>(name: string, entity: E, map: (row: ListSizeRow) => Mapped<E>, refOf: Reading['refOf']): PullStream<Client, E> {
  const pages = (client: Client) => pagesOfFile(client, 'listSizesFile', { refOf });
  return stream({ name, entity, removals: 'never', offered: offeredIn('listSizesFile'), wire: ListSizeRow, pages, map });
}

const countOf = ({ ORG_CODE, EXTRACT_DATE = '' }: Cells) => `${ORG_CODE}/${publishedDay(EXTRACT_DATE) ?? 'undated'}`;

export default defineAdapter<ListSizesSettings, Client>({
  id: 'list-sizes',
  title: 'Patients registered at GP practices',
  kind: 'REFERENCE',
  docs: 'https://digital.nhs.uk/data-and-information/publications/statistical/patients-registered-at-a-gp-practice',
  settings: ListSizesSettings,
  connect: (settings, { resolvePath }) => ({ settings, resolvePath }),
  async check({ settings, resolvePath }) {
    for (const name of FILES) {
      const named = settings[name];
      if (named !== undefined) await checkLayout(LAYOUTS[name], resolvePath(named));
    }
  },
  pull: [
    mapStream('icbs', 'icb', 'ICB_CODE', icbOfMap),
    mapStream('subIcbLocations', 'subIcbLocation', 'SUB_ICB_LOCATION_CODE', subIcbLocationOfMap),
    mapStream('practices', 'practice', 'PRACTICE_CODE', practiceOfMap),
    mapStream('pcns', 'pcn', 'PCN_CODE', pcnOfMap),
    mapStream('memberships', 'pcnMembership', 'PRACTICE_CODE', membershipOfMap, 'now/'),
    countStream('registeredPatients', 'registeredPatients', registeredPatientsOfListSize, (cells) =>
      cells.ORG_TYPE === 'GP' && cells.SEX === 'ALL' && cells.AGE === 'ALL' ? countOf(cells) : undefined,
    ),
    countStream('registeredPatientsByAge', 'registeredPatientsByAge', registeredPatientsByAgeOfListSize, (cells) =>
      cells.ORG_TYPE === 'GP' && cells.AGE !== 'ALL' ? `${countOf(cells)}/${cells.SEX}/${cells.AGE}` : undefined,
    ),
  ],
});
