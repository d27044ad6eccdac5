/**
 * Whom the access hub may ask for sessions, as it writes them down for itself: some of them as the HR reports know them,
 * some otherwise, and one whom nobody else knows. It is there to show who is who.
 */
import type { HrSheetSettings } from '../adapters/hr-sheet/settings.ts';
import { NETWORK } from './places.ts';
import type { World } from './world.ts';

const HEADINGS = { name: 'Name', email: 'NHS mail', registration: 'Reg. number', bank: 'Hub bank?' } as const;

export const BANK_LIST_SETTINGS: Partial<HrSheetSettings> = {
  namespace: 'brackenford-hub',
  columns: {
    fullName: [HEADINGS.name],
    workEmail: [HEADINGS.email],
    registrationNumber: [HEADINGS.registration],
    bank: [HEADINGS.bank],
  },
  bankCode: NETWORK.code,
};

export interface BankListRow {
  readonly name: string;
  readonly email: string;
  readonly registration: string;
}

/** The hub's own mail, where some have a second address. */
const HUB_MAIL = 'hub.example.nhs.invalid';

export function bankListRows({ people }: World): readonly BankListRow[] {
  const inBank = people.filter(({ engagements }) => engagements.some(({ kind }) => kind === 'BANK'));
  const rows = inBank.slice(0, 3).map(({ givenName, familyName, email, registration }, index): BankListRow => {
    // By the number, by the address, and by a name and an address that is not quite the same: of the last a person is asked.
    const nameAndNumber = { name: `${givenName} ${familyName}`, registration: '' };
    if (index === 0 && registration) return { ...nameAndNumber, email: '', registration: `${registration.regulator} ${registration.number}` };
    if (index === 1) return { ...nameAndNumber, email };
    return { ...nameAndNumber, email: `${email.split('@')[0]}@${HUB_MAIL}` };
  });
  return [...rows, { name: 'Quill Bellweather', email: `quill.bellweather@${HUB_MAIL}`, registration: '' }];
}

export function bankListCsv(rows: readonly BankListRow[]): string {
  const { name, email, registration, bank } = HEADINGS;
  const lines = [[name, email, registration, bank], ...rows.map((row) => [row.name, row.email, row.registration, 'Yes'])];
  return lines.map((cells) => `${cells.join(',')}\r\n`).join('');
}
