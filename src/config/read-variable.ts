import { z } from 'zod';

/** Kinds of variables of the environment; what each means is said where it is read. */

/** A blank variable counts as absent: that is what `FOO=` in an env file means to people. */
export const absentIfBlank = (value: unknown) =>
  typeof value === 'string' ? value.trim() || undefined : value;

const required = (schema: z.ZodString | z.ZodEmail) =>
  z.preprocess(absentIfBlank, z.string({ error: 'is missing' }).trim().pipe(schema));

export const text = required(z.string());

export const isUrl = (value: string, protocols: string[]) => {
  try {
    return protocols.includes(new URL(value).protocol);
  } catch {
    return false;
  }
};

const webUrlRule = z
  .string()
  .refine((value) => isUrl(value, ['http:', 'https:']), 'must be an absolute http(s) URL')
  .transform((value) => value.replace(/\/+$/, ''));

export const webUrl = z.preprocess(
  absentIfBlank,
  z.string({ error: 'is missing' }).trim().pipe(webUrlRule),
);
export const optionalWebUrl = z.preprocess(
  absentIfBlank,
  webUrlRule.nullish().transform((v) => v ?? null),
);

export const email = required(z.email('must be an e-mail address'));

export const optional = z
  .preprocess(absentIfBlank, z.string().trim().nullish())
  .transform((v) => v ?? null);

export const integer = (name: { min: number; max: number; fallback: number }) =>
  z.preprocess(
    absentIfBlank,
    z
      .string()
      .default(String(name.fallback))
      .refine((value) => /^\d+$/.test(value.trim()), 'must be a whole number')
      .transform(Number)
      .refine(
        (value) => value >= name.min && value <= name.max,
        `must be between ${name.min} and ${name.max}`,
      ),
  );
