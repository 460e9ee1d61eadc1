import { z } from 'zod';
import { invalidParam } from './stripe-refusal.ts';

/** Everything in a form is text. */
export const integer = z
  .string()
  .regex(/^-?\d{1,15}$/, 'Invalid integer')
  .transform(Number);

export const flag = z
  .enum(['true', 'false'], { error: 'Invalid boolean' })
  .transform((value) => value === 'true');

/** Stripe takes an empty string for an attempt to unset something, and refuses it at creation. */
export const text = (max = 5000) =>
  z
    .string()
    .min(1, 'You passed an empty string')
    .max(max, `Must be at most ${String(max)} characters`);

export const metadata = z
  .record(
    z.string().max(40, 'Metadata keys can be up to 40 characters'),
    z.string().max(500, 'Metadata values can be up to 500 characters'),
  )
  .refine((pairs) => Object.keys(pairs).length <= 50, 'You can have up to 50 metadata keys');

export const expand = z.array(z.string()).default([]);

export const createdRange = z
  .union([
    integer,
    z.strictObject({
      gt: integer.optional(),
      gte: integer.optional(),
      lt: integer.optional(),
      lte: integer.optional(),
    }),
  ])
  .optional();

export const paging = {
  limit: integer.pipe(z.number().min(1).max(100)).default(10),
  starting_after: z.string().optional(),
  ending_before: z.string().optional(),
  expand,
};

/**
 * Checks the parameters of one call.
 * @throws StripeRefusal in Stripe's words: parameter missing, unknown or invalid
 */
export function readParams<T extends z.ZodType>(schema: T, params: unknown): z.infer<T> {
  const parsed = schema.safeParse(params, { reportInput: true });
  if (parsed.success) return parsed.data;
  const issue = parsed.error.issues[0];
  const path = issue?.path.map(String) ?? [];
  if (issue?.code === 'unrecognized_keys') {
    const param = bracketed([...path, issue.keys[0] ?? '']);
    throw invalidParam(`Received unknown parameter: ${param}`, param, 'parameter_unknown');
  }
  const param = bracketed(path);
  if (issue?.code === 'invalid_type' && issue.input === undefined) {
    throw invalidParam(`Missing required param: ${param}.`, param, 'parameter_missing');
  }
  if (issue?.message === 'Invalid integer') {
    throw invalidParam(
      `Invalid integer: ${String(issue.input)}`,
      param,
      'parameter_invalid_integer',
    );
  }
  throw invalidParam(`Invalid ${param}: ${issue?.message ?? ''}`, param);
}

export function isWithin(createdAt: number, range: z.infer<typeof createdRange>): boolean {
  if (range === undefined) return true;
  if (typeof range === 'number') return createdAt === range;
  return (
    createdAt > (range.gt ?? -Infinity) &&
    createdAt >= (range.gte ?? -Infinity) &&
    createdAt < (range.lt ?? Infinity) &&
    createdAt <= (range.lte ?? Infinity)
  );
}

function bracketed(path: readonly string[]): string {
  return path.map((name, index) => (index === 0 ? name : `[${name}]`)).join('');
}
