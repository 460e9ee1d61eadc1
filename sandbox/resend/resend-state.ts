import { v4 } from 'uuid';
import type { Mail, SandboxCore } from '../core.ts';
import { addressOf } from './mail-request.ts';
import type { AcceptedMail } from './mail-request.ts';
import { svixHeaders } from './svix-signature.ts';

type Fate = 'delivered' | 'bounced' | 'complained';

type Attempt = { fingerprint: string; answer: object; isInFlight: boolean };

const BOUNCE = {
  type: 'Permanent',
  subType: 'General',
  message: "The recipient's mail server permanently rejected the mail.",
};

/** What the stand-in for Resend remembers besides the mails themselves. */
export type ResendState = {
  attempts: Map<string, Attempt>;
  /** By mail id: the last thing that happened to it. */
  lastEvents: Map<string, Fate>;
  /** Puts the mail into the mailbox and tells the shop what became of it. */
  accept: (mail: AcceptedMail, key: string | null) => Mail;
};

const states = new WeakMap<SandboxCore, ResendState>();

/** The state of one sandbox; also connects the oddities `bounce` and `complaint`. */
export function resendOf(core: SandboxCore): ResendState {
  const known = states.get(core);
  if (known !== undefined) return known;
  /** By address: what will happen to the next mail to it. */
  const fates = new Map<string, Fate>();
  const state: ResendState = {
    attempts: new Map(),
    lastEvents: new Map(),
    accept: (accepted, key) => {
      const mail = storeMail(core, accepted, key);
      tellFate(core, state, mail, takeFate(fates, mail), accepted.tags);
      return mail;
    },
  };
  states.set(core, state);
  core.onReset(() => {
    state.attempts.clear();
    state.lastEvents.clear();
    fates.clear();
  });
  core.onOdd('bounce', (target) => meetFate(core, state, fates, target, 'bounced'));
  core.onOdd('complaint', (target) => meetFate(core, state, fates, target, 'complained'));
  return state;
}

function storeMail(core: SandboxCore, accepted: AcceptedMail, key: string | null): Mail {
  const mail: Mail = {
    id: v4(),
    key,
    from: accepted.from,
    to: accepted.to,
    replyTo: accepted.replyTo,
    subject: accepted.subject,
    html: accepted.html,
    text: accepted.text,
    receivedAt: new Date(core.now()).toISOString(),
    kind: 'resend',
  };
  core.mails.push(mail);
  return mail;
}

/** Resend's own test addresses bounce and complain; others do once an oddity asked for it. */
function takeFate(fates: Map<string, Fate>, mail: Mail): Fate {
  for (const address of mail.to.map(addressOf)) {
    const fate = fates.get(address);
    if (fate !== undefined) {
      fates.delete(address);
      return fate;
    }
    if (/^bounced(\+.*)?@resend\.dev$/.test(address)) return 'bounced';
    if (/^complained(\+.*)?@resend\.dev$/.test(address)) return 'complained';
  }
  return 'delivered';
}

/**
 * `target` is a mail's id or an address. A mail that was sent already meets its fate now; an address
 * without one gives it to the next mail.
 */
function meetFate(
  core: SandboxCore,
  state: ResendState,
  fates: Map<string, Fate>,
  target: string,
  fate: Fate,
): boolean {
  const address = addressOf(target);
  const mail = core.mails.findLast(
    ({ id, kind, to }) =>
      kind === 'resend' && (id === target || to.some((mailbox) => addressOf(mailbox) === address)),
  );
  if (mail !== undefined) tellFate(core, state, mail, fate, {});
  else if (address.includes('@')) fates.set(address, fate);
  else return false;
  return true;
}

function tellFate(
  core: SandboxCore,
  state: ResendState,
  mail: Mail,
  fate: Fate,
  tags: Record<string, string>,
): void {
  state.lastEvents.set(mail.id, fate);
  const secret = core.settings.resendWebhookSecret;
  if (secret === null) return;
  const id = `msg_${v4().replaceAll('-', '')}`;
  const body = JSON.stringify({
    type: `email.${fate}`,
    created_at: new Date(core.now()).toISOString(),
    data: {
      email_id: mail.id,
      message_id: `<${mail.id}@sandbox>`,
      created_at: mail.receivedAt,
      from: mail.from,
      to: mail.to,
      subject: mail.subject,
      ...(Object.keys(tags).length === 0 ? {} : { tags }),
      ...(fate === 'bounced' ? { bounce: BOUNCE } : {}),
    },
  });
  core.deliver({
    id,
    url: () => core.settings.resendWebhookUrl,
    body,
    sign: (timestampSeconds) => svixHeaders(secret, id, timestampSeconds, body),
  });
}
