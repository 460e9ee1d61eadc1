import type { Step } from '../../proof/record-steps.ts';
import { verifyAudit } from '../../proof/verify-audit.ts';
import { verifyProof } from '../../proof/verify-proof.ts';
import { judgeSteps } from './judge-steps.ts';
import { offerFiles, showBox, showTicket, showVerdict } from './show-result.ts';
import { textOf, type Material } from './sort-json.ts';

export type CheckRequest = {
  material: Material;
  /** The ticket that somebody wants to see, or empty. */
  asked: string;
  /** Empty if the buyer did not tell. */
  paymentId: string;
};

/**
 * Makes the function that checks and shows. Of two checks that overlap only the later one is shown: a large box takes seconds.
 */
export function createChecker(): (request: CheckRequest) => Promise<void> {
  let latest = 0;
  return async ({ material, asked, paymentId }) => {
    const turn = (latest += 1);
    offerFiles(material);
    showVerdict({ state: 'busy', headline: 'Checking…', text: 'Computing all hashes again.' });
    const { proof, audit } = material;
    const ticket = await checkTicket(material, paymentId);
    if (turn !== latest) return;
    showTicket(ticket, material);
    const box = audit === undefined ? null : await verifyAudit(audit);
    if (turn !== latest) return;
    showBox(box);
    showVerdict(judgeSteps({ asked, ticketNumber: textOf(proof, 'ticketNumber'), ticket, box }));
  };
}

/** Without the box there is nothing to check a proof against. */
async function checkTicket(
  { proof, audit }: Material,
  paymentId: string,
): Promise<readonly Step[] | null> {
  if (proof === undefined) return null;
  return audit === undefined
    ? []
    : verifyProof(proof, audit, paymentId === '' ? undefined : paymentId);
}
