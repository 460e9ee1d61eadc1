import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { ROOT, runTool } from './run-tool.ts';

const PAGE = join(ROOT, 'docs', 'architecture.md');
const START = '<!-- module-graph:start -->';
const END = '<!-- module-graph:end -->';

/** What we read of dependency-cruiser's JSON. */
const cruiseSchema = z.object({
  modules: z.array(
    z.object({
      source: z.string(),
      dependencies: z.array(z.object({ resolved: z.string() })),
    }),
  ),
});

/**
 * `node scripts/print-module-graph.ts`: writes the graph of src/modules, as the boundary tool sees it, into
 * docs/architecture.md; with `--check` it only compares.
 */
async function main(): Promise<void> {
  const page = await readFile(PAGE, 'utf8');
  const start = page.indexOf(START);
  const end = page.indexOf(END);
  if (start < 0 || end < start) throw new Error(`${PAGE} has no place for the module graph.`);
  const graph = printMermaid(await readEdges());
  const fresh = `${page.slice(0, start + START.length)}\n\n\`\`\`mermaid\n${graph}\n\`\`\`\n\n${page.slice(end)}`;
  if (!process.argv.includes('--check')) {
    await writeFile(PAGE, fresh);
    console.log('The module graph in docs/architecture.md is written.');
  } else if (fresh === page) {
    console.log('The module graph in docs/architecture.md is what the sources say.');
  } else {
    throw new Error(
      'The module graph in docs/architecture.md is not what the sources say. Run: pnpm graph',
    );
  }
}

/** For each module the modules that it imports, both in alphabetical order. Tests may know more and do not count. */
async function readEdges(): Promise<Map<string, Set<string>>> {
  const { stdout, stderr } = await runTool('depcruise', [
    'src/modules',
    ...['--config', '.dependency-cruiser.mjs', '--output-type', 'json'],
    ...['--exclude', '(\\.test\\.ts$|/tests/)'],
  ]);
  if (stdout === '') throw new Error(stderr);
  const { modules } = cruiseSchema.parse(JSON.parse(stdout));
  const edges = new Map<string, Set<string>>();
  for (const { source, dependencies } of modules) {
    const from = moduleOf(source);
    if (from === null) continue;
    const targets = edges.get(from) ?? new Set();
    edges.set(from, targets);
    for (const { resolved } of dependencies) {
      const to = moduleOf(resolved);
      if (to !== null && to !== from) targets.add(to);
    }
  }
  return edges;
}

function moduleOf(file: string): string | null {
  return /^src\/modules\/([^/]+)\//.exec(file)?.[1] ?? null;
}

function printMermaid(edges: Map<string, Set<string>>): string {
  const lines = [...edges]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .flatMap(([from, targets]) =>
      targets.size === 0 ? [from] : [`${from} --> ${[...targets].sort().join(' & ')}`],
    );
  return ['graph TD', ...lines.map((line) => `  ${line}`)].join('\n');
}

main().catch((error: unknown) => {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
});
