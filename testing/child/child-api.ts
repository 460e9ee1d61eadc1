import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { CHILD_ENVIRONMENT } from './child-environment.ts';
import { childAnswer, type ChildOrder } from './child-orders.ts';

const ENTRY = fileURLToPath(new URL('run-child.ts', import.meta.url));

type WithoutId<T> = T extends unknown ? Omit<T, 'id'> : never;
type Wish = WithoutId<ChildOrder>;

/** The API in a process that can be killed and started again, always on the same port. */
export type ChildApi = {
  start: () => Promise<void>;
  /** SIGKILL; resolves when the process is gone. What it was told to do ends with an error. */
  kill: () => Promise<void>;
  /** SIGTERM; resolves with the exit code when the process is gone. */
  terminate: () => Promise<number | null>;
  isRunning: () => boolean;
  tell: (wish: Exclude<Wish, { type: 'start' }>) => Promise<void>;
  close: () => Promise<void>;
};

export type ChildOptions = {
  environment: Record<string, string>;
  /** Asked at each start. */
  offsetMs: () => number;
  providerTimeoutMs?: number;
  onLogLine: (line: string) => void;
};

/**
 * Starts nothing yet. While one process serves, the next one already loads its modules, so that a start after a kill
 * takes as long as connecting to the database.
 */
export function createChildApi(options: ChildOptions): ChildApi {
  let current: Talk | null = null;
  let spare: Talk | null = null;
  const takeSpare = (): Talk => {
    const taken = spare ?? spawn(options);
    spare = null;
    return taken;
  };
  return {
    start: async () => {
      if (current) throw new Error('The child runs already.');
      const { environment, providerTimeoutMs } = options;
      current = takeSpare();
      await current.tell({
        type: 'start',
        environment,
        offsetMs: options.offsetMs(),
        ...(providerTimeoutMs === undefined ? {} : { providerTimeoutMs }),
      });
      spare = spawn(options);
    },
    kill: async () => {
      const killed = current;
      current = null;
      await killed?.end('SIGKILL');
    },
    terminate: async () => {
      const told = current;
      current = null;
      return (await told?.end('SIGTERM')) ?? null;
    },
    isRunning: () => current !== null,
    tell: async (wish) => {
      if (!current) throw new Error('The child does not run.');
      await current.tell(wish);
    },
    close: async () => {
      const rest = [current, spare];
      current = null;
      spare = null;
      for (const talk of rest) await talk?.end('SIGKILL');
    },
  };
}

type Talk = {
  tell: (wish: Wish) => Promise<void>;
  /** Its exit code, if it was not the signal that ended it. */
  end: (signal: 'SIGKILL' | 'SIGTERM') => Promise<number | null>;
};

function spawn(options: ChildOptions): Talk {
  const child = fork(ENTRY, {
    stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
    env: CHILD_ENVIRONMENT,
    execArgv: [],
  });
  readLines(child, options.onLogLine);
  // Not inherited: a child that outlives the test runner's worker would keep its pipes open.
  child.stderr?.on('data', (text: Buffer) => process.stderr.write(text));
  const waiting = new Map<number, { resolve: () => void; reject: (error: Error) => void }>();
  let lastId = 0;
  child.on('message', (message) => {
    const { id, error } = childAnswer.parse(message);
    const asked = waiting.get(id);
    waiting.delete(id);
    if (error === null) asked?.resolve();
    else asked?.reject(new Error(`The child failed: ${error}`));
  });
  const gone = once(child, 'exit').then(() => {
    for (const { reject } of waiting.values()) reject(new Error('The child is gone.'));
    waiting.clear();
  });
  return {
    tell: (wish) => {
      lastId += 1;
      const id = lastId;
      const done = new Promise<void>((resolve, reject) => {
        waiting.set(id, { resolve, reject });
      });
      // Whoever kills the child rarely waits for what it was doing.
      done.catch(() => undefined);
      child.send({ id, ...wish }, (error) => {
        if (error !== null) waiting.get(id)?.reject(error);
      });
      return done;
    },
    end: async (signal) => {
      child.kill(signal);
      await gone;
      return child.exitCode;
    },
  };
}

function readLines(child: ChildProcess, onLine: (line: string) => void): void {
  let rest = '';
  child.stdout?.setEncoding('utf8').on('data', (text: string) => {
    const lines = (rest + text).split('\n');
    rest = lines.pop() ?? '';
    lines.forEach(onLine);
  });
}
