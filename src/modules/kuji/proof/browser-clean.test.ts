import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';

const doors = ['verify-audit.ts', 'verify-proof.ts'];

/** The verifier's page loads these files as they are, types taken off. */
describe('the verifier', () => {
  const files = [...reachableFrom(doors)];

  it('is made of the shared formulas', () => {
    expect(files).toContain('seal-deck.ts');
    expect(files).not.toContain('compute-with-node.ts');
  });

  it.each(files)('%s imports only its neighbours and needs no Node', (file) => {
    for (const specifier of importsOf(file)) expect(specifier).toMatch(/^\.\/[a-z0-9-]+\.ts$/);
    expect(sourceOf(file)).not.toMatch(/\b(?:Buffer\.|process\.|require\(|node:crypto)/);
  });
});

function reachableFrom(names: readonly string[], seen = new Set<string>()): Set<string> {
  for (const name of names) {
    if (seen.has(name)) continue;
    seen.add(name);
    reachableFrom(
      importsOf(name).map((specifier) => specifier.replace('./', '')),
      seen,
    );
  }
  return seen;
}

function importsOf(name: string): string[] {
  return [...sourceOf(name).matchAll(/\bfrom '([^']+)'/g)].map(([, specifier = '']) => specifier);
}

function sourceOf(name: string): string {
  return readFileSync(new URL(name, import.meta.url), 'utf8');
}
