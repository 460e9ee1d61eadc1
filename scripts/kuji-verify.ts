import { readFile, stat } from 'node:fs/promises';
import { everyStepFits, type Step } from '../src/modules/kuji/proof/record-steps.ts';
import { verifyAudit } from '../src/modules/kuji/proof/verify-audit.ts';

const USAGE = `Usage: pnpm kuji:verify <file or URL of an audit>

Checks a kuji set's published audit: GET /api/v1/kuji/sets/<set id>/audit, or a file saved from there.
Exit code 0: everything fits. 1: something does not fit, or there was nothing to read. 2: wrong arguments.
`;

/** The largest box with a long history stays well below. */
const MAX_BYTES = 32 * 1024 * 1024;
const TIMEOUT_MS = 20_000;

/** The audit could not be obtained; the message is a sentence for the terminal. */
class Unreadable extends Error {}

async function main(args: readonly string[]): Promise<number> {
  const [source, ...rest] = args;
  if (source === '--help' || source === '-h') {
    process.stdout.write(USAGE);
    return 0;
  }
  if (source === undefined || source === '' || source.startsWith('-') || rest.length > 0) {
    process.stderr.write(USAGE);
    return 2;
  }
  let audit: unknown;
  try {
    const bytes = isUrl(source) ? await download(source) : await readAuditFile(source);
    audit = openEnvelope(parseJson(bytes));
  } catch (error) {
    if (!(error instanceof Unreadable)) throw error;
    process.stderr.write(`${printable(`Cannot verify ${source}: ${error.message}`)}\n`);
    return 1;
  }
  const steps = await verifyAudit(audit);
  process.stdout.write(present(steps));
  return everyStepFits(steps) ? 0 : 1;
}

function isUrl(source: string): boolean {
  return /^https?:\/\//i.test(source);
}

async function readAuditFile(path: string): Promise<Uint8Array> {
  try {
    const { size } = await stat(path);
    if (size > MAX_BYTES) throw new Unreadable(tooLarge());
    return await readFile(path);
  } catch (error) {
    if (error instanceof Unreadable) throw error;
    throw new Unreadable(`the file cannot be read (${reasonOf(error)}).`, { cause: error });
  }
}

/** Reads piece by piece: the length header is only the server's word, and compressed answers grow. */
async function download(url: string): Promise<Uint8Array> {
  try {
    const response = await fetch(url, {
      headers: { accept: 'application/json' },
      signal: AbortSignal.timeout(TIMEOUT_MS),
    });
    if (!response.ok) {
      throw new Unreadable(`the server answered with status ${String(response.status)}.`);
    }
    const pieces: Uint8Array[] = [];
    let size = 0;
    for await (const piece of response.body ?? []) {
      size += piece.length;
      if (size > MAX_BYTES) throw new Unreadable(tooLarge());
      pieces.push(piece);
    }
    return Buffer.concat(pieces);
  } catch (error) {
    if (error instanceof Unreadable) throw error;
    throw new Unreadable(`the address cannot be read (${reasonOf(error)}).`, { cause: error });
  }
}

function parseJson(bytes: Uint8Array): unknown {
  try {
    // Fatal: replacing broken characters would verify another text than the published one.
    return JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes));
  } catch (error) {
    throw new Unreadable('it is not valid JSON.', { cause: error });
  }
}

/** The API wraps what it answers in `data`; a file may hold either. */
function openEnvelope(json: unknown): unknown {
  const wrapped =
    typeof json === 'object' && json !== null && 'data' in json && !('manifest' in json);
  return wrapped ? json.data : json;
}

function present(steps: readonly Step[]): string {
  const width = Math.max(...steps.map(({ name }) => name.length));
  const lines = steps.map(({ name, ok, skipped, detail }) => {
    const sign = ok ? (skipped === true ? '-' : '✓') : '✗';
    return `${sign} ${name.padEnd(width)}  ${printable(detail)}`;
  });
  const skipped = steps.some((step) => step.skipped === true);
  const verdict = !everyStepFits(steps)
    ? 'This audit does not fit.'
    : skipped
      ? 'Everything that can be checked today fits.'
      : 'Everything fits.';
  return [...lines, '', verdict, ''].join('\n');
}

/** Foreign text may hold control characters that move a terminal's cursor and overwrite a ✗. */
function printable(text: string): string {
  return text.replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu, '?');
}

function tooLarge(): string {
  return `it is larger than ${String(MAX_BYTES / 1024 / 1024)} MB.`;
}

function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  if (error.name === 'TimeoutError') return `no answer within ${String(TIMEOUT_MS / 1000)} s`;
  // `fetch` hides the reason one level deeper; a connection refused on several addresses even two.
  const cause: unknown =
    error.cause instanceof AggregateError ? error.cause.errors[0] : error.cause;
  return cause instanceof Error ? cause.message : error.message;
}

process.exitCode = await main(process.argv.slice(2));
