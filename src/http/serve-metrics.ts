import type { RequestHandler } from 'express';
import type { App } from '../kernel/app.ts';
import { equalSecrets } from '../kernel/hash.ts';
import { Problem } from '../kernel/problems.ts';
import { staffProblems } from './staff-problems.ts';

/** `GET /metrics` for whoever has the token; where none is configured, there is no such address. */
export function serveMetrics(app: App): RequestHandler {
  const { metrics } = app;
  const token = app.config.metricsToken;
  return async (request, response, next) => {
    if (metrics === null || token === null) {
      next();
      return;
    }
    const given = /^Bearer (\S+)$/i.exec(request.get('authorization') ?? '')?.[1] ?? '';
    if (!equalSecrets(given, token)) throw new Problem(staffProblems.AUTH_REQUIRED);
    const { text, contentType } = await metrics.read();
    response.set({ 'Content-Type': contentType, 'Cache-Control': 'no-store' }).send(text);
  };
}
