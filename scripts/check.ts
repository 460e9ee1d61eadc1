import { runTool } from './run-tool.ts';

type Step = {
  name: string;
  tool: string;
  args: string[];
  /** What to run, or to do, when it fails. */
  repair: string;
};

const PNPM = 'npx -y pnpm@12';

/** What takes longest stands first in its lane. */
const lanes: Step[][] = [
  [
    {
      name: 'lint',
      tool: 'eslint',
      args: ['.', '--max-warnings=0'],
      repair: `${PNPM} lint --fix, and by hand what is left`,
    },
  ],
  [
    {
      name: 'format',
      tool: 'prettier',
      args: ['--check', '--log-level=warn', '.'],
      repair: `${PNPM} format`,
    },
    {
      name: 'types',
      tool: 'tsc',
      args: ['-p', 'tsconfig.json', '--noEmit'],
      repair: 'by hand; the compiler says where',
    },
    {
      name: 'boundaries',
      tool: 'depcruise',
      args: ['src', 'sandbox', 'scripts', 'testing', '--config', '.dependency-cruiser.mjs'],
      repair: 'by hand; docs/architecture.md says who may import whom',
    },
    {
      name: 'module graph',
      tool: 'node',
      args: ['scripts/print-module-graph.ts', '--check'],
      repair: `${PNPM} graph`,
    },
    {
      name: 'openapi.yml',
      tool: 'node',
      args: ['scripts/openapi.ts', '--check'],
      repair: `${PNPM} openapi`,
    },
    {
      name: 'migrations',
      tool: 'node',
      args: ['scripts/check-migrations.ts'],
      repair: `${PNPM} db:generate`,
    },
  ],
];

class StepFailure extends Error {}

/** `pnpm check`: all that must hold before a change is merged. Stops at the first failure and says how to repair it. */
async function main(): Promise<number> {
  const started = performance.now();
  const failed = new AbortController();
  try {
    // Two at a time: none of them uses more than one core.
    await Promise.all(lanes.map((lane) => runLane(lane, failed.signal)));
  } catch (error) {
    failed.abort();
    if (!(error instanceof StepFailure)) throw error;
    console.error(error.message);
    // What reads the last line finds one, whatever failed.
    console.log('0 passed, 1 failed');
    return 1;
  }
  console.log(`Everything but the tests took ${seconds(started)}. Tests:`);
  const { code } = await runTool('node', ['scripts/test.ts'], { show: true });
  return code;
}

async function runLane(lane: Step[], signal: AbortSignal): Promise<void> {
  for (const step of lane) {
    const started = performance.now();
    const { code, stdout, stderr } = await runTool(step.tool, step.args, { signal });
    if (code !== 0) {
      throw new StepFailure(
        `${stdout}${stderr}\n✗ ${step.name} failed after ${seconds(started)}. Repair: ${step.repair}`,
      );
    }
    console.log(`✓ ${step.name} (${seconds(started)})`);
  }
}

function seconds(since: number): string {
  return `${((performance.now() - since) / 1000).toFixed(1)} s`;
}

process.exitCode = await main();
