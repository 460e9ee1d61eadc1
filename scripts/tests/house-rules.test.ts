import { ESLint } from 'eslint';
import tseslint from 'typescript-eslint';
import { expect, test } from 'vitest';
import { ROOT } from '../run-tool.ts';

const MODULE = 'src/modules/settings/service/default-banner.ts';
const MODULE_TEST = 'src/modules/settings/service/default-banner.test.ts';
const HTTP = 'src/http/pagination.ts';

/** Where the rules of this repository must object: [file, what stands in it, word of the objection]. */
const REFUSED: [file: string, code: string, word: string][] = [
  [MODULE, 'export const at = new Date();', 'tests can move'],
  [MODULE, 'export const at = Date.now();', 'tests can move'],
  [MODULE, 'export const chance = Math.random();', 'app.random'],
  [MODULE, 'export const port = process.env.PORT;', 'src/config'],
  [HTTP, 'export const port = process.env.PORT;', 'src/config'],
  [MODULE_TEST, 'export const port = process.env.PORT;', 'src/config'],
  [HTTP, 'export const run = (db: any) => db.transaction(() => 1);', 'inTx'],
  [MODULE, `import { sql } from 'drizzle-orm'; export const q = sql.raw('1');`, 'parameters'],
  [MODULE_TEST, `import { vi } from 'vitest'; vi.mock('./default-banner.ts');`, 'never replaced'],
  [MODULE_TEST, `import { test } from 'vitest'; test.only('a', () => {});`, 'lone test'],
  [MODULE, `import Stripe from 'stripe'; export const s = Stripe;`, 'Only src/integrations'],
  [HTTP, `import { Resend } from 'resend'; export const r = Resend;`, 'Only src/integrations'],
  [MODULE, `import { PgBoss } from 'pg-boss'; export const p = PgBoss;`, 'Only src/queue'],
  [
    HTTP,
    `import { drizzle } from 'drizzle-orm/node-postgres'; export const d = drizzle;`,
    'Only src/db',
  ],
  [HTTP, 'export const first = (list: string[]) => list[0]!;', 'non-null'],
  [HTTP, 'export const free = (value: any): number => value;', 'any'],
  [HTTP, '// eslint-disable-next-line eqeqeq\nexport const same = 1 == 2;', 'undescribed'],
];

/** Beside them, what is right. */
const ALLOWED: [file: string, code: string][] = [
  [MODULE, 'export const at = new Date(0);'],
  [MODULE_TEST, 'export const at = new Date();'],
  ['src/config/read-config.ts', 'export const port = process.env.PORT;'],
  ['scripts/dev.ts', 'export const port = process.env.PORT;'],
  [
    'src/integrations/stripe/stripe-adapter.ts',
    `import Stripe from 'stripe'; export const s = Stripe;`,
  ],
  ['sandbox/tests/resend.test.ts', `import { Resend } from 'resend'; export const r = Resend;`],
  [HTTP, 'export const text = (n: number) => `${n} pieces`;'],
];

/** The rules of this repository look at syntax alone. Leaving types out makes a file take milliseconds. */
const bySyntax = new ESLint({ cwd: ROOT, overrideConfig: [tseslint.configs.disableTypeChecked] });

async function objections(eslint: ESLint, file: string, code: string): Promise<string[]> {
  const [result] = await eslint.lintText(`${code}\n`, { filePath: `${ROOT}/${file}` });
  if (!result) throw new Error(`${file} was not linted.`);
  return result.messages.map(({ message }) => message);
}

test.each(REFUSED)('%s may not say: %s', async (file, code, word) => {
  expect((await objections(bySyntax, file, code)).join('\n')).toContain(word);
});

test.each(ALLOWED)('%s may say: %s', async (file, code) => {
  expect(await objections(bySyntax, file, code)).toEqual([]);
});

test('a promise that nobody awaits and a case that nobody handles are found by types', async () => {
  const code = `export const wait = () => { Promise.resolve(1); };
export const f = (x: 'a' | 'b') => { switch (x) { case 'a': return 1; } return 2; };`;
  // On a build server the parser reads the files of the disk once and for all; this text is on no disk.
  const parserOptions = { disallowAutomaticSingleRunInference: true };
  const byTypes = new ESLint({ cwd: ROOT, overrideConfig: { languageOptions: { parserOptions } } });
  const found = (await objections(byTypes, HTTP, code)).join('\n');
  expect(found).toContain('Promises must be awaited');
  expect(found).toContain('Switch is not exhaustive');
}, 60_000);
