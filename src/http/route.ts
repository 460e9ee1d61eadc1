import type { CookieOptions, Request, Response } from 'express';
import type { z } from 'zod';
import type { App } from '../kernel/app.ts';
import { problems, type ProblemSpec } from '../kernel/problems.ts';
import { emptySchema } from './empty-schema.ts';
import { sendSuccess } from './envelope.ts';
import { readInput } from './read-input.ts';
import { createUploadReader, type UploadRules } from './read-upload.ts';
import { requestContext, type RequestContext } from './request-context.ts';
import { storeReply, type StoredReply } from './response-cache.ts';
import { sendDownload, type Download } from './send-download.ts';
import { sendPage, type Page } from './send-page.ts';
import { sendStored } from './send-stored.ts';
import { staffProblems } from './staff-problems.ts';
import { uploadProblems } from './upload-problems.ts';

export type HttpMethod = 'get' | 'post' | 'put' | 'patch' | 'delete';

/** `json`: parsed and checked; `raw`: the untouched bytes, for signatures; `multipart`: files, and texts that are checked. */
export type BodyKind = 'json' | 'raw' | 'multipart' | 'none';

/**
 * One operation of the API, declared once. Validation, the checks on replies and `openapi.yml` all come from
 * this declaration, so they cannot disagree.
 */
export type Route = {
  readonly operationId: string;
  readonly method: HttpMethod;
  /** Express notation, with the prefix: `/api/v1/products/:slug`. */
  readonly path: string;
  readonly summary: string;
  /** The rule that a caller cares about. */
  readonly description?: string;
  readonly tag: string;
  readonly bodyKind: BodyKind;
  readonly params: z.ZodType;
  readonly query: z.ZodType;
  readonly body: z.ZodType;
  /** Schema of `data` for each status of success; `redirect` for a bare 302. */
  readonly replies: Readonly<Record<number, z.ZodType>>;
  readonly redirect: boolean;
  readonly problems: readonly ProblemSpec[];
  /** Request headers worth telling readers of the description about. */
  readonly headers: readonly { name: string; required: boolean; description: string }[];
  readonly access: Access;
  /** A public read that may be answered from memory, a second old at the most, and revalidated by its ETag. */
  readonly isCached: boolean;
  /** The files that a multipart body brings; null for every other kind of body. */
  readonly upload: UploadRules | null;
  /** Answers a file or a page of this type instead of the envelope. */
  readonly downloadType: string | null;
};

/** Who may call: everybody, the holder of a guest cookie, or a webhook's sender by its signature. */
export type Access =
  'public' | 'optionalCustomer' | 'guest' | 'signature' | 'customer' | 'admin' | 'staff';

type Replies = Readonly<Record<number, z.ZodType>>;

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

export type Cookie = { name: string; value: string; options: CookieOptions };

type RouteInit<P extends z.ZodType, Q extends z.ZodType, B extends z.ZodType, R extends Replies> = {
  operationId: string;
  method: HttpMethod;
  path: string;
  summary: string;
  description?: string;
  tag: string;
  access?: Access;
  isCached?: boolean;
  bodyKind?: BodyKind;
  /** Makes the body a multipart form; `body` is then the schema of its texts. */
  upload?: UploadRules;
  downloadType?: string;
  params?: P;
  query?: Q;
  body?: B;
  replies: R;
  redirect?: boolean;
  problems?: readonly ProblemSpec[];
  headers?: Route['headers'];
};

export type TypedRoute<
  P extends z.ZodType,
  Q extends z.ZodType,
  B extends z.ZodType,
  R extends Replies,
> = Route & { readonly params: P; readonly query: Q; readonly body: B; readonly replies: R };

const nothing = emptySchema();

/** Declares an operation. One for staff also answers with the guard's problems, without listing them. */
export function defineRoute<
  P extends z.ZodType = typeof nothing,
  Q extends z.ZodType = typeof nothing,
  B extends z.ZodType = typeof nothing,
  const R extends Replies = Replies,
>(init: RouteInit<P, Q, B, R>): TypedRoute<P, Q, B, R> {
  return Object.freeze({
    access: 'public' as const,
    bodyKind: bodyKindOf(init),
    upload: null,
    downloadType: null,
    redirect: false,
    isCached: false,
    headers: [],
    ...init,
    problems: [
      ...new Set([
        ...guardProblems(init.access),
        ...(init.upload === undefined ? [] : Object.values(uploadProblems)),
        ...(init.problems ?? []),
      ]),
    ],
    params: (init.params ?? nothing) as P,
    query: (init.query ?? nothing) as Q,
    body: (init.body ?? nothing) as B,
  });
}

function bodyKindOf(init: { upload?: UploadRules; body?: z.ZodType }): BodyKind {
  if (init.upload !== undefined) return 'multipart';
  return init.body === undefined ? 'none' : 'json';
}

function guardProblems(access: Access | undefined): readonly ProblemSpec[] {
  return access === 'admin' || access === 'staff' ? Object.values(staffProblems) : [];
}

/** A declared operation with the code that answers it; `main/routes.ts` collects them all. */
export type Mounted = {
  readonly route: Route;
  readonly serve: (request: Request, response: Response) => Promise<void>;
};

export type Input<P extends z.ZodType, Q extends z.ZodType, B extends z.ZodType> = {
  params: z.output<P>;
  query: z.output<Q>;
  body: z.output<B>;
  /** Bytes of the uploaded files, in the order of the form; empty where the route takes none. */
  files: readonly Buffer[];
};

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
      const context = requestContext(request, response);
      // Unless a route says otherwise its answer may be somebody's own, cookies included.
      if (!route.isCached) response.set('Cache-Control', 'no-store');
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

/** True if the route's contract, or every contract, lists this problem. */
export function declaresProblem(route: Route, spec: ProblemSpec): boolean {
  return (
    Object.values<ProblemSpec>(problems).includes(spec) ||
    route.problems.some((p) => p.code === spec.code)
  );
}
