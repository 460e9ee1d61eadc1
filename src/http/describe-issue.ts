import type { z } from 'zod';

/**
 * The text of a fault that its schema gives none of its own: what the value must be, for the person who typed it. The
 * validator's own texts tell programmers ("expected string, received undefined").
 */
export function describeIssue(issue: z.core.$ZodRawIssue): string {
  switch (issue.code) {
    case 'invalid_type':
      return issue.input === undefined ? 'Is required.' : mustBe(issue.expected);
    case 'invalid_value':
      return `Must be ${issue.values.length === 1 ? '' : 'one of '}${issue.values.map(String).join(', ')}.`;
    case 'invalid_format':
      return FORMATS[issue.format] ?? 'Has the wrong format.';
    case 'too_small': {
      const least = Number(issue.minimum);
      if (issue.origin === 'string' && least === 1) return 'Must not be empty.';
      return `Must ${sizeOf(issue.origin)}${issue.inclusive === false ? 'more than' : 'at least'} ${String(least)}${unitOf(issue.origin, least)}.`;
    }
    case 'too_big': {
      const most = Number(issue.maximum);
      return `Must ${sizeOf(issue.origin)}${issue.inclusive === false ? 'less than' : 'at most'} ${String(most)}${unitOf(issue.origin, most)}.`;
    }
    case 'unrecognized_keys':
      return `Has unknown fields: ${issue.keys.join(', ')}.`;
    case 'invalid_union':
      return describeUnion(issue.errors);
    default:
      return 'Is not valid.';
  }
}

/** Of the branches whose type the value has, the first that says what is wrong with it. */
function describeUnion(branches: readonly (readonly z.core.$ZodIssue[])[]): string {
  const faults = branches.flatMap(([first]) => first ?? []);
  const closest = faults.find(({ code }) => code !== 'invalid_type' && code !== 'invalid_value');
  const listed = faults.find(({ code }) => code === 'invalid_value');
  return (closest ?? listed)?.message ?? 'Is not valid.';
}

const TYPES: Readonly<Record<string, string>> = {
  string: 'text',
  number: 'a number',
  int: 'a whole number',
  boolean: 'true or false',
  array: 'a list',
  object: 'an object',
  record: 'an object',
  null: 'empty',
};

const FORMATS: Readonly<Record<string, string>> = {
  uuid: 'Must be a UUID.',
  email: 'Must be an e-mail address.',
  url: 'Must be a web address.',
  datetime: 'Must be a date and time, as in 2026-11-28T12:00:00Z.',
  date: 'Must be a date, as in 2026-11-28.',
  safeint: 'Must be a whole number.',
};

const mustBe = (expected: string) =>
  TYPES[expected] === undefined ? 'Has the wrong type.' : `Must be ${TYPES[expected]}.`;

const hasEntries = (origin: string) => origin === 'array' || origin === 'set' || origin === 'map';

const sizeOf = (origin: string) => (origin === 'string' || hasEntries(origin) ? 'have ' : 'be ');

function unitOf(origin: string, count: number): string {
  if (origin === 'string') return count === 1 ? ' character' : ' characters';
  if (hasEntries(origin)) return count === 1 ? ' entry' : ' entries';
  return '';
}
