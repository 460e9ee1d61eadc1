import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import vm from 'node:vm';
import { afterAll, describe, expect, it } from 'vitest';
import { pagePolicy } from '../../../http/send-page.ts';
import { linkModules } from './link-modules.ts';
import { writeVerifierPage } from './write-verifier-page.ts';

const folder = mkdtempSync(join(tmpdir(), 'popbox-link-'));
const root = pathToFileURL(`${folder}/`);
afterAll(() => {
  rmSync(folder, { recursive: true });
});

function linkFiles(files: Record<string, string>, entry: string): string {
  for (const [name, source] of Object.entries(files)) writeFileSync(join(folder, name), source);
  return linkModules(new URL(entry, root), root);
}

/** As a browser runs it; answers what the entry left at `found`. */
function run(script: string): unknown {
  const context = vm.createContext({ found: undefined });
  vm.runInContext(script, context);
  return context.found;
}

describe('linked modules', () => {
  it('run in the order of their imports, each once, with names of their own', () => {
    const script = linkFiles(
      {
        'one.ts': `const secret = 1;
export function* count(): Generator<number> { yield secret; }
export class Box { readonly size: number = 3; }
export const list: readonly number[] = [secret];
export type Size = number;
export async function wait(): Promise<void> { await Promise.resolve(); }`,
        'two.ts': `import { Box, type Size } from './one.ts';
const secret: Size = new Box().size;
export const two = (): Size => secret;`,
        'entry.ts': `import { count, list as numbers } from './one.ts';
import type { Size } from './one.ts';
import {
  two,
} from './two.ts';
const found: Size[] = [...count(), ...numbers, two()];
Object.assign(globalThis, { found });`,
      },
      'entry.ts',
    );
    expect(run(script)).toEqual([1, 1, 3]);
    expect(script.match(/class Box/g)).toHaveLength(1);
  });

  it('may be what the compiler made of them', () => {
    const script = linkFiles(
      {
        'a.js':
          'export const a = 1;\nexport async function b() { }\n//# sourceMappingURL=a.js.map\n',
        'start.js': `import { a } from "./a.js";\nObject.assign(globalThis, { found: a });\n//# sourceMappingURL=start.js.map`,
      },
      'start.js',
    );
    expect(run(script)).toBe(1);
    expect(script).not.toContain('sourceMappingURL');
  });

  it.each([
    ['a package', `import { z } from 'zod';`],
    ['a default', `import a from './x.ts';`],
    ['everything', `import * as a from './x.ts';`],
    ['a re-export', `export { a } from './x.ts';`],
    ['a default export', 'export default 1;'],
    ['itself', `import { a } from './bad.ts';\nexport const a = 1;`],
    ['the end of a script', `export const a = '</script>';`],
    ['a comment of HTML', `export const a = '<!--';`],
  ])('are refused with %s', (_name, source) => {
    expect(() => linkFiles({ 'bad.ts': source, 'x.ts': 'export const a = 1;' }, 'bad.ts')).toThrow(
      /cannot|circle/,
    );
  });
});

describe('the page', () => {
  const page = writeVerifierPage();

  it('carries its style, its script and its policy inside', () => {
    expect(page.html).toContain(`<style>${page.style}</style>`);
    expect(page.html).toContain(`<script type="module">${page.script ?? ''}</script>`);
    expect(page.html).toContain(pagePolicy(page));
    expect(pagePolicy(page)).not.toContain('unsafe');
  });

  it('names no address but its own', () => {
    expect(page.html).not.toMatch(/https?:\/\/|\bsrc=/);
    expect(page.style).not.toMatch(/@import|url\(/);
  });
});
