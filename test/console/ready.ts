/** When a page is as it stays until somebody does something. */
import { expect } from 'vitest';
import type { WatchedPage } from './browser.ts';

/** Skeletons and spinners that are left once what React has been told is on the screen. */
const loading = `new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(() =>
  done([...document.querySelectorAll('[role="progressbar"], .fui-Skeleton')].map(({ className }) => className)))))`;

/**
 * Waits for the heading, for every answer that the page has asked for, and until nothing is loading. No skeleton alone says little:
 * there is none either before the first part has begun to load, and between a part and what that part asks for in turn.
 */
export async function ready({ page, underWay }: WatchedPage): Promise<void> {
  // Not by its role: a flyout that is open hides the page behind it.
  await page.locator('h1').first().waitFor();
  await expect
    .poll(async () => {
      const left = underWay.size === 0 ? await page.evaluate<string[]>(loading) : [];
      return [...left, ...[...underWay].map((request) => `${request.method()} ${request.url()}`)];
    })
    .toEqual([]);
}
