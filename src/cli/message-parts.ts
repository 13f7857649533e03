/** `relay365 queue headers|content`: what a message consists of. The relay puts on record who looked at content. */
import type { ConfigOption } from './client.ts';
import { connect } from './client.ts';
import { answer, countOf, formatBytes, write, writeLines } from './output.ts';
import { printable } from '../observe/printable.ts';

interface Options extends ConfigOption {
  readonly json?: true;
}

export async function headers(id: string, options: Options): Promise<void> {
  const found = await (await connect(options)).call('messageHeaders', { params: { id } });
  answer(options, found, ({ before, after, changes, note }) => {
    if (before !== undefined) {
      write('As the client sent it:');
      writeLines(indented(before));
    }
    for (const { by, text } of changes)
      write(printable(`Changed${by === undefined ? '' : ` by ${by}`}: ${text}`));
    if (after !== undefined) {
      write('As it is sent on:');
      writeLines(indented(after));
    }
    if (note !== undefined) write(printable(note));
  });
}

/** `html`: the HTML part as it is, for a file; a terminal does not run it. */
export async function content(id: string, options: Options & { readonly html?: true }): Promise<void> {
  const client = await connect(options);
  if (options.html) {
    const html = await client.call('messageHtml', { params: { id } });
    if (process.stdout.isTTY) writeLines(html);
    else process.stdout.write(html);
    return;
  }
  const found = await client.call('messageContent', { params: { id } });
  answer(options, found, ({ text, hasHtml, isCut, attachments, attachmentCount }) => {
    if (text !== undefined) writeLines(text.trimEnd());
    else write('there is no text part');
    if (isCut) write('(it is longer than what is shown)');
    if (hasHtml) write('there is an HTML part as well: --html prints it');
    if (attachmentCount > 0) write(`${countOf(attachmentCount, 'attachment')}:`);
    for (const { name, type, bytes } of attachments)
      write(printable(`  ${name ?? '(without a name)'}  ${type}  ${formatBytes(bytes)}`));
  });
}

function indented(text: string): string {
  return text.trimEnd().replaceAll(/^/gm, '  ');
}
