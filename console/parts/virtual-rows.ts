/**
 * Long lists keep only the rows near the screen in the document; what is above and below is empty room of the same height.
 * The row that has the focus stays, wherever it is, so that the keyboard does not lose its place. Short lists and paper have
 * every row.
 */
import { defaultRangeExtractor, useVirtualizer } from '@tanstack/react-virtual';
import type { FocusEvent } from 'react';
import { useCallback, useLayoutEffect, useRef, useState } from 'react';
import { useMedia } from '../app/media.ts';

/** Rows up to here are all in the document. */
const wholeUpTo = 150;
/** Rows beyond either end of the screen. */
const overscan = 12;

export interface VirtualRows {
  /** Whether rows are left out, so that the others have to say which they are. */
  readonly isPart: boolean;
  /** Indices of the rows to show, in order. */
  readonly shown: readonly number[];
  /** Height of what is left out before the row `at` of `shown`, and after the last; in pixels. */
  readonly gapBefore: (at: number) => number;
  readonly gapAfter: number;
  /** On the element around the rows. */
  readonly container: (element: HTMLElement | null) => void;
  readonly onFocus: (event: FocusEvent) => void;
  /** On each row, with `data-index`. */
  readonly measure: (element: HTMLElement | null) => void;
}

/** `height`: of a row that was not seen yet, in pixels. */
export function useVirtualRows(count: number, height: number): VirtualRows {
  const isPaper = useMedia('print');
  const isPart = count > wholeUpTo && !isPaper;
  const element = useRef<HTMLElement>(null);
  const [scroller, setScroller] = useState<HTMLElement | null>(null);
  const [margin, setMargin] = useState(0);
  const [focused, setFocused] = useState<number>();
  const container = useCallback((found: HTMLElement | null) => {
    element.current = found;
    if (found) setScroller(scrollerOf(found));
  }, []);
  // What stands above the rows changes its height with filters and messages.
  useLayoutEffect(() => {
    if (!isPart || !scroller || !element.current) return;
    const top = element.current.getBoundingClientRect().top - scroller.getBoundingClientRect().top;
    setMargin(Math.round(top + scroller.scrollTop));
  });
  const virtualizer = useVirtualizer({
    count,
    enabled: isPart,
    overscan,
    scrollMargin: margin,
    estimateSize: () => height,
    getScrollElement: () => scroller,
    rangeExtractor(range) {
      const indices = defaultRangeExtractor(range);
      if (focused === undefined || focused >= count || indices.includes(focused)) return indices;
      return [...indices, focused].toSorted((a, b) => a - b);
    },
  });
  // A row that turns out a pixel lower must not undo a jump to the top that is under way: browsers anchor the scrolling themselves.
  virtualizer.shouldAdjustScrollPositionOnItemSizeChange = () => false;
  const onFocus = useCallback((event: FocusEvent) => {
    const index = event.target.closest('[data-index]')?.getAttribute('data-index');
    setFocused(index === null || index === undefined ? undefined : Number(index));
  }, []);
  if (!isPart) {
    const shown = Array.from({ length: count }, (_, index) => index);
    return { isPart, shown, gapBefore: () => 0, gapAfter: 0, container, onFocus, measure: () => undefined };
  }
  const items = virtualizer.getVirtualItems();
  return {
    isPart,
    shown: items.map(({ index }) => index),
    gapBefore: (at) => (items[at]?.start ?? margin) - (items[at - 1]?.end ?? margin),
    gapAfter: virtualizer.getTotalSize() - ((items.at(-1)?.end ?? margin) - margin),
    container,
    onFocus,
    measure: virtualizer.measureElement,
  };
}

function scrollerOf(element: HTMLElement): HTMLElement {
  for (let one = element.parentElement; one; one = one.parentElement) {
    if (/auto|scroll/.test(getComputedStyle(one).overflowY)) return one;
  }
  return document.documentElement;
}
