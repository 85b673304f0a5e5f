/** For screens and for paper: A4, heads repeated on every sheet, no row torn apart, link targets in print. */
export const PACK_STYLE = `:root{color-scheme:light dark;background:Canvas;color:CanvasText}
body{font:1rem/1.5 system-ui,sans-serif;margin:0 auto;padding:2rem 1.25rem;max-inline-size:70rem;overflow-wrap:break-word}
h1,h2,h3{line-height:1.2}dt{font-weight:600}dd{margin:0 0 .5rem}
table{border-collapse:collapse;inline-size:100%;margin-block:1rem}caption{text-align:start;padding-block:.25rem}
th,td{border:1px solid #8888;padding:.35rem .5rem;text-align:start;vertical-align:top}thead th{background:#8882}
td ul{margin:0;padding-inline-start:1.1rem}time{white-space:nowrap}code{font-size:.85em}
.broken{outline:2px solid #c00}blockquote{white-space:pre-wrap;border-inline-start:3px solid #8888;margin-inline:0;padding-inline-start:1rem}
pre{white-space:pre-wrap}
@media print{@page{size:A4;margin:15mm}:root{color-scheme:light}body{font-size:9pt;padding:0;max-inline-size:none}
time{white-space:normal}thead{display:table-header-group}tr,blockquote,dl{break-inside:avoid}h2,h3,caption{break-after:avoid}
section{break-before:auto}a[href]::after{content:" (" attr(href) ")"}}`;
