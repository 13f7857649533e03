/**
 * Loaded before a relay in a process of its own (`--import`): its sessions are watched as those in the process of the test are.
 * What the listener imports as its parts are the witnessed ones.
 */
import { registerHooks } from 'node:module';

const here = new URL('./', import.meta.url).href;
const witness = new URL('./witness-child.ts', import.meta.url).href;
const watched = ['handle-event.ts', 'admission.ts'].map(
  (file) => new URL(`../../src/listener/${file}`, import.meta.url).href,
);

registerHooks({
  resolve(specifier, context, next) {
    const found = next(specifier, context);
    // The witness itself imports what is real.
    const isOurs = context.parentURL?.startsWith(here) === true;
    return watched.includes(found.url) && !isOurs ? { ...found, url: witness } : found;
  },
});
