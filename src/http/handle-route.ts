import type { Request, Response } from 'express';
import type { z } from 'zod';
import type { App } from '../kernel/app.ts';
import { sendSuccess } from './envelope.ts';
import { limitCaller } from './limit-caller.ts';
import { readInput, type ReadInput } from './read-input.ts';
import { createUploadReader } from './read-upload.ts';
import { requestContext, type Cookie, type RequestContext } from './request-context.ts';
import { storeReply, type StoredReply } from './response-cache.ts';
import type { Replies, Route, TypedRoute } from './route.ts';
import { sendDownload, type Download } from './send-download.ts';
import { sendPage, type Page } from './send-page.ts';
import { sendStored } from './send-stored.ts';

/** A declared operation with the code that answers it; `main/routes.ts` collects them all. */
export type Mounted = {
  readonly route: Route;
  readonly serve: (request: Request, response: Response) => Promise<void>;
};

export type Input<P extends z.ZodType, Q extends z.ZodType, B extends z.ZodType> = ReadInput<
  P,
  Q,
  B
> & {
  /** Bytes of the uploaded files, in the order of the form; empty where the route takes none. */
  files: readonly Buffer[];
};

type Success<R extends Replies> = {
  [Status in keyof R & number]: {
    /** Left out where the route has one status only. */
    status?: Status;
    data: z.input<R[Status]>;
    message?: string;
    headers?: Record<string, string>;
    cookies?: Cookie[];
  };
}[keyof R & number];

export type Answer<R extends Replies> =
  Success<R> | { redirectTo: string; cookies?: Cookie[] } | { download: Download } | { page: Page };

type Work<
  P extends z.ZodType,
  Q extends z.ZodType,
  B extends z.ZodType,
  R extends Replies,
  Caller,
> = (
  input: Input<NoInfer<P>, NoInfer<Q>, NoInfer<B>>,
  context: RequestContext,
  caller: Caller,
) => Promise<Answer<NoInfer<R>>>;

/** Joins an operation and its use case: reads and checks the input, answers in the envelope. */
export function handle<
  P extends z.ZodType,
  Q extends z.ZodType,
  B extends z.ZodType,
  R extends Replies,
>(app: App, route: TypedRoute<P, Q, B, R>, work: Work<P, Q, B, R, undefined>): Mounted {
  return handleGuarded(app, route, () => Promise.resolve(undefined), work);
}

/**
 * The same behind a guard, which runs before a single value is read: a stranger learns nothing from validation texts.
 * What the guard answers is the caller that the use case is told.
 */
export function handleGuarded<
  P extends z.ZodType,
  Q extends z.ZodType,
  B extends z.ZodType,
  R extends Replies,
  Caller,
>(
  app: App,
  route: TypedRoute<P, Q, B, R>,
  guard: (context: RequestContext) => Promise<Caller>,
  work: Work<P, Q, B, R, Caller>,
): Mounted {
  const uploads = route.upload === null ? null : createUploadReader(route.upload);
  return {
    route,
    serve: async (request, response) => {
      const context = requestContext(app, request, response);
      // Unless a route says otherwise its answer may be somebody's own, cookies included.
      if (!route.isCached) response.set('Cache-Control', 'no-store');
      // Before the guard, which asks the database: that is what a flood of bad tokens would hit.
      await limitCaller(app, route, request, response);
      const caller = await guard(context);
      const run = (files: readonly Buffer[] = []) =>
        work({ ...readInput(route, request), files }, context, caller);
      if (route.isCached) {
        const reply = await app.responseCache.remember(request.originalUrl, async () =>
          toStored(app, route, await run()),
        );
        sendStored(request, response, reply);
        return;
      }
      // Only now: a stranger's megabytes are never read.
      const answer = await (uploads === null ? run() : uploads.read(request, response, run));
      await sendAnswer(app, route, response, context.requestId, answer);
    },
  };
}

/** What every caller may get: an answer with cookies or headers of its own is a fault of the route. */
function toStored<R extends Replies>(app: App, route: Route, answer: Answer<R>): StoredReply {
  if (
    'redirectTo' in answer ||
    'download' in answer ||
    'page' in answer ||
    answer.cookies ||
    answer.headers
  ) {
    throw new Error(
      `${route.operationId} is declared as cached, but its answer is somebody’s own.`,
    );
  }
  if (app.config.checkReplies) checkReply(route, answer.status ?? onlyStatus(route), answer.data);
  return storeReply(answer.data, answer.message ?? 'OK');
}

async function sendAnswer<R extends Replies>(
  app: App,
  route: Route,
  response: Response,
  requestId: string,
  answer: Answer<R>,
): Promise<void> {
  if ('download' in answer) {
    await sendDownload(response, requireDownloadType(route), answer.download);
    return;
  }
  if ('page' in answer) {
    sendPage(response, answer.page);
    return;
  }
  for (const cookie of answer.cookies ?? []) {
    response.cookie(cookie.name, cookie.value, cookie.options);
  }
  if ('redirectTo' in answer) {
    response.redirect(302, answer.redirectTo);
    return;
  }
  const status = answer.status ?? onlyStatus(route);
  if (app.config.checkReplies) checkReply(route, status, answer.data);
  if (answer.headers) response.set(answer.headers);
  sendSuccess(response, requestId, {
    status,
    data: answer.data,
    message: answer.message ?? 'OK',
  });
}

function requireDownloadType(route: Route): string {
  if (route.downloadType !== null) return route.downloadType;
  throw new Error(`${route.operationId} answered a file, which it does not declare.`);
}

function onlyStatus(route: Route): number {
  const [status, ...others] = Object.keys(route.replies);
  if (status === undefined || others.length > 0) {
    throw new Error(`${route.operationId} has several statuses: its use case must name one.`);
  }
  return Number(status);
}

function checkReply(route: Route, status: number, data: unknown): void {
  const schema = route.replies[status];
  if (!schema)
    throw new Error(`${route.operationId} answered ${String(status)}, which it does not declare.`);
  // Through JSON, because the client sees what is left after it.
  const wire: unknown = JSON.parse(JSON.stringify(data));
  const parsed = schema.safeParse(wire);
  if (!parsed.success) {
    throw new Error(`The reply of ${route.operationId} does not fit its contract.`, {
      cause: parsed.error,
    });
  }
}
