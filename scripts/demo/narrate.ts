import { styleText } from 'node:util';

export type Narrator = {
  title: (text: string) => void;
  /** What a person does or sees. */
  say: (text: string) => void;
  chapter: (text: string) => void;
  /** What a machine answered. */
  detail: (text: string) => void;
  good: (text: string) => void;
};

/** Prints the story; colours only where a terminal shows them. */
export function createNarrator(stream: NodeJS.WriteStream): Narrator {
  const print = (line: string) => stream.write(`${line}\n`);
  const paint = (style: Parameters<typeof styleText>[0], text: string) =>
    stream.isTTY ? styleText(style, text) : text;
  let chapters = 0;
  return {
    title: (text) => {
      print('');
      print(paint('bold', text));
      print(paint('dim', '─'.repeat(Math.min(text.length, 100))));
    },
    chapter: (text) => {
      chapters += 1;
      print('');
      print(paint(['bold', 'cyan'], `${String(chapters)}. ${text}`));
    },
    say: (text) => {
      print(`   ${text}`);
    },
    detail: (text) => {
      print(paint('dim', `     ${text}`));
    },
    good: (text) => {
      print(`   ${paint('green', '✓')} ${text}`);
    },
  };
}
