import type { Request } from 'express';
import type { z } from 'zod';
import { validationFailed } from '../kernel/problems.ts';
import { describeIssue } from './describe-issue.ts';
import type { Route } from './route.ts';

/** The name under which faults of the whole input are told. */
const WHOLE = '_';

export type ReadInput<P extends z.ZodType, Q extends z.ZodType, B extends z.ZodType> = {
  params: z.output<P>;
  query: z.output<Q>;
  body: z.output<B>;
};

/**
 * Checks params, query and body against the route's schemas.
 * @throws Problem VALIDATION_FAILED with one list of texts per field
 */
export function readInput<P extends z.ZodType, Q extends z.ZodType, B extends z.ZodType>(
  route: Route & { params: P; query: Q; body: B },
  request: Request,
): ReadInput<P, Q, B> {
  const fields: Record<string, string[]> = {};
  const read = <S extends z.ZodType>(schema: S, value: unknown): z.output<S> | undefined => {
    const unstorable = findUnstorableText(value);
    if (unstorable !== null) {
      (fields[unstorable] ??= []).push('Must be valid Unicode without NUL characters.');
      return undefined;
    }
    const parsed = schema.safeParse(value, { error: describeIssue });
    if (parsed.success) return parsed.data;
    for (const issue of parsed.error.issues) {
      (fields[issue.path.map(String).join('.') || WHOLE] ??= []).push(issue.message);
    }
    return undefined;
  };
  const params = read(route.params, request.params);
  const query = read(route.query, request.query);
  if (route.bodyKind === 'json' && isUnread(request)) {
    (fields[WHOLE] ??= []).push('The body must be JSON, with Content-Type: application/json.');
  }
  const body = read(route.body, route.bodyKind === 'json' ? (request.body ?? {}) : request.body);
  if (Object.keys(fields).length > 0) throw validationFailed(fields);
  return { params, query, body } as ReadInput<P, Q, B>;
}

/** A body came, but no parser took it: its type is another. A form of optional fields would seem to have been saved. */
function isUnread({ body, headers }: Request): boolean {
  if (body !== undefined) return false;
  return headers['transfer-encoding'] !== undefined || Number(headers['content-length'] ?? 0) > 0;
}

/**
 * Postgres cannot keep NUL, nor half a surrogate pair in JSON; found here it is the caller's mistake, found there a
 * failed statement.
 * @returns the dotted path of the first such text, `_` for the whole; null if there is none
 */
export function findUnstorableText(value: unknown): string | null {
  if (value === undefined) return null;
  // A list instead of recursion: a body of brackets only is nested deeper than the stack reaches.
  const waiting: Located[] = [{ value, key: '', parent: null }];
  for (const next of waiting) {
    const { value: inner } = next;
    if (typeof inner === 'string') {
      if (!isStorable(inner)) return pathOf(next);
    } else if (inner !== null && typeof inner === 'object' && !Buffer.isBuffer(inner)) {
      for (const [key, child] of Object.entries(inner)) {
        // A name that could not be stored cannot be shown, either.
        if (!isStorable(key)) return pathOf(next);
        waiting.push({ value: child, key, parent: next });
      }
    }
  }
  return null;
}

type Located = { value: unknown; key: string; parent: Located | null };

const isStorable = (text: string) => !text.includes('\0') && text.isWellFormed();

/** Put together only for a fault: every request is searched for one. */
function pathOf({ key, parent }: Located): string {
  const keys = [key];
  for (let above = parent; above !== null; above = above.parent) keys.unshift(above.key);
  return keys.slice(1).join('.') || WHOLE;
}
