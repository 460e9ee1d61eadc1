import { existsSync, mkdirSync } from 'node:fs';
import { tmpdir, userInfo } from 'node:os';
import { join } from 'node:path';
import packagedChromium from '@sparticuz/chromium';
import { chromium, type Browser } from 'playwright-core';

/** A browser, or why there is none: a missing library of the system is no fault of what is tested. */
export type OpenedBrowser = { browser: Browser; reason: null } | { browser: null; reason: string };

// Root in a container has no namespaces for Chromium's own sandbox; the rest keeps it from calling home.
const FLAGS = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
  '--no-first-run',
];

const SYSTEM_CHROMIUM = '/usr/bin/chromium';

/** Starts the system's Chromium (or that of CHROMIUM_PATH), else the one that ships in an npm package. */
export async function openBrowser(): Promise<OpenedBrowser> {
  const reasons: string[] = [];
  for (const findPath of [findSystemChromium, unpackChromium]) {
    try {
      const executablePath = await findPath();
      return { browser: await chromium.launch({ executablePath, args: FLAGS }), reason: null };
    } catch (error) {
      reasons.push(error instanceof Error ? error.message : String(error));
    }
  }
  return { browser: null, reason: reasons.join(' Then: ') };
}

function findSystemChromium(): Promise<string> {
  const path = process.env.CHROMIUM_PATH ?? SYSTEM_CHROMIUM;
  return existsSync(path)
    ? Promise.resolve(path)
    : Promise.reject(new Error(`There is no ${path}.`));
}

/**
 * The packaged one unpacks itself into the temporary folder, readable by its owner only: another person of this machine
 * would find a browser there that he may not start.
 */
async function unpackChromium(): Promise<string> {
  const before = process.env.TMPDIR;
  const folder = join(tmpdir(), `popbox-browser-${String(userInfo().uid)}`);
  mkdirSync(folder, { recursive: true });
  process.env.TMPDIR = folder;
  try {
    return await packagedChromium.executablePath();
  } finally {
    if (before === undefined) delete process.env.TMPDIR;
    else process.env.TMPDIR = before;
  }
}
