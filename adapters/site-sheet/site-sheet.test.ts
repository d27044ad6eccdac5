import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { pullAll } from '../../tests/support/pull.ts';
import adapter from './adapter.ts';
import { type SiteSheetRow, siteSheet } from './fixtures/upstream.ts';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'site-sheet-'));
});
afterAll(() => rm(folder, { recursive: true }));

const hub: SiteSheetRow = {
  ...{ code: 'U99999-HUB', organisation: 'U99999', name: 'Brackenford Access Hub', kind: 'Access hub' },
  ...{ deliveryModes: 'On site; Telephone; Video; Online', address: 'Mill House, 2 Mill Lane', postcode: 'ZZ9 9HB' },
};

async function pullSites(text: string, settings: object = {}) {
  await writeFile(join(folder, 'sites.csv'), text);
  return (await pullAll<'sites'>(adapter, { file: 'sites.csv', ...settings }, folder)).sites;
}

test.each([
  ['Practice site', 'PRACTICE_SITE'],
  ['branch  surgery', 'PRACTICE_SITE'],
  ['ACCESS_HUB', 'ACCESS_HUB'],
  ['Community clinic', 'COMMUNITY_CLINIC'],
  ['Urgent care', 'URGENT_CARE'],
  ['remote-hub', 'REMOTE_HUB'],
])('a kind is read as people write it: %s', async (kind, expected) => {
  const { kept } = await pullSites(siteSheet([{ ...hub, kind }]));
  expect(kept.get('U99999-HUB')).toMatchObject({ kind: expected });
});

test('delivery modes are read in any order and once', async () => {
  const { kept } = await pullSites(siteSheet([{ ...hub, deliveryModes: 'online, face-to-face / Online ; phone' }]));
  expect(kept.get('U99999-HUB')).toMatchObject({ deliveryModes: ['ON_SITE', 'TELEPHONE', 'ASYNC_ONLINE'] });
});

test.each([
  ['Kind', { kind: 'Castle' }],
  ['Delivery modes', { deliveryModes: 'On site; Pigeon' }],
  ['Delivery modes', { deliveryModes: '' }],
  ['Organisation', { organisation: 'Brackenford' }],
  ['Code', { code: 'the hub' }],
  ['Name', { name: '' }],
])('a row is quarantined under its own column: %s', async (column, cells) => {
  const { kept, quarantined } = await pullSites(
    siteSheet([
      { ...hub, ...cells },
      { ...hub, code: 'U99999-B' },
    ]),
  );
  expect([...kept.keys()]).toEqual(['U99999-B']);
  expect(Object.entries(quarantined).map(([where, problems]) => [where, problems.map(({ path }) => path)])).toEqual([['row 2 of the list of sites', [column]]]);
});

test('a list with other headings below a title is read, and problems name its own headings', async () => {
  const text = `Our sites\r\n${siteSheet([hub, { ...hub, code: 'U99999-B', kind: 'Castle' }])
    .replace('Code', 'Site ID')
    .replace('Kind', 'Type of place')}`;
  const { kept, quarantined } = await pullSites(text, { headerRow: 2, columns: { code: 'site id', kind: 'Type of place' } });
  expect([...kept.keys()]).toEqual(['U99999-HUB']);
  expect(Object.values(quarantined)).toMatchObject([[{ path: 'Type of place' }]]);
});
