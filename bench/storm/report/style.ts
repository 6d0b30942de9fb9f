// How a report looks: large enough for a slide, two plots beside each other where there is room, fit for paper.

import { variables } from './theme.ts';

export const STYLE = `
:root{${variables('light')}--page:#f3f5f8}
@media (prefers-color-scheme:dark){:root{${variables('dark')}--page:#0e151c}}
*{box-sizing:border-box}
body{margin:0;background:var(--page);color:var(--text);font:17px/1.45 system-ui,sans-serif}
main{max-width:1720px;margin:0 auto;padding:32px 28px}
h1{font-size:38px;line-height:1.15;margin:0 0 6px;letter-spacing:-.01em}
h2{font-size:23px;margin:0}
p{margin:2px 0 0}
.sub,figcaption p,dt{color:var(--quiet)}
.tiles{display:flex;flex-wrap:wrap;gap:14px;margin:24px 0}
.tile{background:var(--surface);border:1px solid var(--line);border-radius:12px;padding:14px 22px;flex:1 1 auto}
.tiles.even{display:grid;grid-template-columns:repeat(3,1fr)}
.tile b{display:block;font-size:32px;line-height:1.2;font-variant-numeric:tabular-nums;white-space:nowrap}
.tile span{color:var(--quiet)}
.tile.bad b{color:var(--red)}
ul{list-style:none;margin:0 0 18px;padding:0}
.objectives{display:flex;flex-wrap:wrap;gap:10px}
.objectives.verdict{font-size:23px;margin:22px 0 0}
.objectives li{border-radius:999px;padding:6px 18px;border:2px solid}
.objectives .holds{border-color:var(--green)}.objectives .broken{border-color:var(--red)}
.holds::before{content:"\\2713\\00a0"}.broken::before{content:"\\2717\\00a0"}
.notes li{border-left:4px solid var(--amber);padding:2px 14px;margin:6px 0}
.card .notes{margin:16px 0 0}
.plots{display:grid;grid-template-columns:repeat(auto-fit,minmax(min(560px,100%),1fr));gap:18px}
figure,.card{margin:0;background:var(--surface);border:1px solid var(--line);border-radius:12px;padding:18px 20px;break-inside:avoid}
figcaption{margin:0 0 10px}
figure svg{width:100%;height:auto;display:block}
dl{display:grid;grid-template-columns:max-content 1fr;gap:10px 22px;margin:16px 0 0}
dd{margin:0;overflow-wrap:anywhere;font-family:ui-monospace,monospace;font-size:15px}
table{border-collapse:collapse;width:100%;margin:16px 0 0;font-variant-numeric:tabular-nums}
th,td{text-align:right;padding:9px 0 9px 20px;border-bottom:1px solid var(--line)}
th{color:var(--quiet);font-weight:400}
th:first-child,td:first-child{text-align:left;padding-left:0}
@media (max-width:700px){h1{font-size:28px}.tiles.even{grid-template-columns:1fr}dl{grid-template-columns:1fr}}
`;
