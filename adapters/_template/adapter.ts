/** Template vendor: shifts, and who works them. */
import { defineAdapter, type PullRequest, stream } from '../contract.ts';
import { connect, type TemplateVendorClient } from './client.ts';
import { toShift } from './map.ts';
import { TemplateVendorSettings } from './settings.ts';
import { TemplateVendorShift } from './wire.ts';

/** GET /shifts */
async function* shiftPages(client: TemplateVendorClient, request: PullRequest) {
  const { organisationCode, siteCode = null, roles } = client.settings;
  for await (const { values, ...page } of client.pages('shifts', request)) {
    yield {
      ...page,
      records: values.map((value) => {
        const { id, ...sent } = value as { readonly id?: unknown };
        const ref = typeof id === 'string' && id !== '' ? id : null;
        return { ref, where: `shift ${ref ?? 'without an id'}`, raw: { ...sent, joined: { organisationCode, siteCode, roles } } };
      }),
    };
  }
}

const shifts = stream({ name: 'shifts', entity: 'shift', removals: 'absence', wire: TemplateVendorShift, pages: shiftPages, map: toShift });

export default defineAdapter<TemplateVendorSettings, TemplateVendorClient>({
  id: 'template-vendor',
  title: 'Template vendor',
  kind: 'ROTA',
  docs: 'https://vendor.example.invalid/api',
  settings: TemplateVendorSettings,
  connect,
  check: (client) => client.probe(),
  pull: [shifts],
});
