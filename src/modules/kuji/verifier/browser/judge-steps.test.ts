import { describe, expect, it } from 'vitest';
import type { Step } from '../../proof/record-steps.ts';
import { judgeSteps } from './judge-steps.ts';

const step = (name: string, result: 'fits' | 'fails' | 'skipped' = 'fits'): Step => ({
  name,
  detail: '',
  ok: result !== 'fails',
  ...(result === 'skipped' && { skipped: true as const }),
});

const ticketNumber = 'KAB-0001';
const asked = 'kab-0001';
const ticket = [step('Path'), step('Payment'), step('Draw')];
const box = [step('Deck'), step('Draws')];

describe('the verdict', () => {
  it('is good where everything was computed', () => {
    expect(judgeSteps({ asked, ticketNumber, ticket, box })).toEqual({
      state: 'good',
      headline: 'Everything fits: seal, payment and draw',
      text: 'The box is published: its whole deck was checked.',
    });
  });

  it('says what was left out', () => {
    const noPayment = [step('Path'), step('Payment', 'skipped'), step('Draw')];
    const sealed = [step('Deck', 'skipped'), step('Draws')];
    const verdict = judgeSteps({ asked, ticketNumber, ticket: noPayment, box: sealed });
    expect(verdict.headline).toBe('Everything that was checked fits');
    expect(verdict.text).toMatch(/payment’s id.*not published yet/);
    expect(judgeSteps({ asked: '', ticketNumber: '', ticket: null, box: sealed }).headline).toBe(
      'What can be checked today fits',
    );
  });

  it.each([
    ['the ticket', { ticket: [step('Path', 'fails')] }, 'sealed at this number'],
    ['the payment', { ticket: [step('Payment', 'fails')] }, 'confirmation'],
    ['the box', { box: [step('Draws', 'fails')] }, 'follows from its payment'],
    ['the number', { ticketNumber: 'KAB-0002' }, 'another ticket'],
    ['a check of nothing', { box: [] }, 'nothing was checked'],
  ])('is bad for a fault in %s, and says which', (_what, change, words) => {
    const verdict = judgeSteps({ asked, ticketNumber, ticket, box, ...change });
    expect(verdict.state).toBe('bad');
    expect(verdict.text).toContain(words);
  });

  it('is open for a proof without its box', () => {
    expect(judgeSteps({ asked: '', ticketNumber, ticket: [], box: null }).state).toBe('open');
  });
});
