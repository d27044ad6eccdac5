/**
 * The world as the files of the systems that a network has, in their vendors' formats, and the settings by which
 * Rotagraph reads them. From here on the demo is synced as any network would be.
 */
import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { absenceReport, competenceReport, staffReport } from '../adapters/esr-csv/fixtures/upstream.ts';
import { listSizeFiles } from '../adapters/list-sizes/fixtures/upstream.ts';
import { odsFiles } from '../adapters/ods-files/fixtures/upstream.ts';
import { rotaCsv, rotaXlsx } from '../adapters/rota-sheet/fixtures/upstream.ts';
import { siteSheet } from '../adapters/site-sheet/fixtures/upstream.ts';
import { BANK_LIST_SETTINGS, bankListCsv, bankListRows } from './bank-list.ts';
import { absenceRows, competenceRows, staffRows } from './hr-reports.ts';
import { CLOSED_PRACTICE, ICB, NETWORK, PRACTICES, SITES, SUB_ICB_LOCATION } from './places.ts';
import { rotaRows } from './rota-sheets.ts';
import { LEAVE_REASONS, TEAMS_ACCESS, TEAMS_PRACTICE, teamsGroups } from './teams.ts';
import { MODE_WORDS } from './words.ts';
import type { World } from './world.ts';

/** Whose rota is a workbook; the others keep CSV. */
const WORKBOOK_PRACTICE = 'Z99004';

interface Rota {
  readonly id: string;
  readonly title: string;
  readonly organisationCode: string;
  readonly file: string;
}

const ROTA_SHEETS: readonly Rota[] = [
  ...PRACTICES.filter(({ code }) => code !== TEAMS_PRACTICE).map(({ code, name }) => {
    const word = name.split(' ')[0]?.toLowerCase() as string;
    return { id: `rota-${word}`, title: `Rota of ${name}`, organisationCode: code, file: `rotas/${word}.${code === WORKBOOK_PRACTICE ? 'xlsx' : 'csv'}` };
  }),
  { id: 'rota-hub', title: 'Rota of the Brackenford access hub', organisationCode: NETWORK.code, file: 'rotas/hub.csv' },
];

/** Writes every file. */
export async function writeFiles(world: World, folder: string): Promise<void> {
  for (const [name, content] of Object.entries(await upstreamFiles(world))) {
    const path = join(folder, name);
    await mkdir(dirname(path), { recursive: true });
    await writeFile(path, content);
  }
}

/** Writes the settings file. */
export async function writeSettings(world: World, path: string, teamsUrl: string): Promise<void> {
  await writeFile(path, `${JSON.stringify(settingsOf(world, teamsUrl), null, 2)}\n`);
}

/** File name → content. */
export async function upstreamFiles(world: World): Promise<Readonly<Record<string, string | Buffer>>> {
  const rotas = await Promise.all(
    ROTA_SHEETS.map(async ({ file, organisationCode }) => {
      const rows = rotaRows(world, organisationCode);
      return [file, file.endsWith('.xlsx') ? await rotaXlsx(rows) : rotaCsv(rows)] as const;
    }),
  );
  const organisations = organisationsOf(world);
  const nhs = Object.entries({ ...odsFiles(organisations), ...listSizeFiles(organisations) }).map(([name, content]) => [`nhs/${name}`, content] as const);
  return {
    ...Object.fromEntries([...nhs, ...rotas]),
    'sites.csv': siteSheet(SITES.map(siteRow)),
    'hr/staff.csv': staffReport(staffRows(world)),
    'hr/competences.csv': competenceReport(competenceRows(world)),
    'hr/absences.csv': absenceReport(absenceRows(world)),
    'hub-bank.csv': bankListCsv(bankListRows(world)),
  };
}

function organisationsOf({ patientCounts }: World) {
  const common = { subIcbLocationCode: SUB_ICB_LOCATION.code, addressLines: [] };
  const open = PRACTICES.map(({ street, ...practice }) => ({
    ...common,
    ...practice,
    addressLines: [street, 'Brackenford'],
    pcnCode: NETWORK.code,
    joinedPcnOn: '2019-07-01',
  }));
  const { street, ...closed } = CLOSED_PRACTICE;
  return {
    icbs: [ICB],
    subIcbLocations: [SUB_ICB_LOCATION],
    pcns: [NETWORK],
    practices: [...open, { ...common, ...closed, addressLines: [street, 'Brackenford'], pcnCode: null, supplier: 'EMIS' }],
    counts: patientCounts,
  };
}

function siteRow({ code, organisationCode, name, kind, deliveryModes, street, postcode }: (typeof SITES)[number]) {
  return {
    code,
    organisation: organisationCode,
    name,
    kind: KIND_WORDS[kind],
    deliveryModes: deliveryModes.map((mode) => MODE_WORDS[mode]).join('; '),
    address: street && `${street}, Brackenford`,
    postcode,
  };
}

const KIND_WORDS = {
  PRACTICE_SITE: 'Practice site',
  ACCESS_HUB: 'Access hub',
  COMMUNITY_CLINIC: 'Community clinic',
  URGENT_CARE: 'Urgent care',
  REMOTE_HUB: 'Remote hub',
} as const;

/** The settings file, as a network's own would be. */
function settingsOf(world: World, teamsUrl: string) {
  const everybody = [NETWORK.code, ...PRACTICES.map(({ code }) => code)];
  const [teamsPractice] = PRACTICES.filter(({ code }) => code === TEAMS_PRACTICE);
  return {
    upstreams: [
      {
        id: 'nhs-files',
        adapter: 'ods-files',
        title: 'NHS reference files',
        organisationCodes: everybody,
        everyMinutes: 1440,
        settings: { practicesFile: 'nhs/epraccur.csv', networksFile: 'nhs/epcncorepartnerdetails.csv' },
      },
      {
        id: 'nhs-list-sizes',
        adapter: 'list-sizes',
        title: 'Patients registered at GP practices',
        organisationCodes: everybody,
        everyMinutes: 1440,
        settings: { mapFile: 'nhs/gp-reg-pat-prac-map.csv', listSizesFile: 'nhs/gp-reg-pat-prac-quin-age.csv' },
      },
      { id: 'sites', adapter: 'site-sheet', title: 'Sites of the network', organisationCodes: everybody, everyMinutes: 1440, settings: { file: 'sites.csv' } },
      {
        id: 'hr-brackenford',
        adapter: 'esr-csv',
        title: 'HR reports of the network',
        organisationCodes: everybody,
        everyMinutes: 60,
        settings: { namespace: 'brackenford', staffFile: 'hr/staff.csv', competencesFile: 'hr/competences.csv', absencesFile: 'hr/absences.csv' },
      },
      {
        id: 'hub-bank',
        adapter: 'hr-sheet',
        title: 'Bank list of the access hub',
        organisationCodes: [NETWORK.code],
        everyMinutes: 60,
        settings: { ...BANK_LIST_SETTINGS, file: 'hub-bank.csv' },
      },
      {
        id: 'teams-alderbrook',
        adapter: 'teams-shifts',
        title: `Shifts in Teams, ${teamsPractice?.name}`,
        organisationCodes: [TEAMS_PRACTICE],
        everyMinutes: 15,
        settings: {
          ...TEAMS_ACCESS,
          organisationCode: TEAMS_PRACTICE,
          siteCode: TEAMS_PRACTICE,
          baseUrl: `${teamsUrl}/v1.0`,
          loginUrl: teamsUrl,
          groups: teamsGroups(world),
          leaveReasons: LEAVE_REASONS,
        },
      },
      ...ROTA_SHEETS.map(({ id, title, organisationCode, file }) => ({
        id,
        adapter: 'rota-sheet',
        title,
        organisationCodes: [organisationCode],
        everyMinutes: 15,
        settings: { file, organisationCode },
      })),
    ],
  };
}
