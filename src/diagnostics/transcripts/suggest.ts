/** From a session that failed: the switches of a source that would have helped. Pure. */
import type { QuirkName, RepairName } from '../../config/policy-schema.ts';
import { quirkNames, repairNames } from '../../config/policy-schema.ts';
import type { Transcript } from '../../observe/transcripts/transcript.ts';

export interface Suggestion {
  readonly quirks: readonly { readonly name: QuirkName; readonly why: string }[];
  readonly repair: readonly { readonly name: RepairName; readonly why: string }[];
}

// Words of replies that a repair answers (docs/replies.md).
const repairWords: readonly (readonly [RegExp, RepairName])[] = [
  [/line ends must be CR LF|Lines must end with CR LF/, 'bare-line-feeds'],
];

/** `transcript`: of this source or address. Each switch once, with what it is suggested for. */
export function suggest(transcript: Pick<Transcript, 'faults' | 'lines' | 'isPromptUnanswered'>): Suggestion {
  const quirks = new Map<QuirkName, string>();
  const repair = new Map<RepairName, string>();
  for (const { explanation } of transcript.faults) {
    for (const name of quirkNames) if (explanation.includes(`quirk ${name}`)) quirks.set(name, explanation);
    for (const name of repairNames) if (explanation.includes(`repair ${name}`)) repair.set(name, explanation);
  }
  if (transcript.isPromptUnanswered) {
    quirks.set(
      'auth-login-plain-prompts',
      'the client went away after the prompt of AUTH LOGIN; some devices expect it in words of their own',
    );
  }
  for (const { from, text } of transcript.lines) {
    if (from !== 'relay') continue;
    for (const [pattern, name] of repairWords)
      if (pattern.test(text)) repair.set(name, `the relay answered "${text}"`);
  }
  return {
    quirks: [...quirks].map(([name, why]) => ({ name, why })),
    repair: [...repair].map(([name, why]) => ({ name, why })),
  };
}
