import { describe, expect, it } from 'vitest';
import { joinMaterial, sortJson } from './sort-json.ts';

describe('a JSON document', () => {
  const proof = { salt: 'x' };
  const audit = { manifest: {} };
  it.each([
    [proof, { proof }],
    [audit, { audit }],
    [{ data: proof }, { proof }],
    [{ data: audit, requestId: 'r' }, { audit }],
    [
      { proof, audit },
      { proof, audit },
    ],
    [{ proof: 1, audit }, { audit }],
  ])('%j is known by what it holds', (json, material) => {
    expect(sortJson(json)).toEqual(material);
  });

  it.each([null, 1, 'text', [], {}, { data: null }, { data: { data: proof } }, { proof: 1 }])(
    '%j is none',
    (json) => {
      expect(sortJson(json)).toBeNull();
    },
  );
});

describe('files that are opened one after the other', () => {
  const proof = { salt: 'x', setId: 'one' };
  const audit = { manifest: { setId: 'one' } };
  const other = { manifest: { setId: 'two' } };
  it('belong together if they are of one box', () => {
    expect(joinMaterial({}, { proof })).toEqual({ proof });
    expect(joinMaterial({ proof }, { audit })).toEqual({ proof, audit });
    expect(joinMaterial({ audit }, { proof })).toEqual({ proof, audit });
  });

  it('replace what is of another box', () => {
    expect(joinMaterial({ proof, audit }, { audit: other })).toEqual({ audit: other });
    expect(joinMaterial({ audit: other }, { proof })).toEqual({ proof });
    // In one file they are meant together, and the verifier says what is wrong.
    expect(joinMaterial({}, { proof, audit: other })).toEqual({ proof, audit: other });
  });
});
