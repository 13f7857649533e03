/** What axe finds wrong with a page as it stands, in words. */
import { AxeBuilder } from '@axe-core/playwright';
import type { Page } from 'playwright-core';
import { expect } from 'vitest';

/**
 * Transitions that are under way, by what they move. Their promises are no help: that of one which was idle when it was asked
 * for never ends. The clock of a toast is none: it moves nothing.
 */
const moving = `document.getAnimations()
  .filter(({ effect }) => !effect.target?.matches('[data-timer-status]'))
  .filter(({ playState, effect }) => playState === 'running' && Number.isFinite(effect.getComputedTiming().endTime))
  .map(({ transitionProperty, animationName }) => transitionProperty ?? animationName)`;

/** Rules that ask for colours: all that another theme of the same page can break. */
export const colourRules: readonly string[] = ['color-contrast', 'link-in-text-block'];

/** `only`: rules that are asked for; absent: all. A colour on its way to another one is neither, so transitions end first. */
export async function violations(page: Page, only?: readonly string[]): Promise<string[]> {
  await expect.poll(() => page.evaluate(moving)).toEqual([]);
  const builder = new AxeBuilder({ page });
  if (only) builder.withRules([...only]);
  const found = await builder
    // What passes is only counted. The whole list, with a selector for each node, takes three times as long.
    .options({ resultTypes: ['violations'] })
    // Focus dummies of the library are at no place where focus stays.
    .exclude('[data-tabster-dummy]')
    // Otherwise axe opens a second page to put together what it found in frames of other origins.
    .setLegacyMode(page.frames().length === 1)
    .analyze();
  return found.violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html).join('\n')}`);
}
