/** The reference files of the Organisation Data Service: who the practices are, with what status, and in which networks since when. */
import { z } from 'zod';
import { day, odsCode } from '../../schema/domain/values.ts';
import { defineAdapter, type PullStream, stream, type Tools } from '../contract.ts';
import { checkLayout, type Layout, publishedDay, type Reading, readPages } from '../published-files.ts';
import type { Cells } from '../table-pages.ts';
import { corePartnerLayout, EBRANCHS, EPRACCUR, pcnLayout } from './layouts.ts';
import { membershipOfCorePartner, pcnOfEpcn, practiceOfEpraccur, siteOfBranch, siteOfHub } from './map.ts';
import { CorePartnerRow, EbranchsRow, EpcnDetailsRow, EpraccurRow, HubRow } from './wire.ts';

const file = z.string().min(1).optional();
const takenOn = day.optional();

export const OdsFilesSettings = z
  .strictObject({
    practicesFile: file.describe('epraccur.csv, in the values of either year: status, address and dates of every practice.'),
    practicesTakenOn: takenOn.describe('The day of which epraccur.csv is. Default: when the file was last changed.'),
    hubs: z
      .record(odsCode, odsCode)
      .default({})
      .describe('Code of an access hub in epraccur.csv → code of the network that runs it, which the file does not say. Only these hubs are read, as sites.'),
    networksFile: file.describe('ePCN.xlsx or epcncorepartnerdetails.csv: networks, and who is and was a member since when.'),
    networksTakenOn: takenOn.describe('The day of which the networks file is. Default: when the file was last changed.'),
    branchesFile: file.describe('ebranchs.csv: branch surgeries.'),
    branchesTakenOn: takenOn.describe('The day of which ebranchs.csv is. Default: when the file was last changed.'),
    includeWales: z.boolean().default(false).describe('Whether practices in Wales are kept. Default false: they are skipped, and counted.'),
  })
  .refine((settings) => FILES.some((name) => settings[name] !== undefined), 'expected at least one of practicesFile, networksFile, branchesFile');
export type OdsFilesSettings = z.output<typeof OdsFilesSettings>;

const FILES = ['practicesFile', 'networksFile', 'branchesFile'] as const;

interface Client {
  readonly settings: OdsFilesSettings;
  readonly resolvePath: Tools['resolvePath'];
}

type FileName = (typeof FILES)[number];

const LAYOUTS: Readonly<Record<FileName, readonly ((path: string) => Layout)[]>> = {
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

/** The list of practices also lists access hubs, and not whose they are: that the settings say. */
const hubs = stream({
  name: 'hubs',
  entity: 'site',
  removals: 'absence',
  offered: ({ settings }: Client) => settings.practicesFile !== undefined && Object.keys(settings.hubs).length > 0,
  wire: HubRow,
  async *pages(client: Client) {
    const { practicesTakenOn, includeWales, hubs: networkOf } = client.settings;
    const pages = pagesOfFile(
      client,
      'practicesFile',
      () => EPRACCUR,
      () => ({ takenOn: practicesTakenOn ?? null, context: { includeWales }, refOf: (cells) => cells['Organisation Code'] }),
    );
    for await (const page of pages) {
      yield { ...page, records: page.records.map((record) => ({ ...record, raw: withNetwork(record.raw as Cells, networkOf) })) };
    }
  },
  map: siteOfHub,
});

const withNetwork = (cells: Cells, networkOf: Readonly<Record<string, string>>) => ({ ...cells, network: networkOf[cells['Organisation Code'] ?? ''] ?? null });

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
        const startsOn = publishedDay(cells['Practice to PCN Relationship Start Date'] ?? '') ?? 'undated';
        return `${cells['Partner Organisation Code']}/${cells['PCN Code']}/${startsOn}`;
      },
    })),
  map: membershipOfCorePartner,
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

const pull: readonly PullStream<Client>[] = [practices, hubs, pcns, memberships, branches];

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
