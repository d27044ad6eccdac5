/** Words that rotas of whatever form commonly use for the values of a closed list. A practice's own come before them. */
import type { DeliveryMode, FillSource, LeaveKind } from '../schema/domain/values.ts';

export const DELIVERY_MODE_WORDS: Readonly<Record<string, DeliveryMode>> = {
  'On site': 'ON_SITE',
  Onsite: 'ON_SITE',
  'In person': 'ON_SITE',
  'Face to face': 'ON_SITE',
  F2F: 'ON_SITE',
  Surgery: 'ON_SITE',
  Telephone: 'TELEPHONE',
  Phone: 'TELEPHONE',
  Tel: 'TELEPHONE',
  'Telephone triage': 'TELEPHONE',
  Video: 'VIDEO',
  'Video call': 'VIDEO',
  'Async online': 'ASYNC_ONLINE',
  Asynchronous: 'ASYNC_ONLINE',
  Online: 'ASYNC_ONLINE',
  'Online consultations': 'ASYNC_ONLINE',
  'E consult': 'ASYNC_ONLINE',
  Econsult: 'ASYNC_ONLINE',
};

export const COVER_WORDS: Readonly<Record<string, FillSource>> = {
  Own: 'OWN',
  'Own staff': 'OWN',
  Substantive: 'OWN',
  Permanent: 'OWN',
  Salaried: 'OWN',
  Partner: 'OWN',
  Shared: 'SHARED',
  PCN: 'SHARED',
  'Cross cover': 'SHARED',
  Bank: 'BANK',
  Locum: 'LOCUM',
  Agency: 'AGENCY',
};

/** `S/L` may be study or sick leave: it reads AWAY, which is true of both, until a practice says which. */
export const LEAVE_WORDS: Readonly<Record<string, LeaveKind>> = {
  'A/L': 'ANNUAL',
  AL: 'ANNUAL',
  'Annual leave': 'ANNUAL',
  Holiday: 'ANNUAL',
  Study: 'STUDY',
  'Study leave': 'STUDY',
  CPD: 'STUDY',
  'S/L': 'AWAY',
  Leave: 'AWAY',
  Away: 'AWAY',
  Absent: 'AWAY',
  Unavailable: 'AWAY',
  Sick: 'AWAY',
  Sickness: 'AWAY',
  'Sick leave': 'AWAY',
  'Off sick': 'AWAY',
  Maternity: 'AWAY',
  'Maternity leave': 'AWAY',
  Paternity: 'AWAY',
  'Paternity leave': 'AWAY',
  'Parental leave': 'AWAY',
  'Adoption leave': 'AWAY',
  'Shared parental leave': 'AWAY',
  Compassionate: 'AWAY',
  'Compassionate leave': 'AWAY',
  'Carers leave': 'AWAY',
  "Carer's leave": 'AWAY',
  'Unpaid leave': 'AWAY',
  'Special leave': 'AWAY',
  'Jury service': 'AWAY',
  TOIL: 'AWAY',
  'Time off in lieu': 'AWAY',
};

/** What stands in the place of a person where nobody has the shift. */
export const NOBODY_WORDS: readonly string[] = ['Open', 'Vacant', 'Unfilled', 'Gap', 'Nobody', 'None', 'TBC', 'TBA', 'N/A', '?'];
