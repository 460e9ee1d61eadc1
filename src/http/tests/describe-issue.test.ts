import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import { describeIssue } from '../describe-issue.ts';

const textOf = (schema: z.ZodType, value: unknown) =>
  schema.safeParse(value, { error: describeIssue }).error?.issues[0]?.message;

describe('describeIssue', () => {
  test.each([
    [z.string(), undefined, 'Is required.'],
    [z.string(), 5, 'Must be text.'],
    [z.number(), 'x', 'Must be a number.'],
    [z.int(), 1.5, 'Must be a whole number.'],
    [z.boolean(), 'yes', 'Must be true or false.'],
    [z.array(z.string()), {}, 'Must be a list.'],
    [z.object({}), [], 'Must be an object.'],
    [z.date(), 'x', 'Has the wrong type.'],
    [z.enum(['AB', 'BC']), 'XX', 'Must be one of AB, BC.'],
    [z.literal('CAD'), 'USD', 'Must be CAD.'],
    [z.uuid(), 'x', 'Must be a UUID.'],
    [z.email(), 'x', 'Must be an e-mail address.'],
    [z.string().regex(/^a$/), 'x', 'Has the wrong format.'],
    [z.string().min(1), '', 'Must not be empty.'],
    [z.string().min(3), 'x', 'Must have at least 3 characters.'],
    [z.string().max(1), 'xx', 'Must have at most 1 character.'],
    [z.array(z.string()).min(1), [], 'Must have at least 1 entry.'],
    [z.array(z.string()).max(2), ['', '', ''], 'Must have at most 2 entries.'],
    [z.number().min(3), 2, 'Must be at least 3.'],
    [z.number().gt(3), 3, 'Must be more than 3.'],
    [z.int().max(3), 4, 'Must be at most 3.'],
    [z.number().lt(3), 3, 'Must be less than 3.'],
    [z.strictObject({}), { a: 1, b: 2 }, 'Has unknown fields: a, b.'],
    [z.union([z.string(), z.number()]), true, 'Is not valid.'],
    [z.union([z.array(z.string()), z.string().max(2)]), 'xxx', 'Must have at most 2 characters.'],
    [z.union([z.enum(['AB', 'BC']), z.literal('')]), 'x', 'Must be one of AB, BC.'],
    [z.string('Say it.'), 5, 'Say it.'],
  ])('%# says what the value must be', (schema, value, text) => {
    expect(textOf(schema, value)).toBe(text);
  });
});
