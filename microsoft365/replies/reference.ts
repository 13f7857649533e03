/** docs/microsoft365-replies.md, from the catalogue. */
import type { ReplyFamily } from './catalogue.ts';
import { catalogue, families } from './catalogue.ts';
import type { ReplyEntry, Where } from './entry.ts';
import { sideInWords, verdictInWords } from './in-words.ts';

export function renderReplyCatalogue(): string {
  return [
    '# Replies of Microsoft 365',
    '',
    'Generated from `microsoft365/replies/` by `npm run docs`; change it there.',
    '',
    `What ${catalogue.length} replies, errors and bounces of Microsoft 365 mean, who can put them right, and what is right for the`,
    'mail. `relay365 explain` looks a reply up in the same catalogue. The order decides: the first entry whose pattern matches is',
    'meant. Examples marked *as seen* are lines from public material; the others are printed so in documentation, or only their',
    'code is published. Host names, times and ids at the end of a reply say nothing about its meaning.',
    '',
    ...families.flatMap(section),
  ].join('\n');
}

function section({ title, about, entries }: ReplyFamily): readonly string[] {
  return [`## ${title}`, '', about, '', ...entries.flatMap(article)];
}

function article(entry: ReplyEntry): readonly string[] {
  return [
    `### \`${entry.id}\``,
    '',
    `\`${entry.example}\`${entry.exampleKind === 'line' ? ' (as seen)' : ''}`,
    '',
    plain(entry.meaning),
    '',
    ...list('Cause', entry.cause),
    ...list('What to do', entry.fix),
    `- **Can be put right by** ${sideInWords(entry.side)}.`,
    `- **The mail**: ${verdictInWords(entry.verdict)}`,
    `- **Met at** ${entry.where.map((place) => places[place]).join('; ')}.`,
    ...(entry.note === undefined ? [] : [`- **Note**: ${plain(entry.note)}`]),
    `- **Source**: ${plain(entry.source)}`,
    '',
  ];
}

const places: Readonly<Record<Where, string>> = {
  mx: "the tenant's MX host",
  submission: 'smtp.office365.com',
  hve: 'High Volume Email',
  acs: 'Azure Communication Services',
  graph: 'Microsoft Graph',
  identity: 'the token endpoint',
  ndr: 'a bounce that comes later',
};

function list(heading: string, items: readonly string[]): readonly string[] {
  return [`- **${heading}**`, ...items.map((item) => `  - ${plain(item)}`)];
}

/** Placeholders such as <mailbox> would be taken for HTML. */
function plain(text: string): string {
  return text.replaceAll('<', String.raw`\<`);
}
