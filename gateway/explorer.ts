/**
 * A query editor in the browser, served from here alone: no script, style or font of another host.
 *
 * What an attacker wants: the token that somebody typed into it. What we rely on: a content policy under which the page
 * may load from and talk to this host only, so that a script which got in would have nowhere to send it; and the page is
 * off in production unless it is switched on.
 */
import { randomBytes } from 'node:crypto';
import { getDistDirectory, isSandboxFrame, renderAltair, SANDBOX_FRAME_CSP } from 'altair-static';
import express from 'express';

const FIRST_QUERY = `# Put a token in place of <token> under "Set headers", then press "Send request".
query WhoIsHere {
  me {
    name
  }
  pcns(first: 5) {
    nodes {
      name
      practices {
        odsCode
        name
      }
    }
  }
}
`;

/** Serves /explorer, for the graph at /graphql of the same host. */
export function createExplorer(): express.Router {
  const router = express.Router();
  router.get('/explorer', (request, response, next) => {
    if (request.path.endsWith('/')) return page(response, next);
    response.redirect(308, '/explorer/');
  });
  router.use('/explorer', express.static(getDistDirectory(), { index: false, setHeaders: policyOfFile }));
  return router;
}

function page(response: express.Response, _next: express.NextFunction): void {
  const nonce = randomBytes(16).toString('base64');
  response.set({
    'content-type': 'text/html; charset=utf-8',
    'cache-control': 'no-store',
    'referrer-policy': 'no-referrer',
    'content-security-policy': [
      "default-src 'none'",
      `script-src 'self' 'nonce-${nonce}'`,
      // The editor makes its style elements as it runs.
      "style-src 'self' 'unsafe-inline'",
      "img-src 'self' data:",
      "font-src 'self'",
      "connect-src 'self'",
      "worker-src 'self' blob:",
      "frame-src 'self'",
      "manifest-src 'self'",
      "base-uri 'self'",
      "form-action 'none'",
      "frame-ancestors 'none'",
    ].join('; '),
  });
  response.send(
    renderAltair({
      baseURL: '/explorer/',
      endpointURL: '/graphql',
      cspNonce: nonce,
      initialName: 'Rotagraph',
      initialQuery: FIRST_QUERY,
      initialHeaders: { Authorization: 'Bearer <token>' },
      disableAccount: true,
      initialSettings: { disablePushNotification: true, 'alert.disableUpdateNotification': true, 'banners.disable': true },
    }),
  );
}

function policyOfFile(response: express.Response, path: string): void {
  if (isSandboxFrame(path)) response.set('content-security-policy', SANDBOX_FRAME_CSP);
}
