import { randomUUID } from 'node:crypto';
import type { RequestHandler, Response } from 'express';
import type { App } from '../kernel/app.ts';
import { redactUrl } from '../kernel/redact-url.ts';
import type { Route } from './route.ts';
import { adoptRequestId } from './request-context.ts';

/**
 * Gives each request its id (in `X-Request-Id` and the envelope) and writes one line when it is over. The line has names
 * and numbers only: headers and bodies carry credentials and addresses. That is also why it needs no redaction, which
 * would cost more than the whole rest of a cached read.
 */
export function requestLog(app: App): RequestHandler {
  return (request, response, next) => {
    // Not one that sorts by time, as rows have: that asks the kernel for randomness each time.
    const requestId = adoptRequestId(request.headers['x-request-id'], randomUUID);
    response.locals.requestId = requestId;
    response.setHeader('X-Request-Id', requestId);
    const started = performance.now();
    response.once('close', () => {
      app.metrics?.request({
        operation: operationOf(response),
        status: response.statusCode,
        seconds: (performance.now() - started) / 1000,
      });
      // Probes come every few seconds and say nothing.
      if (request.path === '/health' && response.statusCode === 200) return;
      const { statusCode } = response;
      const line = {
        requestId,
        method: request.method,
        url: redactUrl(request.originalUrl),
        statusCode,
        durationMs: Math.round(performance.now() - started),
      };
      if (!response.writableFinished) app.accessLog.info(line, 'request aborted');
      else if (statusCode >= 500) app.accessLog.warn(line, 'request failed');
      else app.accessLog.info(line, 'request');
    });
    next();
  };
}

/** A name from our own list: a path would let every stranger make a new series. */
function operationOf(response: Response): string {
  const { route, isStored } = response.locals as { route?: Route; isStored?: boolean };
  if (isStored === true) return 'stored';
  return route?.operationId ?? 'unknown';
}
