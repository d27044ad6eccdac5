/** What each row of an NHS reference file means. Pure. */
import type { Canonical } from '../../schema/domain/canonical.ts';
import { addDays, type Day } from '../../schema/domain/time.ts';
import { invalid, kindOf, type Skipped, skip } from '../contract.ts';
import { dayIn } from '../published-files.ts';
import type { CorePartnerRow, EbranchsRow, EpcnDetailsRow, EpraccurRow, HubRow } from './wire.ts';

/**
 * Where prescriptions of a cost centre are written: the code of `epraccur` until 2025 and the ODS role that stands in
 * the same column since.
 *
 * Source: ODS specification of epraccur, 2019; roles by joining the files of November 2025 and February 2026 on the
 * organisation code. The titles of 26 and RO321 are read from their names, which say "PCN HUB"; read 2026-11-23.
 */
const SETTINGS: Readonly<Record<string, string>> = {
  '0': 'other',
  RO72: 'other',
  '1': 'walk-in centre',
  RO87: 'walk-in centre',
  '2': 'out of hours',
  RO80: 'out of hours',
  '3': 'out of hours and walk-in centre',
  '8': 'public health service',
  RO255: 'public health service',
  '9': 'community health service',
  RO247: 'community health service',
  '10': 'hospital service',
  RO250: 'hospital service',
  '11': 'optometry',
  RO252: 'optometry',
  '12': 'urgent and emergency care',
  RO259: 'urgent and emergency care',
  '13': 'hospice',
  RO249: 'hospice',
  '14': 'care home',
  RO246: 'care home',
  '15': 'border force',
  '16': 'young offender institution',
  RO260: 'young offender institution',
  '17': 'secure training centre',
  RO257: 'secure training centre',
  '18': "secure children's home",
  RO256: "secure children's home",
  '19': 'immigration removal centre',
  RO251: 'immigration removal centre',
  '20': 'court',
  RO248: 'court',
  '21': 'police custody',
  '22': 'sexual assault referral centre',
  RO258: 'sexual assault referral centre',
  '24': 'other justice estate',
  '25': 'prison',
  RO82: 'prison',
  '26': 'network hub',
  RO321: 'network hub',
};
const GP_PRACTICE = ['4', 'RO76'];
const NETWORK_HUB = ['26', 'RO321'];

const STATUSES: Readonly<Record<string, NonNullable<Canonical['practice']['status']>>> = {
  A: 'ACTIVE',
  ACTIVE: 'ACTIVE',
  C: 'CLOSED',
  INACTIVE: 'CLOSED',
  D: 'DORMANT',
  DORMANT: 'DORMANT',
  P: 'PROPOSED',
};

/** A practice of `epraccur`, in the values of either style. */
export function practiceOfEpraccur(row: EpraccurRow): Canonical['practice'] | Skipped {
  const settings = settingsOf(row);
  if (!settings.some((setting) => GP_PRACTICE.includes(setting))) return skip(`not a GP practice: ${settings.map(settingTitle).toSorted().join(' and ')}`);
  const wales = isWelsh(row);
  if (wales && !row.includeWales) return skip('in Wales');
  const openedOn = dayIn(row, 'Open Date');
  return {
    odsCode: row['Organisation Code'],
    name: row.Name,
    status: statusOf(row, openedOn),
    addressLines: addressOf(row),
    postcode: row.Postcode || null,
    openedOn,
    closedOn: dayIn(row, 'Close Date'),
    subIcbLocationCode: wales ? null : row.Commissioner || null,
    icbCode: wales ? null : row['High Level Health Geography'] || null,
    clinicalSystem: null,
  };
}

function settingsOf(row: EpraccurRow): readonly string[] {
  return row['Prescribing Setting'].split('|').map((setting) => setting.trim());
}

/** A network's access hub, where the settings say whose it is: a place of its own, open to patients of several practices. */
export function siteOfHub(row: HubRow): Canonical['site'] | Skipped {
  if (!settingsOf(row).some((setting) => NETWORK_HUB.includes(setting))) {
    if (row.network !== null) throw invalid('Prescribing Setting', 'the setting of a network hub, as the settings name it as one', 'another');
    return skip('not a network hub');
  }
  if (row.network === null) return skip('a network hub that the settings tie to no network');
  if (statusOf(row, dayIn(row, 'Open Date')) !== 'ACTIVE') return skip('a network hub that is not open');
  return {
    code: row['Organisation Code'],
    organisationCode: row.network,
    name: row.Name,
    kind: 'ACCESS_HUB',
    deliveryModes: ['ON_SITE'],
    addressLines: addressOf(row),
    postcode: row.Postcode || null,
  };
}

function settingTitle(setting: string): string {
  if (setting === '') return 'no setting';
  return SETTINGS[setting] ?? `setting ${setting}`;
}

/** A proposed practice is `P` in the old style, and in the new one `ACTIVE` from a day after the file's own. */
function statusOf(row: EpraccurRow, openedOn: Day | null) {
  const status = STATUSES[row['Status Code']];
  if (!status) throw invalid('Status Code', `one of ${Object.keys(STATUSES).join(', ')}`, kindOf(row['Status Code']));
  return status === 'ACTIVE' && openedOn !== null && openedOn > row.takenOn ? 'PROPOSED' : status;
}

/** Wales is W00 in the old style; the new one leaves the grouping empty. English codes do not begin with W. */
function isWelsh(row: { 'National Grouping': string; 'Organisation Code': string }): boolean {
  return row['National Grouping'] === 'W00' || (row['National Grouping'] === '' && row['Organisation Code'].startsWith('W'));
}

function addressOf(row: EpraccurRow | EbranchsRow): string[] {
  return [row['Address Line 1'], row['Address Line 2'], row['Address Line 3'], row['Address Line 4'], row['Address Line 5']].filter((line) => line !== '');
}

/** A branch surgery: a place where a practice sees patients. */
export function siteOfBranch(row: EbranchsRow): Canonical['site'] | Skipped {
  if (isWelsh(row) && !row.includeWales) return skip('in Wales');
  const gone = [dayIn(row, 'Close Date'), dayIn(row, 'Left Provider/Purchaser Date')].some((day) => day !== null && day <= row.takenOn);
  if (gone) return skip('a branch that has closed');
  return {
    code: row['Organisation Code'],
    organisationCode: row['Parent Practice'],
    name: row.Name,
    kind: 'PRACTICE_SITE',
    deliveryModes: ['ON_SITE'],
    addressLines: addressOf(row),
    postcode: row.Postcode || null,
  };
}

/** A network of the workbook's own sheet, or as a core partner row names it, without dates. */
export function pcnOfEpcn(row: EpcnDetailsRow): Canonical['pcn'] | Skipped {
  if (row.repeat) return skip('a network that an earlier row gave');
  return { odsCode: row['PCN Code'], name: row['PCN Name'], openedOn: dayIn(row, 'Open Date'), closedOn: dayIn(row, 'Close Date') };
}

/** ODS gives the last day of a membership: a practice that moves leaves on 31 March and joins on 1 April. */
export function membershipOfCorePartner(row: CorePartnerRow): Canonical['pcnMembership'] {
  const lastDay = dayIn(row, 'Practice to PCN Relationship End Date');
  return {
    practiceOdsCode: row['Partner Organisation Code'],
    pcnOdsCode: row['PCN Code'],
    startsOn: dayIn(row, 'Practice to PCN Relationship Start Date'),
    endsOn: lastDay && addDays(lastDay, 1),
  };
}
