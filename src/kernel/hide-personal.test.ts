import { expect, test } from 'vitest';
import { hideEmails } from './hide-personal.ts';

test.each([
  ['Invalid `to` field: aiko.t+shop@example.co.uk.', 'Invalid `to` field: [e-mail].'],
  ['"Aiko" <aiko@example.com>, <ben@example.com>', '"Aiko" <[e-mail]>, <[e-mail]>'],
  ['GET /users?email=aiko%40example.com&x=1', 'GET /users?email=[e-mail]&x=1'],
  ['mailto:日本@例え.テスト failed', 'mailto:[e-mail] failed'],
  [
    'at /app/.pnpm/drizzle-orm@0.45.4_pg@8.23.1/index.js',
    'at /app/.pnpm/drizzle-orm@0.45.4_pg@8.23.1/index.js',
  ],
  ['connect ECONNREFUSED 127.0.0.1:5432', 'connect ECONNREFUSED 127.0.0.1:5432'],
  [
    'at file:///app/node_modules/@sentry/core/index.js:1:2',
    'at file:///app/node_modules/@sentry/core/index.js:1:2',
  ],
])('%s', (text, hidden) => {
  expect(hideEmails(text)).toBe(hidden);
});
