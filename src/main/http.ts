import cors from 'cors';
import express, { type Express } from 'express';
import helmet from 'helmet';
import { commonHeaders } from '../http/common-headers.ts';
import { limitClients } from '../http/limit-caller.ts';
import { mountRoutes } from '../http/mount-routes.ts';
import { problemHandler } from '../http/problem-handler.ts';
import { serveMetrics } from '../http/serve-metrics.ts';
import { serveStored } from '../http/send-stored.ts';
import { requestLog } from '../http/request-log.ts';
import type { Mounted } from '../http/handle-route.ts';
import type { App } from '../kernel/app.ts';
import { Problem, problems } from '../kernel/problems.ts';
import { routes } from './routes.ts';

/**
 * The HTTP side of the app. The order matters: webhooks and probes come before the limits, because they are never refused. The
 * error mapper comes last, because errors of every layer end in it.
 */
export function buildHttp(app: App): Express {
  const server = express();
  server.disable('x-powered-by');
  server.disable('etag');
  server.set('query parser', 'simple');
  server.set('trust proxy', app.config.trustProxy);

  const mounted = routes(app);
  const isEarly = ({ route }: Mounted) => route.bodyKind === 'raw' || route.limit === 'none';

  const allowOrigin = cors({ origin: app.config.corsOrigin, credentials: true });
  const headers = withPackedForm(commonHeaders([allowOrigin, helmet()]));

  server.use(requestLog(app));
  server.use(serveStored(app, headers));
  // Before everything that can refuse a request: a refusal without these headers cannot be read by the browser's page.
  server.use((request, response, next) => {
    response.setHeaders(headers);
    // Only a browser's question before a request has an answer of its own.
    if (request.method === 'OPTIONS') allowOrigin(request, response, next);
    else next();
  });
  mountRoutes(server, mounted.filter(isEarly));
  server.get('/metrics', serveMetrics(app));
  // Before the body is read: reading a megabyte costs more than most answers.
  server.use(limitClients(app));
  mountRoutes(
    server,
    mounted.filter((one) => !isEarly(one)),
  );
  server.use((request, _response, next) => {
    next(new Problem(problems.NOT_FOUND, { details: { path: request.path } }));
  });
  server.use(problemHandler(app));
  return server;
}

/** Any answer may come compressed; caches go by the headers of a HEAD or a 304, too, of which no middleware says so. */
function withPackedForm(common: ReadonlyMap<string, string>): Map<string, string> {
  const headers = new Map(common);
  headers.set('vary', [headers.get('vary'), 'Accept-Encoding'].filter(Boolean).join(', '));
  return headers;
}
