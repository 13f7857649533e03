/** Names of routes as what somebody did. Pure. */

const viaNames: Readonly<Record<string, string>> = {
  session: 'console',
  token: 'API token',
  local: 'this machine',
  command: 'command line',
  relay: 'by itself',
  nobody: 'not signed in',
};

export const viaWords = (via: string): string => viaNames[via] ?? via;

const verbs = new Map<string, string>([
  ['signIn', 'Sign-in to the console'],
  ['signOut', 'Signed out'],
  ['passkeySignIn', 'Sign-in with a passkey'],
  ['oidcCallback', 'Sign-in through the organisation'],
  ['makeFirstAccount', 'Made the first account'],
  ['messageContent', 'Looked at the content of a message'],
  ['messageHtml', 'Looked at the HTML part of a message'],
  ['putPolicy', 'Changed the policy'],
  ['hold', 'Held a message'],
  ['release', 'Released a message'],
  ['retry', 'Had a message tried again'],
  ['reroute', 'Re-routed a message'],
  ['remove', 'Deleted a message'],
  ['resend', 'Sent a message again'],
  ['cancelRecipient', 'Took a recipient off a message'],
  ['bulk', 'Acted on many messages'],
  ['suspend', 'Suspended a connector'],
  ['resume', 'Resumed a connector'],
  ['restorePolicy', 'Put an earlier policy in force'],
  ['audit-begun', 'The log began'],
  ['endLockOut', 'Ended a lock-out'],
  ['offerTotp', 'Began to add an authenticator app'],
  ['confirmTotp', 'Added an authenticator app'],
  ['removeTotp', 'Removed an authenticator app'],
]);

/** `addConnector`: Add connector. Names that say less are in the table. */
export function actionWords(action: string): string {
  const known = verbs.get(action);
  if (known !== undefined) return known;
  const words = action.replaceAll(/([A-Z])/g, (_all, letter: string) => ` ${letter.toLowerCase()}`);
  return words.charAt(0).toUpperCase() + words.slice(1).replaceAll('-', ' ');
}
