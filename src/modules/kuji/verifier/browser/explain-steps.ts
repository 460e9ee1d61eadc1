/** What a check is good for, for somebody who has never heard of a Merkle tree, and its formula for somebody who has. */
export type Explanation = {
  readonly title: string;
  readonly meaning: string;
  readonly formula?: string;
};

const MANIFEST: Explanation = {
  title: 'The list of prizes is the promised one',
  meaning:
    'Its fingerprint is the one that was published before the first sale. One changed letter would give another.',
  formula: 'manifest hash = SHA-256("kuji/1 manifest" || lp(canonical manifest))',
};

/** By the names that `verifyProof` and `verifyAudit` give their steps. */
const EXPLANATIONS: ReadonlyMap<string, Explanation> = new Map([
  [
    'Proof file',
    {
      title: 'The proof is complete',
      meaning: 'Nothing is missing, and it speaks of this very ticket.',
    },
  ],
  [
    'Set',
    {
      title: 'The proof belongs to this box',
      meaning:
        'Box, seal and number of tickets are the published ones, and the box has such a prize.',
    },
  ],
  ['Manifest', MANIFEST],
  [
    'Leaf',
    {
      title: 'Ticket and prize make one fingerprint',
      meaning:
        'Number, prize and a random salt are hashed together. The salt kept others from guessing the prize before.',
      formula: 'leaf = SHA-256(00 || "kuji/1 leaf" || lp(set) || u32(number) || lp(prize) || salt)',
    },
  ],
  [
    'Path',
    {
      title: 'The prize was sealed at this number',
      meaning:
        'Hashed together with its neighbours, step by step, the fingerprint leads to the root that was published at the seal. A swapped prize would lead elsewhere.',
      formula: 'node = SHA-256(01 || left || right), up to the root',
    },
  ],
  [
    'Payment',
    {
      title: 'Your own payment decided',
      meaning:
        'The randomness of the draw is the fingerprint of the payment’s id, which the shop cannot choose.',
      formula: 'entropy = SHA-256("kuji/1 entropy" || lp(set) || lp(payment id))',
    },
  ],
  [
    'Draw',
    {
      title: 'This payment gives this number',
      meaning:
        'By the public formula, and with the draws and refunds before it, exactly this number had to come out.',
      formula: 'number = free[uniform(entropy, "kuji/1 pick", draw, count of free numbers)]',
    },
  ],
  [
    'Audit file',
    {
      title: 'The history is complete',
      meaning: 'Everything that a check needs is there and well-formed.',
    },
  ],
  [
    'Commitment',
    {
      title: 'The secret is the promised one',
      meaning:
        'Before the first sale the shop published a fingerprint of the secret that shuffled the box.',
      formula: 'commitment = SHA-256("kuji/1 commit" || lp(set) || manifest hash || seed)',
    },
  ],
  [
    'Deck',
    {
      title: 'The shuffled box is the sealed one',
      meaning:
        'Shuffled again with the secret, all numbers and prizes give the root that was published at the seal.',
      formula: 'root of all leaves of the deck, shuffled with the seed',
    },
  ],
  [
    'Log chain',
    {
      title: 'No entry was changed, moved or left out',
      meaning: 'Each entry of the history carries the fingerprint of everything before it.',
      formula: 'head = SHA-256(head before || lp(canonical entry))',
    },
  ],
  [
    'History',
    {
      title: 'Everything in it could have happened',
      meaning:
        'No number was sold twice, no draw is missing, no opened ticket went back into the box.',
    },
  ],
  [
    'Draws',
    {
      title: 'Every number follows from its payment',
      meaning: 'All draws of the box were computed again from their published randomness.',
    },
  ],
  [
    'Last One',
    {
      title: 'The Last One went where it belongs',
      meaning: 'It is for whoever took the last ticket off the board.',
    },
  ],
  [
    'Revealed prizes',
    {
      title: 'The opened prizes are those of the box',
      meaning:
        'No prize came up more often than advertised, and once the deck is public each stood at its number.',
    },
  ],
]);

export function explainStep(name: string): Explanation {
  return EXPLANATIONS.get(name) ?? { title: name, meaning: '' };
}
