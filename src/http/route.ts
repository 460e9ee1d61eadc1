import type { z } from 'zod';
import type { LimitClass } from '../config/index.ts';
import { problems, type ProblemSpec } from '../kernel/problems.ts';
import { customerProblems, signedInProblems } from './customer-problems.ts';
import { emptySchema } from './empty-schema.ts';
import { limitClassOf } from './limit-class.ts';
import type { UploadRules } from './read-upload.ts';
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
  readonly replies: Replies;
  readonly redirect: boolean;
  readonly problems: readonly ProblemSpec[];
  /** Request headers worth telling readers of the description about. */
  readonly headers: readonly { name: string; required: boolean; description: string }[];
  readonly access: Access;
  /** How often it may be called; `none` for probes, which must never be refused. */
  readonly limit: LimitClass | 'none';
  /** A public read that may be answered from memory, a second old at the most, and revalidated by its ETag. */
  readonly isCached: boolean;
  /** The files that a multipart body brings; null for every other kind of body. */
  readonly upload: UploadRules | null;
  /** Answers a file or a page of this type instead of the envelope. */
  readonly downloadType: string | null;
};

/** Who may call: everybody, the holder of a guest cookie, a webhook's sender by its signature, whoever is signed in … */
export type Access =
  | 'public'
  | 'optionalCustomer'
  | 'guest'
  | 'signature'
  | 'signedIn'
  | 'customer'
  | 'admin'
  | 'staff';

/** The schema of `data` by status of success. */
export type Replies = Readonly<Record<number, z.ZodType>>;

type RouteInit<P extends z.ZodType, Q extends z.ZodType, B extends z.ZodType, R extends Replies> = {
  operationId: string;
  method: HttpMethod;
  path: string;
  summary: string;
  description?: string;
  tag: string;
  access?: Access;
  /** Left out where access and path say it: `limitClassOf`. */
  limit?: LimitClass | 'none';
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

/** Declares an operation. One behind a guard also answers with the guard's problems, without listing them. */
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
    limit: limitClassOf(init),
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
  if (access === 'admin' || access === 'staff') return Object.values(staffProblems);
  if (access === 'signedIn') return Object.values(signedInProblems);
  if (access === 'customer' || access === 'optionalCustomer')
    return Object.values(customerProblems);
  return [];
}

/** True if the route's contract, or every contract, lists this problem. */
export function declaresProblem(route: Route, spec: ProblemSpec): boolean {
  return (
    Object.values<ProblemSpec>(problems).includes(spec) ||
    route.problems.some((p) => p.code === spec.code)
  );
}
