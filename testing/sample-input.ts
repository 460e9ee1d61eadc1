import { randomUUID } from 'node:crypto';
import { z } from 'zod';

type Json = z.core.JSONSchema._JSONSchema;

/**
 * A value that fits a schema as far as its JSON form tells: every field is there, lists have one entry. Rules that join
 * fields are unknown to it, so it is a start for spoiling, not an example of good input.
 */
export function sampleInput(schema: z.ZodType): unknown {
  return sampleOf(z.toJSONSchema(schema, { io: 'input', unrepresentable: 'any' }));
}

function sampleOf(schema: Json): unknown {
  if (typeof schema === 'boolean') return 'anything';
  if (schema.const !== undefined) return schema.const;
  if (schema.enum !== undefined) return schema.enum[0];
  const [choice] = (schema.anyOf ?? schema.oneOf ?? []).filter((one) => !isNull(one));
  if (choice !== undefined) return sampleOf(choice);
  if (schema.properties !== undefined) {
    return Object.fromEntries(
      Object.entries(schema.properties).map(([name, field]) => [name, sampleOf(field)]),
    );
  }
  switch (schema.type) {
    case 'array':
      return schema.items === undefined || Array.isArray(schema.items)
        ? []
        : [sampleOf(schema.items)];
    case 'integer':
    case 'number':
      return Math.max(1, schema.minimum ?? 1);
    case 'boolean':
      return true;
    case 'object':
      return {};
    default:
      return sampleText(schema);
  }
}

const isNull = (schema: Json) => typeof schema === 'object' && schema.type === 'null';

function sampleText(schema: Exclude<Json, boolean>): string {
  switch (schema.format) {
    case 'uuid':
      return randomUUID();
    case 'email':
      return 'somebody@example.com';
    case 'uri':
      return 'https://example.com/here';
    case 'date-time':
      return '2026-01-01T00:00:00.000Z';
    default:
      return 'x'.repeat(Math.max(12, schema.minLength ?? 0)).slice(0, schema.maxLength);
  }
}

export type Leaf = { path: readonly (string | number)[]; value: unknown };

/** Every text, number and flag within a value. */
export function leavesOf(value: unknown, path: Leaf['path'] = []): Leaf[] {
  if (value === null || typeof value !== 'object')
    return path.length === 0 ? [] : [{ path, value }];
  if (Array.isArray(value)) {
    return value.flatMap((inner: unknown, index) => leavesOf(inner, [...path, index]));
  }
  return Object.entries(value).flatMap(([key, inner]) => leavesOf(inner, [...path, key]));
}

/** A copy with another value in one place. */
export function spoil(value: unknown, path: Leaf['path'], with_: unknown): unknown {
  const [step, ...rest] = path;
  if (step === undefined) return with_;
  if (Array.isArray(value)) {
    return value.map((inner: unknown, index) =>
      index === step ? spoil(inner, rest, with_) : inner,
    );
  }
  if (value === null || typeof value !== 'object') return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, inner]) => [
      key,
      key === step ? spoil(inner, rest, with_) : inner,
    ]),
  );
}
