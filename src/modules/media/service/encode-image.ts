import type Sharp from 'sharp';
import type { Metadata } from 'sharp';
import { createBudget } from '../../../kernel/budget.ts';
import { Problem } from '../../../kernel/problems.ts';
import { mediaProblems } from '../media.problems.ts';

const MAX_PIXELS = 40_000_000;
/** Of the longer side, tried in turn until the result is small enough to be passed on by the storefront. */
const SIDES = [2560, 1280] as const;
const MAX_RESULT_BYTES = 5 * 1024 * 1024;
const QUALITY = 82;
const TIMEOUT_SECONDS = 20;

let loading: Promise<typeof Sharp> | null = null;

/**
 * The library, loaded with the first picture: it brings a native part, and a machine without one can do everything else.
 * Only four decoders can be reached, whatever a file pretends to be: the library also reads SVG, GIF, TIFF and more.
 */
function loadSharp(): Promise<typeof Sharp> {
  loading ??= import('sharp').then(({ default: sharp }) => {
    sharp.block({ operation: ['VipsForeignLoad'] });
    sharp.unblock({
      operation: [
        'VipsForeignLoadJpegBuffer',
        'VipsForeignLoadPngBuffer',
        'VipsForeignLoadWebpBuffer',
        'VipsForeignLoadHeifBuffer',
      ],
    });
    sharp.concurrency(1);
    sharp.cache(false);
    return sharp;
  });
  return loading;
}

/** Two at a time, for the whole process as its cores are: pictures must not keep checkouts waiting. */
const cores = createBudget(2);

/**
 * A picture as the shop stores it: WebP, upright, at most 2560 pixels wide and high, without anything that the camera
 * wrote beside it (place, device, thumbnail). Of an animation the first frame. What the file is, its own bytes say.
 *
 * @throws Problem IMAGE_TYPE_UNSUPPORTED, IMAGE_UNREADABLE, IMAGE_TOO_MANY_PIXELS
 */
export function encodeImage(bytes: Buffer): Promise<Buffer> {
  return cores.spend(1, async () => {
    checkHeader(await readHeader(bytes));
    for (const side of SIDES) {
      const encoded = await encode(bytes, side);
      if (encoded.length <= MAX_RESULT_BYTES) return encoded;
    }
    throw new Problem(mediaProblems.IMAGE_TOO_MANY_PIXELS);
  });
}

async function readHeader(bytes: Buffer): Promise<Metadata> {
  const sharp = await loadSharp();
  try {
    // Reads the header only. The limit is ours to tell, see below.
    return await sharp(bytes, { limitInputPixels: false }).metadata();
  } catch (cause) {
    const isUnknown = cause instanceof Error && cause.message.includes('unsupported image format');
    const problem = isUnknown || bytes.length === 0 ? 'IMAGE_TYPE_UNSUPPORTED' : 'IMAGE_UNREADABLE';
    throw new Problem(mediaProblems[problem], { cause });
  }
}

function checkHeader({ format, compression, width, height }: Metadata): void {
  // AVIF is one of the things that a HEIF file may hold; phones write another, which browsers cannot show.
  const isShown = format === 'heif' ? compression === 'av1' : /^(jpeg|png|webp)$/.test(format);
  if (!isShown) throw new Problem(mediaProblems.IMAGE_TYPE_UNSUPPORTED);
  // A few kilobytes can unpack to gigabytes; the header tells before anything is unpacked.
  if (width * height > MAX_PIXELS) throw new Problem(mediaProblems.IMAGE_TOO_MANY_PIXELS);
}

async function encode(bytes: Buffer, side: number): Promise<Buffer> {
  const sharp = await loadSharp();
  try {
    return await sharp(bytes, { limitInputPixels: MAX_PIXELS, failOn: 'error', autoOrient: true })
      .resize({ width: side, height: side, fit: 'inside', withoutEnlargement: true })
      .webp({ quality: QUALITY })
      .timeout({ seconds: TIMEOUT_SECONDS })
      .toBuffer();
  } catch (cause) {
    throw new Problem(mediaProblems.IMAGE_UNREADABLE, { cause });
  }
}
