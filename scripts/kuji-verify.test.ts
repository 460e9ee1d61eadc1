import { spawn } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { CHILD_ENVIRONMENT } from '../testing/child/child-environment.ts';
import vectors from '../src/modules/kuji/proof/kuji-vectors.json' with { type: 'json' };

const script = path.join(import.meta.dirname, 'kuji-verify.ts');
const forged = { ...vectors, log: vectors.log.slice(1) };
const pages = new Map<string, { status: number; body: string | Buffer }>([
  ['/audit', { status: 200, body: JSON.stringify({ data: vectors, message: 'ok' }) }],
  ['/missing', { status: 404, body: '{}' }],
  ['/large', { status: 200, body: Buffer.alloc(33 * 1024 * 1024, ' ') }],
]);
let folder = '';
let server: Server;
let origin = '';

beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'kuji-verify-'));
  server = createServer((request, response) => {
    const page = pages.get(request.url ?? '');
    response.writeHead(page?.status ?? 500).end(page?.body);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('The server has no port.');
  origin = `http://127.0.0.1:${String(address.port)}`;
});

afterAll(async () => {
  server.closeAllConnections();
  server.close();
  await rm(folder, { recursive: true });
});

describe('kuji-verify', () => {
  it('passes a file and an answer of the API', async () => {
    for (const source of [await save('good.json', vectors), `${origin}/audit`]) {
      const { code, out, err } = await run(source);
      expect([code, err]).toEqual([0, '']);
      expect(out).toMatch(/^✓ Audit file/);
      expect(out).toMatch(/^✓ Revealed prizes/m);
      expect(out).toMatch(/Everything fits\.\n$/);
    }
  });

  it('says what could not be checked yet', async () => {
    const { code, out } = await run(await save('open.json', { ...vectors, seed: undefined }));
    expect(code).toBe(0);
    expect(out).toMatch(/^- Deck .*Not checked/m);
    expect(out).toContain('Everything that can be checked today fits.');
  });

  it('stops with exit code 1 at the first thing that does not fit', async () => {
    const { code, out } = await run(await save('forged.json', forged));
    expect(code).toBe(1);
    expect(out).toMatch(/^✗ Log chain .*Entry 1 \(draw\)/m);
    expect(out).not.toContain('Draws');
    expect(out).toMatch(/This audit does not fit\.\n$/);
  });

  it('lets no file move the cursor', async () => {
    const log = [{ type: '\u001b[1A✓\u009b2K\u202e' }];
    const { code, out } = await run(await save('cursor.json', { ...vectors, log }));
    expect(code).toBe(1);
    expect(out).not.toMatch(/[\u001b\u009b\u202e]/);
  });

  it('explains in one line why there is nothing to verify', async () => {
    const broken = path.join(folder, 'broken.json');
    await writeFile(broken, '{"manifest":');
    const binary = path.join(folder, 'binary.json');
    await writeFile(binary, Buffer.from([0x22, 0xff, 0x22]));
    const cases = [
      [path.join(folder, 'none.json'), 'ENOENT'],
      [broken, 'not valid JSON'],
      [binary, 'not valid JSON'],
      [`${origin}/missing`, 'status 404'],
      [`${origin}/large`, 'larger than 32 MB'],
      ['http://127.0.0.1:9', 'cannot be read'],
    ] as const;
    await Promise.all(
      cases.map(async ([source, reason]) => {
        const { code, out, err } = await run(source);
        expect([code, out]).toEqual([1, '']);
        expect(err).toContain(reason);
        expect(err.trim().split('\n')).toHaveLength(1);
      }),
    );
  });

  it('shows its usage with exit code 2 for wrong arguments', async () => {
    await Promise.all(
      [[], ['a', 'b'], ['--fast']].map(async (args) => {
        const { code, err } = await run(...args);
        expect(code).toBe(2);
        expect(err).toMatch(/^Usage:/);
      }),
    );
    expect(await run('--help')).toMatchObject({ code: 0, err: '' });
  });
});

async function save(name: string, content: unknown): Promise<string> {
  const file = path.join(folder, name);
  await writeFile(file, JSON.stringify(content));
  return file;
}

function run(...args: string[]): Promise<{ code: number | null; out: string; err: string }> {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [script, ...args], {
      env: CHILD_ENVIRONMENT,
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    let out = '';
    let err = '';
    child.stdout.setEncoding('utf8').on('data', (text: string) => (out += text));
    child.stderr.setEncoding('utf8').on('data', (text: string) => (err += text));
    child.on('error', reject);
    child.on('close', (code) => {
      resolve({ code, out, err });
    });
  });
}
