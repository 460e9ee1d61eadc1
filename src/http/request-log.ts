import type { RequestHandler } from 'express';
import { pinoHttp } from 'pino-http';
import type { App } from '../kernel/app.ts';
import { adoptRequestId } from './request-context.ts';
import { redactUrl } from './redact-url.ts';

/** Gives each request its id (in `X-Request-Id` and the envelope) and writes one line when it is answered. */
export function requestLog(app: App): RequestHandler {
  const log = pinoHttp({
    logger: app.log,
    genReqId: (request, response) => {
      const requestId = adoptRequestId(request.headers['x-request-id'], app.newId);
      response.setHeader('X-Request-Id', requestId);
      return requestId;
    },
    // Names and numbers only; headers and bodies carry credentials and addresses.
    serializers: {
      req: (request: { id: string; method: string; url: string }) => ({
        id: request.id,
        method: request.method,
        url: redactUrl(request.url),
      }),
      res: (response: { statusCode: number }) => ({ statusCode: response.statusCode }),
    },
    customLogLevel: (_request, response) => (response.statusCode >= 500 ? 'warn' : 'info'),
    autoLogging: { ignore: (request) => request.url === '/health' },
  });
  return (request, response, next) => {
    log(request, response);
    response.locals.requestId = String(request.id);
    next();
  };
}
