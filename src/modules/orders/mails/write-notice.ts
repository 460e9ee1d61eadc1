import {
  button,
  html,
  layOutMail,
  layOutText,
  oneLine,
  paragraph,
  type RenderedMail,
} from '../../outbox/index.ts';

/** What a short mail says: a heading, which is its subject too, and some sentences. */
export type Notice = { heading: string; sentences: readonly [string, ...string[]] };

/** A mail of a few sentences and one button; for what happens so rarely that it needs no layout of its own. */
export function writeNotice(notice: Notice, link: { label: string; url: string }): RenderedMail {
  const [preview, ...others] = notice.sentences.map(oneLine);
  const body = others.map((sentence) => paragraph(sentence));
  return {
    subject: notice.heading,
    html: layOutMail({
      preview: preview ?? notice.heading,
      heading: notice.heading,
      body: html`${paragraph(preview ?? '')}${body}${button(link.label, link.url)}`,
    }),
    text: layOutText([notice.heading, ...notice.sentences, `${link.label}: ${link.url}`]),
  };
}
