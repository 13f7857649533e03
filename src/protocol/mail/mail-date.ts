/** RFC 5322 3.3 `date-time`, always in UTC: a relay's own local time says nothing to the reader. */

const days = ['Sun', 'Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat'] as const;
const months = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'] as const;

let lastSecond = -1;
let lastText = '';

/** `at` in milliseconds since 1970; `Mon, 23 Nov 2026 08:00:00 +0000`. */
export function formatMailDate(at: number): string {
  const second = Math.floor(at / 1000);
  // Under load thousands of Received fields are written in one second.
  if (second !== lastSecond) {
    const date = new Date(second * 1000);
    const day = `${days[date.getUTCDay()]}, ${date.getUTCDate()} ${months[date.getUTCMonth()]}`;
    const time = [date.getUTCHours(), date.getUTCMinutes(), date.getUTCSeconds()].map(twoDigits).join(':');
    lastText = `${day} ${String(date.getUTCFullYear()).padStart(4, '0')} ${time} +0000`;
    lastSecond = second;
  }
  return lastText;
}

function twoDigits(value: number): string {
  return String(value).padStart(2, '0');
}
