import { sortJson, type Material } from './sort-json.ts';

export type ReadFiles = {
  readonly material: Material;
  /** Null, or what is wrong with one of the files. */
  readonly problem: string | null;
};

/** As much as the largest box needs, many times over. */
const MAX_BYTES = 32 * 1024 * 1024;

/** What several saved files bring together; a later one wins. */
export async function readFiles(files: Iterable<File>): Promise<ReadFiles> {
  let material: Material = {};
  for (const file of files) {
    const read = await readOne(file);
    if (typeof read === 'string') return { material, problem: `${file.name}: ${read}` };
    material = { ...material, ...read };
  }
  return { material, problem: null };
}

async function readOne(file: File): Promise<Material | string> {
  if (file.size > MAX_BYTES) return 'This file is too large for a proof or a history.';
  try {
    // Fatal: replacing broken characters would check another text than the saved one.
    const text = new TextDecoder('utf-8', { fatal: true }).decode(await file.arrayBuffer());
    const json: unknown = JSON.parse(text);
    return sortJson(json) ?? 'This file holds neither a proof nor the history of a box.';
  } catch {
    return 'This file is not JSON. A saved page is opened in the browser, not here.';
  }
}
