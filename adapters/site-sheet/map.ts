/** What a row of the sheet means. Pure. */
import type { Canonical } from '../../schema/domain/canonical.ts';
import { RecordInvalidError } from '../../schema/domain/errors.ts';
import { site } from '../../schema/domain/organisation.ts';
import { DELIVERY_MODES, type DeliveryMode, SITE_KINDS, type SiteKind } from '../../schema/domain/values.ts';
import { invalid, kindOf, problemsOf } from '../contract.ts';
import { odsCodeFromWords, wordList } from '../words.ts';
import type { SiteField, SiteRow } from './wire.ts';

const themselves = <Value extends string>(values: readonly Value[]) => Object.fromEntries(values.map((value) => [value, value])) as Record<string, Value>;

const kindFromWords = wordList<SiteKind>(themselves(SITE_KINDS), {
  Practice: 'PRACTICE_SITE',
  Surgery: 'PRACTICE_SITE',
  'Branch surgery': 'PRACTICE_SITE',
  Hub: 'ACCESS_HUB',
  'Enhanced access hub': 'ACCESS_HUB',
  Clinic: 'COMMUNITY_CLINIC',
  'Urgent treatment centre': 'URGENT_CARE',
  Remote: 'REMOTE_HUB',
});

const modeFromWords = wordList<DeliveryMode>(themselves(DELIVERY_MODES), {
  Onsite: 'ON_SITE',
  'Face to face': 'ON_SITE',
  'In person': 'ON_SITE',
  Phone: 'TELEPHONE',
  'Video consultation': 'VIDEO',
  Online: 'ASYNC_ONLINE',
  'Asynchronous online': 'ASYNC_ONLINE',
  'Online consultation': 'ASYNC_ONLINE',
});

export function toSite({ cells, columns }: SiteRow): Canonical['site'] {
  const kind = kindFromWords(cells.kind);
  if (!kind) throw invalid(columns.kind, 'Practice site, Access hub, Community clinic, Urgent care or Remote hub', kindOf(cells.kind));
  const organisationCode = odsCodeFromWords(cells.organisation);
  if (!organisationCode) throw invalid(columns.organisation, 'an ODS code', kindOf(cells.organisation));
  const modes = cells.deliveryModes
    .split(/[;,/|]/)
    .filter((words) => words.trim() !== '')
    .map(modeFromWords);
  const known = modes.filter((mode) => mode !== undefined);
  if (known.length === 0 || known.length < modes.length) {
    throw invalid(
      columns.deliveryModes,
      'On site, Telephone, Video or Online, parted by semicolons',
      known.length > 0 ? 'other words beside them' : kindOf(cells.deliveryModes),
    );
  }
  const result: Canonical['site'] = {
    code: cells.code.toUpperCase(),
    organisationCode,
    name: cells.name,
    kind,
    deliveryModes: DELIVERY_MODES.filter((mode) => known.includes(mode)),
    addressLines: cells.address
      .split(/[,\n]/)
      .map((line) => line.trim())
      .filter((line) => line !== ''),
    postcode: cells.postcode.toUpperCase() || null,
  };
  const checked = site.safeParse(result);
  if (checked.success) return checked.data;
  throw new RecordInvalidError(problemsOf(checked.error, result).map((problem) => ({ ...problem, path: columns[FIELD_OF[problem.path] ?? 'code'] })));
}

/** Where the sheet gives what the canonical record calls by another name. */
const FIELD_OF: Readonly<Record<string, SiteField>> = { code: 'code', name: 'name', postcode: 'postcode' };
