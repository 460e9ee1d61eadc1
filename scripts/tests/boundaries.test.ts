import { cp, mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { tmpdir } from 'node:os';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { z } from 'zod';
import { ROOT, runTool } from '../run-tool.ts';

/** Wrong imports, one per rule and kind: [importing file, imported file, the rule that must object]. */
const PLANTED: [from: string, to: string, rule: string][] = [
  ['src/modules/audit/wrong.ts', 'src/modules/orders/index.ts', 'module-audit'],
  ['src/modules/pricing/wrong.ts', 'src/modules/catalog/index.ts', 'module-pricing'],
  ['src/modules/catalog/wrong.ts', 'src/modules/inventory/index.ts', 'module-catalog'],
  ['src/modules/orders/wrong.ts', 'src/modules/checkout/index.ts', 'module-orders'],
  ['src/modules/orders/also-wrong.ts', 'src/modules/catalog/index.ts', 'module-orders'],
  ['src/modules/checkout/wrong.ts', 'src/modules/webhooks/index.ts', 'module-checkout'],
  ['src/modules/kuji/wrong.ts', 'src/modules/catalog/service/list.ts', 'module-door'],
  ['src/main/wrong.ts', 'src/modules/catalog/service/list.ts', 'module-door'],
  ['src/modules/kuji/tables.ts', 'src/db/schema/catalog.ts', 'module-own-tables'],
  ['src/modules/kuji/parcels.ts', 'src/db/schema/orders-follow-up.ts', 'module-own-tables'],
  ['src/http/tables.ts', 'src/db/schema/catalog.ts', 'tables-have-an-owner'],
  ['src/kernel/wrong.ts', 'src/modules/catalog/index.ts', 'layer-kernel'],
  ['src/kernel/runs.ts', 'src/db/client.ts', 'kernel-types-only'],
  ['src/db/wrong.ts', 'src/modules/catalog/index.ts', 'layer-db'],
  ['src/http/wrong.ts', 'src/modules/catalog/index.ts', 'layer-http'],
  ['src/config/wrong.ts', 'src/modules/catalog/index.ts', 'layer-config'],
  ['src/queue/wrong.ts', 'src/modules/catalog/index.ts', 'layer-queue'],
  ['src/integrations/wrong.ts', 'src/modules/catalog/index.ts', 'layer-integrations'],
  ['src/main/sandboxed.ts', 'sandbox/server.ts', 'src-stands-alone'],
  ['src/main/scripted.ts', 'scripts/run.ts', 'src-stands-alone'],
  ['src/main/tested.ts', 'testing/world.ts', 'src-stands-alone'],
  ['src/modules/catalog/tested.ts', 'src/modules/catalog/tests/fill.ts', 'no-tests-in-products'],
  ['sandbox/wrong.ts', 'src/main/server.ts', 'main-is-the-root'],
  ['src/modules/nowhere/wrong.ts', 'src/db/client.ts', 'module-in-graph-imports'],
  ['src/main/unlisted.ts', 'src/modules/nowhere/index.ts', 'module-in-graph'],
  // Told once, for the file that comes first.
  ['src/modules/catalog/about.ts', 'src/modules/catalog/round.ts', 'no-cycles'],
  ['src/modules/catalog/lost.ts', 'src/modules/catalog/no-such-file.ts', 'resolvable'],
];

/** Imports beside them that are right, and must stay so. */
const ALLOWED: [from: string, to: string][] = [
  ['src/modules/kuji/right.ts', 'src/modules/catalog/index.ts'],
  ['src/modules/catalog/right.ts', 'src/modules/catalog/service/list.ts'],
  ['src/modules/catalog/tables.ts', 'src/db/schema/catalog.ts'],
  ['src/modules/orders/parcels.ts', 'src/db/schema/orders-follow-up.ts'],
  ['src/modules/catalog/tests/list.test.ts', 'testing/world.ts'],
  ['src/modules/catalog/tests/deep.test.ts', 'src/db/schema/orders.ts'],
  ['src/main/right.ts', 'src/modules/catalog/index.ts'],
  ['src/modules/catalog/round.ts', 'src/modules/catalog/about.ts'],
  ['testing/world.ts', 'src/main/server.ts'],
];

/** Files that are imported above and import nothing themselves. */
const LEAVES = [
  'src/modules/catalog/index.ts',
  'src/modules/catalog/service/list.ts',
  'src/modules/catalog/tests/fill.ts',
  'src/modules/inventory/index.ts',
  'src/modules/orders/index.ts',
  'src/modules/checkout/index.ts',
  'src/modules/webhooks/index.ts',
  'src/modules/nowhere/index.ts',
  'src/db/schema/catalog.ts',
  'src/db/schema/orders.ts',
  'src/db/schema/orders-follow-up.ts',
  'src/db/client.ts',
  'src/main/server.ts',
  'sandbox/server.ts',
  'scripts/run.ts',
];

const reportSchema = z.object({
  summary: z.object({
    violations: z.array(
      z.object({ from: z.string(), to: z.string(), rule: z.object({ name: z.string() }) }),
    ),
  }),
});

let fixture: string;

beforeAll(async () => {
  fixture = await mkdtemp(join(tmpdir(), 'popbox-boundaries-'));
  for (const file of LEAVES) await write(file, 'export const it = 1;\n');
  for (const [from, to] of [...PLANTED, ...ALLOWED]) {
    await write(from, `import { it } from '${stepsUp(from)}${to}';\n\nexport const mine = it;\n`);
  }
  for (const file of ['tsconfig.json', 'package.json', '.dependency-cruiser.mjs']) {
    await cp(join(ROOT, file), join(fixture, file));
  }
  await symlink(join(ROOT, 'node_modules'), join(fixture, 'node_modules'));
});

afterAll(() => rm(fixture, { recursive: true, force: true }));

async function write(file: string, text: string): Promise<void> {
  await mkdir(dirname(join(fixture, file)), { recursive: true });
  await writeFile(join(fixture, file), text);
}

function stepsUp(file: string): string {
  return '../'.repeat(file.split('/').length - 1);
}

function cruise(cwd: string, ...more: string[]) {
  const folders = ['src', 'sandbox', 'scripts', 'testing'];
  return runTool('depcruise', [...folders, '--config', '.dependency-cruiser.mjs', ...more], {
    cwd,
  });
}

test('every planted import is refused by its rule, and no other import is', async () => {
  const { stdout } = await cruise(fixture, '--output-type', 'json');
  const { summary } = reportSchema.parse(JSON.parse(stdout));
  const found = summary.violations.map(({ from, rule }) => `${rule.name}: ${from}`);
  for (const [from, , rule] of PLANTED) expect(found).toContain(`${rule}: ${from}`);
  const planted = new Set(PLANTED.map(([from]) => from));
  expect(summary.violations.filter(({ from }) => !planted.has(from))).toEqual([]);
});

test('the command fails on them', async () => {
  expect((await cruise(fixture)).code).not.toBe(0);
});

test('the sources keep to the rules', async () => {
  const { code, stdout, stderr } = await cruise(ROOT);
  expect({ code, said: code === 0 ? '' : stdout + stderr }).toEqual({ code: 0, said: '' });
});
