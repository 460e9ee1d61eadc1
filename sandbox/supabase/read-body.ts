import type { z } from 'zod';
import { AuthRefusal } from './auth-error.ts';

/** Parses what a client sent; the first fault becomes the auth server's `validation_failed`. */
export function readBody<T extends z.ZodType>(schema: T, body: unknown): z.infer<T> {
  const parsed = schema.safeParse(body ?? {});
  if (parsed.success) return parsed.data;
  const issue = parsed.error.issues[0];
  throw new AuthRefusal(
    400,
    'validation_failed',
    `${issue?.path.join('.') ?? 'body'}: ${issue?.message ?? 'invalid'}`,
  );
}
