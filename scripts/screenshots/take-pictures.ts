import { mkdir, writeFile } from 'node:fs/promises';
import type { Browser, Page } from 'playwright-core';
import sharp from 'sharp';

/** One page for people, as two pictures: `<name>-desktop.png` and `<name>-phone.png`. */
export type Scene = {
  name: string;
  url: string;
  /** Sent with each request; pages for staff want a token. */
  headers?: Record<string, string>;
  /** What has to be done or awaited before the page looks as it should. */
  prepare?: (page: Page) => Promise<void>;
};

const SIZES = [
  { suffix: 'desktop', width: 1200, height: 560, scale: 1, maxHeight: 1500 },
  { suffix: 'phone', width: 390, height: 600, scale: 2, maxHeight: 3200 },
] as const;

/** They lie in the repository for ever. */
const MAX_BYTES = 150 * 1024;

/** Takes the pictures of all scenes, small enough to be committed. Answers their paths. */
export async function takePictures(
  browser: Browser,
  scenes: readonly Scene[],
  folder: string,
): Promise<string[]> {
  await mkdir(folder, { recursive: true });
  const files: string[] = [];
  for (const scene of scenes) {
    for (const size of SIZES) {
      const file = `${folder}/${scene.name}-${size.suffix}.png`;
      await writeFile(file, await takePicture(browser, scene, size));
      files.push(file);
    }
  }
  return files;
}

async function takePicture(
  browser: Browser,
  scene: Scene,
  size: (typeof SIZES)[number],
): Promise<Buffer> {
  const context = await browser.newContext({
    viewport: { width: size.width, height: size.height },
    deviceScaleFactor: size.scale,
    reducedMotion: 'reduce',
    ...(scene.headers && { extraHTTPHeaders: scene.headers }),
  });
  try {
    const page = await context.newPage();
    await page.goto(scene.url);
    await scene.prepare?.(page);
    return await shrink(await page.screenshot({ fullPage: true }), size.maxHeight);
  } finally {
    await context.close();
  }
}

/** Cuts what is too long and reduces the colours, fewer and fewer until the file is small enough. */
async function shrink(png: Buffer, maxHeight: number): Promise<Buffer> {
  const { width, height } = await sharp(png).metadata();
  const cut = sharp(png).extract({ left: 0, top: 0, width, height: Math.min(height, maxHeight) });
  for (const colours of [256, 128, 64, 32, 16]) {
    const small = await cut.clone().png({ palette: true, colours, effort: 10 }).toBuffer();
    if (small.length < MAX_BYTES) return small;
  }
  throw new Error(`A picture of ${width} × ${height} cannot be made smaller than ${MAX_BYTES}.`);
}
