import sharp from 'sharp';
import { describe, expect, it } from 'vitest';
import { aPicture } from '../../../../testing/pictures.ts';
import { encodeImage } from '../service/encode-image.ts';

const factsOf = async (bytes: Buffer) => sharp(await encodeImage(bytes)).metadata();

describe('encoding a picture', () => {
  it('keeps what is transparent', async () => {
    const clear = { r: 0, g: 0, b: 0, alpha: 0 };
    const png = await sharp({ create: { width: 9, height: 9, channels: 4, background: clear } })
      .png()
      .toBuffer();
    expect(await factsOf(png)).toMatchObject({ format: 'webp', hasAlpha: true });
  });

  it('turns each of the eight orientations upright', async () => {
    for (let orientation = 1; orientation <= 8; orientation += 1) {
      const photo = await sharp(await aPicture('jpeg'))
        .withMetadata({ orientation })
        .jpeg()
        .toBuffer();
      const { width, height } = await factsOf(photo);
      expect([width, height]).toEqual(orientation <= 4 ? [60, 40] : [40, 60]);
    }
  });

  it('takes the first frame of an animation', async () => {
    const frame = { width: 8, height: 8, channels: 3 as const, background: '#00f' };
    const frames = [sharp({ create: frame }), sharp({ create: { ...frame, background: '#f00' } })];
    const pngs = await Promise.all(frames.map((one) => one.png().toBuffer()));
    const animation = await sharp(pngs, { join: { animated: true } })
      .webp()
      .toBuffer();
    expect((await sharp(animation).metadata()).pages).toBe(2);
    const facts = await factsOf(animation);
    expect([facts.pages ?? 1, facts.width, facts.height]).toEqual([1, 8, 8]);
  });

  it('shrinks until the result is small enough to be passed on', async () => {
    const side = 2_200;
    const noise = Buffer.alloc(side * side * 4);
    let seed = 1;
    for (let i = 0; i < noise.length; i += 1) {
      seed = (Math.imul(seed, 1_103_515_245) + 12_345) & 0x7fffffff;
      noise[i] = seed >> 16;
    }
    const png = await sharp(noise, { raw: { width: side, height: side, channels: 4 } })
      .png({ compressionLevel: 1 })
      .toBuffer();
    const encoded = await encodeImage(png);
    expect(encoded.length).toBeLessThanOrEqual(5 * 1024 * 1024);
    expect((await sharp(encoded).metadata()).width).toBe(1_280);
  });
});
