import { describe, expect, it } from 'vitest';
import { readSheet } from './read-sheet.ts';

const read = async (text: string | Buffer, maxRows = 100) =>
  (await readSheet(Buffer.from(text), maxRows)).map(({ line, cells }) => [
    line,
    Object.fromEntries(cells),
  ]);
const refusal = (text: string | Buffer, maxRows?: number) =>
  read(text, maxRows).then(
    () => null,
    (error: unknown) => error,
  );

describe('reading a sheet', () => {
  it('takes commas, semicolons and tabs, any order of columns, any line end', async () => {
    const rows = [[2, { sku: 'A', on_hand: '3' }]];
    expect(await read('sku,on_hand\nA,3\n')).toEqual(rows);
    expect(await read('\uFEFFon_hand;sku\r\n3;A')).toEqual(rows);
    expect(await read('SKU \ton_hand\rA\t3\r')).toEqual(rows);
  });

  it('counts lines as an editor does', async () => {
    const text = 'sku,description\nA,"one\ntwo\nthree"\n\n,\nB,last\n';
    expect(await read(text)).toEqual([
      [2, { sku: 'A', description: 'one\ntwo\nthree' }],
      [7, { sku: 'B', description: 'last' }],
    ]);
  });

  it('takes apostrophes before formulas away', async () => {
    expect(await read("sku,product_name\n'-1,'=SUM(A1)\n''=x,'plain\n")).toEqual([
      [2, { sku: '-1', product_name: '=SUM(A1)' }],
      [3, { sku: "'=x", product_name: "'plain" }],
    ]);
  });

  it('accepts short rows, and cells that are too many if they are blank', async () => {
    expect(await read('sku,on_hand,status\nA\nB,1,,,\n')).toEqual([
      [2, { sku: 'A' }],
      [3, { sku: 'B', on_hand: '1' }],
    ]);
  });

  it.each([
    ['', /empty/],
    ['name,price\nA,1\n', /unknown columns: name, price/],
    ['sku,sku\nA,B\n', /twice/],
    ['product_name\nA\n', /needs one of/],
    ['sku,status\nA,draft,more\n', /Line 2 has more cells/],
    ['sku,description\nA,"open\n', /cannot be read/],
    ['sku\nA"b"c\n"x"y\n', /cannot be read/],
    ['\0\0\0PNG', /unknown columns/],
    [Buffer.from([0xff, 0xfe, 0x73, 0x00]), /UTF-8/],
    ['PK\u0003\u0004 xl/worksheets', /unknown columns/],
  ])('refuses %j', async (text, message) => {
    expect(await refusal(text)).toMatchObject({
      code: 'SHEET_UNREADABLE',
      message: expect.stringMatching(message) as string,
    });
  });

  it('refuses more rows than allowed, not counting blank ones', async () => {
    expect(await read('sku\nA\n\n\nB\n', 2)).toHaveLength(2);
    expect(await refusal('sku\nA\nB\nC\n', 2)).toMatchObject({ code: 'SHEET_TOO_LONG' });
  });
});
