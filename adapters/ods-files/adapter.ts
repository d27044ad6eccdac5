/** NHS reference files, as NHS England publishes them: who the practices are, how they are grouped, how many patients they have. */
import { z } from 'zod';
import { day } from '../../schema/domain/values.ts';
import { defineAdapter, type PullStream, stream, type Tools } from '../contract.ts';
import {
  icbOfMap,
  membershipOfCorePartner,
  membershipOfMap,
  odsDay,
  pcnOfEpcn,
  pcnOfMap,
  practiceOfEpraccur,
  practiceOfMap,
  registeredPatientsOfListSize,
  siteOfBranch,
  subIcbLocationOfMap,
} from './map.ts';
import { checkLayout, corePartnerLayout, EBRANCHS, EPRACCUR, type Layout, LIST_SIZES, PRACTICE_MAP, pcnLayout, type Reading, readPages } from './read.ts';
import { CorePartnerRow, EbranchsRow, EpcnDetailsRow, EpraccurRow, ListSizeRow, PracticeMapRow } from './wire.ts';

const file = z.string().min(1).optional();
const takenOn = day.optional();

export const OdsFilesSettings = z
  .object({
    mapFile: file.describe('gp-reg-pat-prac-map, .csv or .zip: practices with patients, their networks, sub-ICB locations, ICBs and clinical systems.'),
    listSizesFile: file.describe('gp-reg-pat-prac-quin-age, -sing-age or -all, .csv or .zip: registered patients.'),
    practicesFile: file.describe('epraccur.csv, in the values of either year: status, address and dates of every practice.'),
    practicesTakenOn: takenOn.describe('The day of which epraccur.csv is. Default: when the file was last changed.'),
    networksFile: file.describe('ePCN.xlsx or epcncorepartnerdetails.csv: networks, and who is and was a member since when.'),
    networksTakenOn: takenOn.describe('The day of which the networks file is. Default: when the file was last changed.'),
    branchesFile: file.describe('ebranchs.csv: branch surgeries.'),
    branchesTakenOn: takenOn.describe('The day of which ebranchs.csv is. Default: when the file was last changed.'),
    includeWales: z.boolean().default(false).describe('Whether practices in Wales are kept. Default false: they are skipped, and counted.'),
  })
  .refine(
    (settings) => FILES.some((name) => settings[name] !== undefined),
    'expected at least one of mapFile, listSizesFile, practicesFile, networksFile, branchesFile',
  );
export type OdsFilesSettings = z.output<typeof OdsFilesSettings>;

const FILES = ['mapFile', 'listSizesFile', 'practicesFile', 'networksFile', 'branchesFile'] as const;

interface Client {
  readonly settings: OdsFilesSettings;
  readonly resolvePath: Tools['resolvePath'];
}

type FileName = (typeof FILES)[number];

const LAYOUTS: Readonly<Record<FileName, readonly ((path: string) => Layout)[]>> = {
  mapFile: [() => PRACTICE_MAP],
  listSizesFile: [() => LIST_SIZES],
  practicesFile: [() => EPRACCUR],
  networksFile: [pcnLayout, corePartnerLayout],
  branchesFile: [() => EBRANCHS],
};

const offeredIn =
  (name: FileName) =>
  ({ settings }: Client) =>
    settings[name] !== undefined;

/** Pages of a file, or none when the settings leave it out. */
async function* pagesOfFile(
  client: Client,
  name: FileName,
  layoutOf: (path: string) => Layout,
  how: (settings: OdsFilesSettings) => Omit<Reading, 'layout' | 'path'>,
) {
  const named = client.settings[name];
  if (named === undefined) return;
  const path = client.resolvePath(named);
  yield* readPages({ layout: layoutOf(path), path, ...how(client.settings) });
}

type MapKey = 'ICB_CODE' | 'SUB_ICB_LOCATION_CODE' | 'PCN_CODE' | 'PRACTICE_CODE';

/** The map has a row for each practice: what is above practices is given by many rows. */
const mapPages =
  (key: MapKey, prefix = '') =>
  (client: Client) =>
    pagesOfFile(
      client,
      'mapFile',
      () => PRACTICE_MAP,
      () => ({
        takenOn: null,
        repeats: key !== 'PRACTICE_CODE',
        refOf: (cells) => cells[key] && `${prefix}${cells[key]}`,
      }),
    );

const icbs = stream({
  name: 'icbs',
  entity: 'icb',
  removals: 'absence',
  offered: offeredIn('mapFile'),
  wire: PracticeMapRow,
  pages: mapPages('ICB_CODE'),
  map: icbOfMap,
});

const subIcbLocations = stream({
  name: 'subIcbLocations',
  entity: 'subIcbLocation',
  removals: 'absence',
  offered: offeredIn('mapFile'),
  wire: PracticeMapRow,
  pages: mapPages('SUB_ICB_LOCATION_CODE'),
  map: subIcbLocationOfMap,
});

const practices = stream({
  name: 'practices',
  entity: 'practice',
  removals: 'never',
  offered: offeredIn('practicesFile'),
  wire: EpraccurRow,
  pages: (client: Client) =>
    pagesOfFile(
      client,
      'practicesFile',
      () => EPRACCUR,
      ({ practicesTakenOn, includeWales }) => ({
        takenOn: practicesTakenOn ?? null,
        context: { includeWales },
        refOf: (cells) => cells['Organisation Code'],
      }),
    ),
  map: practiceOfEpraccur,
});

const practicesOfMap = stream({
  name: 'practicesOfMap',
  entity: 'practice',
  removals: 'absence',
  offered: offeredIn('mapFile'),
  wire: PracticeMapRow,
  pages: mapPages('PRACTICE_CODE'),
  map: practiceOfMap,
});

const pcns = stream({
  name: 'pcns',
  entity: 'pcn',
  removals: 'never',
  offered: offeredIn('networksFile'),
  wire: EpcnDetailsRow,
  pages: (client: Client) =>
    pagesOfFile(client, 'networksFile', pcnLayout, ({ networksTakenOn }) => ({
      takenOn: networksTakenOn ?? null,
      repeats: true,
      refOf: (cells) => cells['PCN Code'],
    })),
  map: pcnOfEpcn,
});

const pcnsOfMap = stream({
  name: 'pcnsOfMap',
  entity: 'pcn',
  removals: 'absence',
  offered: offeredIn('mapFile'),
  wire: PracticeMapRow,
  pages: mapPages('PCN_CODE'),
  map: pcnOfMap,
});

const memberships = stream({
  name: 'memberships',
  entity: 'pcnMembership',
  removals: 'absence',
  offered: offeredIn('networksFile'),
  wire: CorePartnerRow,
  pages: (client: Client) =>
    pagesOfFile(client, 'networksFile', corePartnerLayout, ({ networksTakenOn }) => ({
      takenOn: networksTakenOn ?? null,
      refOf: (cells) => {
        const startsOn = odsDay(cells['Practice to PCN Relationship Start Date'] ?? '') ?? 'undated';
        return `${cells['Partner Organisation Code']}/${cells['PCN Code']}/${startsOn}`;
      },
    })),
  map: membershipOfCorePartner,
});

const membershipsOfMap = stream({
  name: 'membershipsOfMap',
  entity: 'pcnMembership',
  removals: 'absence',
  offered: offeredIn('mapFile'),
  wire: PracticeMapRow,
  pages: mapPages('PRACTICE_CODE', 'now/'),
  map: membershipOfMap,
});

const branches = stream({
  name: 'branches',
  entity: 'site',
  removals: 'absence',
  offered: offeredIn('branchesFile'),
  wire: EbranchsRow,
  pages: (client: Client) =>
    pagesOfFile(
      client,
      'branchesFile',
      () => EBRANCHS,
      ({ branchesTakenOn, includeWales }) => ({
        takenOn: branchesTakenOn ?? null,
        context: { includeWales },
        refOf: (cells) => cells['Organisation Code'],
      }),
    ),
  map: siteOfBranch,
});

const registeredPatients = stream({
  name: 'registeredPatients',
  entity: 'registeredPatients',
  removals: 'never',
  offered: offeredIn('listSizesFile'),
  wire: ListSizeRow,
  pages: (client: Client) =>
    pagesOfFile(
      client,
      'listSizesFile',
      () => LIST_SIZES,
      () => ({
        takenOn: null,
        refOf: ({ ORG_TYPE, ORG_CODE, SEX, AGE, EXTRACT_DATE = '' }) =>
          ORG_TYPE === 'GP' && SEX === 'ALL' && AGE === 'ALL' ? `${ORG_CODE}/${odsDay(EXTRACT_DATE) ?? 'undated'}` : undefined,
      }),
    ),
  map: registeredPatientsOfListSize,
});

const pull: readonly PullStream<Client>[] = [
  ...[icbs, subIcbLocations, practices, practicesOfMap, pcns, pcnsOfMap],
  ...[memberships, membershipsOfMap, branches, registeredPatients],
];

export default defineAdapter<OdsFilesSettings, Client>({
  id: 'ods-files',
  title: 'NHS reference files',
  kind: 'REFERENCE',
  docs: 'https://digital.nhs.uk/services/organisation-data-service/export-data-files/csv-downloads',
  settings: OdsFilesSettings,
  connect: (settings, { resolvePath }) => ({ settings, resolvePath }),
  async check({ settings, resolvePath }) {
    for (const name of FILES) {
      const named = settings[name];
      if (named === undefined) continue;
      const path = resolvePath(named);
      for (const layoutOf of LAYOUTS[name]) await checkLayout(layoutOf(path), path);
    }
  },
  pull,
});
