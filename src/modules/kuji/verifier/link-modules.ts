import { readFileSync } from 'node:fs';
import { stripTypeScriptTypes } from 'node:module';

/** `import { a, b as c } from './x.ts';`, over several lines or not. */
const IMPORT = /^import\s*\{([^}]*)\}\s*from\s*['"](\.{1,2}\/[^'"]+)['"];?[^\S\n]*$/gm;
const EXPORT = /^export\s+(?=(?:async\s+)?(?:function\*?|const|class)\s+([\w$]+))/gm;
const LEFT_OVER = /^(?:import|export)\b.*$/m;
/** What would end the script of a page or hide its rest. */
const UNSAFE_IN_PAGE = /<\/script|<!--/i;

/**
 * Joins a module and all that it imports to one script, so that a page can carry it inside and run it from a saved file.
 * What a reader finds in the page is the source, types taken off: each file becomes a function that gives its exports.
 *
 * Knows the forms of import and export that the verifier uses. Whatever else it meets is an error at once, never a script
 * that breaks in somebody's browser. Rejected: a bundler, which the image would have to carry for this one page.
 *
 * @param entry A `.ts` file, or the `.js` that the build made of it.
 * @param root The folder that holds all of them, with a slash at its end.
 */
export function linkModules(entry: URL, root: URL): string {
  const linked = new Map<string, string>();
  link(entry, { linked, open: [], root });
  const script = ['const modules = {};', ...linked.values(), ''].join('\n\n');
  if (UNSAFE_IN_PAGE.test(script)) throw new Error(`${entry.href} cannot stand inside a page.`);
  return script;
}

type Linking = {
  /** Scripts by the address of their file, in the order in which they have to run. */
  linked: Map<string, string>;
  /** Files whose imports are being read. */
  open: readonly string[];
  root: URL;
};

function link(file: URL, linking: Linking): void {
  const { linked, open } = linking;
  if (linked.has(file.href)) return;
  if (open.includes(file.href)) throw new Error(`${file.href} imports itself in a circle.`);
  const source = readModule(file);
  const deeper = { ...linking, open: [...open, file.href] };
  const own = source.replace(IMPORT, (_all, names: string, path: string) => {
    const imported = new URL(path, file);
    link(imported, deeper);
    return `const {${names.replaceAll(/\s+as\s+/g, ': ')}} = modules[${nameOf(imported, linking)}];`;
  });
  const exported: string[] = [];
  const body = own.replace(EXPORT, (_all, name: string) => {
    exported.push(name);
    return '';
  });
  const rest = LEFT_OVER.exec(body);
  if (rest) throw new Error(`${file.href}: cannot link "${rest[0]}".`);
  linked.set(
    file.href,
    `modules[${nameOf(file, linking)}] = (() => {\n${body.trim()}\nreturn { ${exported.join(', ')} };\n})();`,
  );
}

function readModule(file: URL): string {
  const source = readFileSync(file, 'utf8');
  return file.pathname.endsWith('.ts')
    ? // It leaves blanks where the types were.
      stripTypeScriptTypes(source)
        .replace(/[^\S\n]+$/gm, '')
        .replace(/\n{3,}/g, '\n\n')
    : // It names a file that no reader of the page has.
      source.replace(/^\/\/# sourceMappingURL=.*$/m, '');
}

/** A file's name as a text of the script: its path from the root. */
function nameOf(file: URL, { root }: Linking): string {
  const path = file.pathname.slice(root.pathname.length).replace(/\.[jt]s$/, '');
  return JSON.stringify(path);
}
