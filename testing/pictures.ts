import { crc32, deflateSync } from 'node:zlib';
import sharp from 'sharp';

export type PictureKind = 'jpeg' | 'png' | 'webp' | 'avif' | 'gif' | 'tiff';

/** A small picture, wider than high. */
export function aPicture(
  kind: PictureKind,
  size: { width: number; height: number } = { width: 60, height: 40 },
): Promise<Buffer> {
  return sharp({ create: { ...size, channels: 3, background: '#c33' } })
    .toFormat(kind)
    .toBuffer();
}

/** A photo that was taken upright, stored lying, with the place where it was taken. */
export function aPhotoWithPlace(): Promise<Buffer> {
  return sharp({ create: { width: 60, height: 40, channels: 3, background: '#3c3' } })
    .withMetadata({ orientation: 6 })
    .withExifMerge({ IFD0: { Make: 'Secret camera' }, IFD3: { GPSLatitude: '51/1 2/1 3/1' } })
    .jpeg()
    .toBuffer();
}

/** A PNG of a few kilobytes that claims, and has, this many pixels. */
export function aPngBomb(side: number): Buffer {
  const bytesPerLine = 1 + Math.ceil(side / 8);
  const header = Buffer.alloc(13);
  header.writeUInt32BE(side, 0);
  header.writeUInt32BE(side, 4);
  // One bit per pixel, grey.
  header.writeUInt8(1, 8);
  return Buffer.concat([
    Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]),
    pngChunk('IHDR', header),
    pngChunk('IDAT', deflateSync(Buffer.alloc(bytesPerLine * side), { level: 9 })),
    pngChunk('IEND', Buffer.alloc(0)),
  ]);
}

function pngChunk(type: string, data: Buffer): Buffer {
  const body = Buffer.concat([Buffer.from(type, 'latin1'), data]);
  const length = Buffer.alloc(4);
  length.writeUInt32BE(data.length);
  const checksum = Buffer.alloc(4);
  checksum.writeUInt32BE(crc32(body));
  return Buffer.concat([length, body, checksum]);
}
