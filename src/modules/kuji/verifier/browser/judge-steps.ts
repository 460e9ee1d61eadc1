import { everyStepFits, type Step } from '../../proof/record-steps.ts';
import { explainStep } from './explain-steps.ts';

export type Verdict = {
  readonly state: 'good' | 'bad' | 'open';
  readonly headline: string;
  readonly text: string;
};

type Checked = {
  /** Of the ticket that was asked for; empty if none was. */
  readonly asked: string;
  /** As the proof says. */
  readonly ticketNumber: string;
  /** Null: there was no proof to check. */
  readonly ticket: readonly Step[] | null;
  /** Null: there was no history to check. */
  readonly box: readonly Step[] | null;
};

/** One sentence for the whole. "Good" is said only of what was computed, never of what was left out. */
export function judgeSteps({ asked, ticketNumber, ticket, box }: Checked): Verdict {
  if (ticket !== null && asked !== '' && asked.toUpperCase() !== ticketNumber.toUpperCase()) {
    return bad(`This is the proof of another ticket, not of ${asked}.`);
  }
  if (box === null) {
    return {
      state: 'open',
      headline: 'Not checked yet',
      text: 'A proof means nothing without the published history of its box. Please open that file as well.',
    };
  }
  const ticketFault = faultOf(ticket);
  if (ticketFault !== null) return bad(`Not true of this ticket: ${ticketFault}`);
  const boxFault = faultOf(box);
  if (boxFault !== null) return bad(`Not true of the box: ${boxFault}`);
  return judgeFitting(ticket, box);
}

function judgeFitting(ticket: readonly Step[] | null, box: readonly Step[]): Verdict {
  const isSealed = isOpenIn(box, 'Deck');
  const about = isSealed
    ? 'The box is not published yet: the rest of its deck stays secret until all tickets are opened.'
    : 'The box is published: its whole deck was checked.';
  if (ticket === null) {
    const headline = isSealed ? 'What can be checked today fits' : 'Everything fits';
    return { state: 'good', headline, text: about };
  }
  return isOpenIn(ticket, 'Payment')
    ? {
        state: 'good',
        headline: 'Everything that was checked fits',
        text: `One step needs your payment’s id. ${about}`,
      }
    : { state: 'good', headline: 'Everything fits: seal, payment and draw', text: about };
}

function isOpenIn(steps: readonly Step[], name: string): boolean {
  return steps.some((step) => step.name === name && step.skipped === true);
}

/** What the first step that does not fit is about; null if all fit. */
function faultOf(steps: readonly Step[] | null): string | null {
  if (steps === null || everyStepFits(steps)) return null;
  const failed = steps.find(({ ok }) => !ok);
  if (failed === undefined) return 'nothing was checked.';
  const hint =
    failed.name === 'Payment' ? ' Please compare the id with your confirmation e-mail.' : '';
  return `“${explainStep(failed.name).title}”.${hint}`;
}

function bad(text: string): Verdict {
  return { state: 'bad', headline: 'This does not fit', text };
}
