import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { CHILD_ENVIRONMENT } from '../../testing/child/child-environment.ts';
import { environmentFor, world, type World } from '../../testing/world.ts';

const SCRIPT = fileURLToPath(new URL('../catalogue-import.ts', import.meta.url));

let w: World;
let folder: string;

beforeAll(async () => {
  w = await world();
  folder = await mkdtemp(join(tmpdir(), 'catalogue-import-'));
});
afterAll(async () => {
  await rm(folder, { recursive: true, force: true });
  await w.close();
});

/** Runs the command on a sheet, as a terminal would. */
async function run(sheet: string | null, ...flags: string[]) {
  const file = join(folder, 'products.csv');
  if (sheet !== null) await writeFile(file, sheet);
  const args = [SCRIPT, ...(sheet === null ? [] : [file]), ...flags];
  const env = {
    ...CHILD_ENVIRONMENT,
    ...environmentFor(w.sandbox, w.app.config.databaseUrl),
  };
  return new Promise<{ code: number; output: string }>((resolve) => {
    const child = execFile(process.execPath, args, { env }, (_error, stdout, stderr) => {
      resolve({ code: child.exitCode ?? -1, output: stdout + stderr });
    });
  });
}

it('checks, imports, and finds nothing to do the second time', async () => {
  const sheet = 'sku,product_name,price_cad,on_hand\nLAMP,Lamp,12.50,3\nDESK,Desk,99,1\n';
  expect(await run(sheet)).toEqual({
    code: 0,
    output: expect.stringContaining('products: 2 new, 0 changed, 0 as they are') as string,
  });
  const { rows: before } = await w.app.database.pool.query('SELECT 1 FROM popbox.products');
  expect(before).toEqual([]);
  const imported = await run(sheet, '--apply');
  expect(imported).toMatchObject({ code: 0 });
  expect(imported.output).toContain('Imported.');
  const { rows } = await w.app.database.pool.query(
    `SELECT DISTINCT actor FROM popbox.audit_entries WHERE action = 'product.created'`,
  );
  expect(rows).toEqual([{ actor: 'command:catalogue-import' }]);
  expect((await run(sheet, '--apply')).output).toContain('0 new, 0 changed, 2 as they are');
}, 60_000);

it('tells wrong rows and ends with 1', async () => {
  const sheet = 'sku,price_cad\nLAMP,12.505\nUNKNOWN,1\n';
  for (const flags of [[], ['--apply']]) {
    const { code, output } = await run(sheet, ...flags);
    expect(code).toBe(1);
    expect(output).toContain('line 2, price_cad: Must be an amount in dollars like 24.99.');
    expect(output).toContain('line 3, product_name: No product has this SKU');
  }
  expect(await run('Handle,Title\n')).toMatchObject({ code: 1 });
}, 60_000);

it('says how it is called', async () => {
  const { code, output } = await run(null);
  expect(code).toBe(2);
  expect(output).toContain('Usage: pnpm catalogue:import');
});
