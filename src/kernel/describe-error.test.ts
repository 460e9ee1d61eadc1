import { describe, expect, it } from 'vitest';
import { describeError } from './describe-error.ts';

describe('describeError', () => {
  it('tells the chain of causes without SQL and its values', () => {
    const driver = Object.assign(new Error('duplicate key: (email)=(aiko@example.com)'), {
      code: '23505',
      constraint: 'customers_email',
      detail: 'Key (email)=(aiko@example.com) already exists.',
      query: 'INSERT …',
    });
    const wrapped = Object.assign(new Error('Failed query: INSERT … params: aiko@example.com'), {
      name: 'DrizzleQueryError',
      params: ['aiko@example.com'],
    });
    wrapped.cause = driver;
    const described = describeError(new Error('The order was not saved.', { cause: wrapped }));
    expect(JSON.stringify(described)).not.toContain('aiko@example.com');
    expect(described).toMatchObject({
      message: 'The order was not saved.',
      cause: {
        type: 'DrizzleQueryError',
        message: 'A database query failed.',
        cause: { code: '23505', constraint: 'customers_email' },
      },
    });
  });

  it('quotes no value that did not fit, no text that was no JSON, and no e-mail', () => {
    const misfit = Object.assign(new Error('invalid input syntax for type uuid: "Aiko Tremblay"'), {
      code: '22P02',
    });
    let unreadable: unknown;
    try {
      JSON.parse('Aiko Tremblay, 220 4 Ave SE');
    } catch (error) {
      unreadable = error;
    }
    const refused = new Error('Invalid `to` field: aiko@example.com');
    expect([misfit, unreadable, refused].map((error) => describeError(error).message)).toEqual([
      'A value does not fit its type.',
      'A text is no valid JSON.',
      'Invalid `to` field: [e-mail]',
    ]);
  });

  it('stands values that are no errors, and endless chains', () => {
    expect(describeError('a secret text')).toEqual({
      type: 'string',
      message: 'A value that is no error was thrown.',
    });
    const endless = new Error('again');
    endless.cause = endless;
    expect(() => JSON.stringify(describeError(endless))).not.toThrow();
  });
});
