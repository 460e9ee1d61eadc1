import type { Material } from './sort-json.ts';

/** Lets the browser save a text as a file. */
export function saveFile(name: string, type: string, text: string): void {
  const url = URL.createObjectURL(new Blob([text], { type }));
  const link = document.createElement('a');
  link.href = url;
  link.download = name;
  link.click();
  URL.revokeObjectURL(url);
}

export function toJson(value: unknown): string {
  return `${JSON.stringify(value, null, 2)}\n`;
}

/**
 * The page with the data inside, in one file.
 *
 * @param pristine The document as it came, before anything was shown in it.
 */
export function fillPage(pristine: Element, material: Material): string {
  const page = document.importNode(pristine, true);
  const data = page.querySelector('#saved');
  if (data === null) throw new Error('The page has no place for its data.');
  // A text that looks like a closing tag would end the element.
  data.textContent = JSON.stringify(material).replaceAll('<', '\\u003c');
  return `<!doctype html>\n${page.outerHTML}\n`;
}
