/**
 * One HTTP service: request ids, health, the log of what was asked, and an end that lets running requests finish.
 */
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import express from 'express';
import { ConfigError } from '../schema/domain/errors.ts';
import { formattedError, INTERNAL_MESSAGE } from './graphql/present-error.ts';
import { createHealthRouter, type HealthChecks } from './health.ts';
import { bodyRefusal } from './limits.ts';
import type { Logger } from './log.ts';

export interface HttpServiceOptions {
  readonly host: string;
  /** 0 for any that is free. */
  readonly port: number;
  readonly routes: readonly express.Router[];
  readonly checks: HealthChecks;
  readonly log: Logger;
  /** How long running requests may take to end once the service is closed. Default 10 s. */
  readonly drainMs?: number;
}

export interface HttpService {
  /** Without a slash at the end. */
  readonly url: string;
  /** Takes no new requests, lets the running ones end, and closes. Calling it again waits for the same end. */
  close(): Promise<void>;
}

const DRAIN_MS = 10_000;
/** A request that trickles in for longer is cut off. */
const REQUEST_TIMEOUT_MS = 30_000;
/** Longer than proxies keep a connection idle, so that it is they who close it. */
const KEEP_ALIVE_MS = 65_000;
const SAME_SIGNAL_MS = 1_000;
const REQUEST_ID = /^[\w.-]{8,128}$/;

/** @throws ConfigError when the address cannot be listened on. */
export async function createHttpService({ host, port, routes, checks, log, drainMs = DRAIN_MS }: HttpServiceOptions): Promise<HttpService> {
  const traffic = createTraffic();
  const app = express();
  app.disable('x-powered-by');
  app.disable('etag');
  app.use(nameRequest, createHealthRouter({ checks, isDraining: traffic.isDraining, log }), traffic.count, logRequest(log), ...routes);
  app.use(notFound, failed(log));
  const server = createServer({ requestTimeout: REQUEST_TIMEOUT_MS, keepAliveTimeout: KEEP_ALIVE_MS }, app);
  await listen(server, host, port);
  let closed: Promise<void> | null = null;
  return {
    url: `http://${host.includes(':') ? `[${host}]` : host}:${(server.address() as AddressInfo).port}`,
    close() {
      closed ??= drain(server, traffic, drainMs, log);
      return closed;
    },
  };
}

/** The id of the request that a response answers: in its header, in the log, in every error. */
export function requestIdOf(response: express.Response): string {
  return response.locals.requestId as string;
}

/** An id that the caller sent is kept where it is a plain one, so that their log and ours can be joined. */
function nameRequest(request: express.Request, response: express.Response, next: express.NextFunction): void {
  const sent = request.get('x-request-id') ?? '';
  response.locals.requestId = REQUEST_ID.test(sent) ? sent : randomUUID();
  response.set({ 'x-request-id': requestIdOf(response), 'x-content-type-options': 'nosniff' });
  next();
}

function logRequest(log: Logger): express.RequestHandler {
  return (request, response, next) => {
    const startedAt = performance.now();
    const { method, path } = request;
    response.once('close', () => {
      const entry = { requestId: requestIdOf(response), method, path, status: response.statusCode };
      log.info({ ...entry, ms: Math.round(performance.now() - startedAt), ...(!response.writableFinished && { aborted: true }) }, 'request');
    });
    next();
  };
}

interface Traffic {
  readonly count: express.RequestHandler;
  isDraining(): boolean;
  /** Resolves when the last running request has ended. */
  drain(): Promise<void>;
}

function createTraffic(): Traffic {
  let running = 0;
  let draining: PromiseWithResolvers<void> | null = null;
  return {
    isDraining: () => draining !== null,
    drain() {
      draining ??= Promise.withResolvers();
      if (running === 0) draining.resolve();
      return draining.promise;
    },
    count(_request, response, next) {
      if (draining) {
        response.set({ connection: 'close', 'retry-after': '1' }).status(503);
        return void response.json({
          errors: [formattedError('SUBGRAPH_UNAVAILABLE', 'This process is stopping. Send the request again.', requestIdOf(response))],
        });
      }
      running += 1;
      response.once('close', () => {
        running -= 1;
        if (running === 0) draining?.resolve();
      });
      next();
    },
  };
}

async function drain(server: Server, traffic: Traffic, drainMs: number, log: Logger): Promise<void> {
  const giveUp = new AbortController();
  const ended = await Promise.race([traffic.drain().then(() => true), sleep(drainMs, false, { signal: giveUp.signal }).catch(() => false)]);
  giveUp.abort();
  if (!ended) log.warn({ drainMs }, 'requests that still ran were cut off');
  const closed = once(server, 'close');
  server.close();
  server.closeAllConnections();
  await closed;
}

async function listen(server: Server, host: string, port: number): Promise<void> {
  server.listen(port, host);
  try {
    await once(server, 'listening');
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'EADDRINUSE')
      throw new ConfigError([`PORT: port ${port} is taken by another program. Stop that program, or choose another port.`], { cause: error });
    if (code === 'EACCES') throw new ConfigError([`PORT: this user may not listen on port ${port}. Choose one above 1023.`], { cause: error });
    if (code === 'EADDRNOTAVAIL' || code === 'ENOTFOUND') throw new ConfigError(['HOST: not an address of this machine.'], { cause: error });
    throw error;
  }
}

function notFound(_request: express.Request, response: express.Response): void {
  response.status(404).json({ errors: [formattedError('NOT_FOUND', 'There is nothing at this address.', requestIdOf(response))] });
}

function failed(log: Logger): express.ErrorRequestHandler {
  return (error, _request, response, next) => {
    if (response.headersSent) return next(error);
    const requestId = requestIdOf(response);
    const known = bodyRefusal(error);
    if (known) return void response.status(known.status).json({ errors: [formattedError(known.refusal.code, known.refusal.message, requestId)] });
    log.error({ err: error, requestId }, 'a request met a defect');
    response.status(500).json({ errors: [formattedError('INTERNAL_SERVER_ERROR', INTERNAL_MESSAGE, requestId)] });
  };
}

/**
 * Runs until SIGINT or SIGTERM, then closes what was started and gives back. A second signal ends the process at once.
 *
 * Ctrl-C reaches the process from the terminal and again from npm, which passes it on: what comes within a second is the
 * same signal.
 */
export async function untilSignal(close: () => Promise<void>, log: Logger): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<NodeJS.Signals>();
  let closingSince: number | null = null;
  const stop = (signal: NodeJS.Signals) => {
    if (closingSince !== null && performance.now() - closingSince > SAME_SIGNAL_MS) process.exit(1);
    closingSince ??= performance.now();
    resolve(signal);
  };
  process.on('SIGINT', stop).on('SIGTERM', stop);
  log.info({ signal: await promise }, 'stopping');
  await close();
  process.off('SIGINT', stop).off('SIGTERM', stop);
}
