import { describe, expect, it } from 'vitest';
import type { SheetColumn } from '../sheet-columns.ts';
import { readRow } from './read-row.ts';

const read = (column: SheetColumn, text: string) => {
  const { row, faults } = readRow({ line: 7, cells: new Map([[column, text]]) });
  return faults.length === 0 ? row[column] : faults;
};

describe('reading a cell', () => {
  it.each([
    ['24.99', 2_499],
    ['24.9', 2_490],
    ['24', 2_400],
    ['0.07', 7],
    ['1.10', 110],
    ['9999999.99', 999_999_999],
  ])('reads %s dollars as %i cents', (text, cents) => {
    expect(read('price_cad', text)).toBe(cents);
  });

  it.each(['24,99', '$24', '-1', '1e3', '1.999', '.5', '1 000', 'NaN', '10000000'])(
    'refuses %s dollars',
    (text) => {
      expect(read('price_cad', text)).toMatchObject([{ line: 7, column: 'price_cad' }]);
    },
  );

  it.each(['-1', '1.5', '1e2', '1000001', 'ten', ' '])('refuses a stock of %j', (text) => {
    expect(read('on_hand', text)).toMatchObject([{ column: 'on_hand', code: 'INVALID_VALUE' }]);
  });

  it('reads limits, and none', () => {
    expect([read('purchase_limit', '2'), read('purchase_limit', 'none')]).toEqual([2, null]);
    for (const text of ['0', '1001', '-1', '2.5', 'None of it']) {
      expect(read('purchase_limit', text), text).toMatchObject([{ column: 'purchase_limit' }]);
    }
  });

  it('reads yes and no, and lists', () => {
    expect([read('is_active', 'Yes'), read('is_active', '0')]).toEqual([true, false]);
    expect(read('is_active', 'maybe')).toMatchObject([{ column: 'is_active' }]);
    expect(read('tags', 'a| b |c|')).toEqual(['a', 'b', 'c']);
    expect(read('tags', 'none')).toEqual([]);
  });

  it('refuses what no column can hold', () => {
    expect(read('sku', 'x'.repeat(121))).toMatchObject([{ column: 'sku' }]);
    expect(read('product_name', 'a\0b')).toMatchObject([{ column: 'product_name' }]);
    expect(read('status', 'sold')).toMatchObject([{ column: 'status' }]);
  });
});
