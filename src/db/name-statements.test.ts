import { expect, test } from 'vitest';
import { allowsPreparedStatements } from './name-statements.ts';

test.each([
  ['postgres://u:p@localhost:5432/shop', true],
  ['postgres://u:p@db.example.supabase.co:5432/postgres', true],
  ['postgres://u:p@aws-0-ca-central-1.pooler.supabase.com:5432/postgres', false],
  ['postgres://u:p@db.example.supabase.co:6543/postgres', false],
  ['postgres://u:p@localhost:5432/shop?pgbouncer=true', false],
])('%s may prepare statements: %s', (url, allowed) => {
  expect(allowsPreparedStatements(url)).toBe(allowed);
});
