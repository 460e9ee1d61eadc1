import { html, type SafeHtml } from './escape-html.ts';

export type RenderedMail = { subject: string; html: string; text: string };

const FONT =
  'font-family:-apple-system,BlinkMacSystemFont,Segoe UI,Roboto,Helvetica,Arial,sans-serif';

/** The frame of every mail: one column that a phone shows without zooming, styles inline because mail clients drop others. */
export function layOutMail(page: { preview: string; heading: string; body: SafeHtml }): string {
  const { preview, heading, body } = page;
  return html`<!doctype html>
    <html lang="en-CA">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <title>${heading}</title>
      </head>
      <body
        style="margin:0;padding:0;background:#f4f2f7;${FONT};color:#221c2b;font-size:16px;line-height:1.5"
      >
        <div style="display:none;max-height:0;overflow:hidden">${preview}</div>
        <table role="presentation" width="100%" cellpadding="0" cellspacing="0">
          <tr>
            <td align="center" style="padding:16px">
              <table
                role="presentation"
                width="100%"
                cellpadding="0"
                cellspacing="0"
                style="max-width:600px;background:#ffffff;border-radius:12px"
              >
                <tr>
                  <td style="padding:24px 24px 0;font-weight:700;color:#6b2fb3">PopBox Studio</td>
                </tr>
                <tr>
                  <td style="padding:8px 24px 24px;overflow-wrap:anywhere">
                    <h1 style="margin:0 0 16px;font-size:22px;line-height:1.3">${heading}</h1>
                    ${body}
                  </td>
                </tr>
              </table>
            </td>
          </tr>
        </table>
      </body>
    </html> `.markup;
}

export function paragraph(text: string): SafeHtml {
  return html`<p style="margin:0 0 16px">${text}</p>`;
}

/** A link as wide as a thumb needs it. */
export function button(label: string, url: string): SafeHtml {
  return html`<p style="margin:0 0 16px">
    <a
      href="${url}"
      style="display:inline-block;padding:14px 24px;border-radius:8px;background:#6b2fb3;color:#ffffff;font-weight:700;text-decoration:none"
      >${label}</a
    >
  </p> `;
}

export function link(label: string, url: string): SafeHtml {
  return html`<p style="margin:0 0 16px"><a href="${url}" style="color:#6b2fb3">${label}</a></p> `;
}

export function subheading(text: string): SafeHtml {
  return html`<h2 style="margin:24px 0 8px;font-size:17px">${text}</h2> `;
}

/** Plain text: blocks with a blank line between them; a block of several lines is a list. */
export function layOutText(blocks: readonly (string | readonly string[])[]): string {
  return `${blocks.map((block) => (typeof block === 'string' ? block : block.join('\n'))).join('\n\n')}\n`;
}
