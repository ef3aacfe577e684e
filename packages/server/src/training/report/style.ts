/** The report's style sheet: light and dark, desktop and telephone, print. */
export const STYLE = `
:root {
  color-scheme: light dark;
  --ground: #f4f6f7; --card: #fff; --ink: #14232b; --soft: #51636d; --line: #dce4e8; --accent: #0b6e7f;
  --main: #0b6e7f; --other: #b4531f; --third: #5b4b9a; --muted: #7c8b94; --bad: #b3261e;
  --allow: #2e7d5b; --challenge: #c49000; --review: #5b4b9a; --deny: #b3261e;
}
@media (prefers-color-scheme: dark) {
  :root {
    --ground: #0f171b; --card: #172228; --ink: #e6edf0; --soft: #a3b4bd; --line: #2b3a42; --accent: #5cc3d3;
    --main: #4fb9ca; --other: #f0935b; --third: #a99be6; --muted: #82939c; --bad: #ff8a80;
    --allow: #5fbf95; --challenge: #e3b341; --review: #a99be6; --deny: #ff8a80;
  }
}
* { box-sizing: border-box; }
body { margin: 0; background: var(--ground); color: var(--ink); font: 15px/1.5 system-ui, -apple-system, "Segoe UI", Roboto, sans-serif; }
main, header, nav { max-width: 1160px; margin: 0 auto; padding: 0 20px; }
header { padding-top: 32px; }
h1 { font-size: 26px; line-height: 1.2; margin: 0 0 6px; }
h2 { font-size: 19px; margin: 0 0 6px; }
h3 { font-size: 15px; margin: 0; }
p { margin: 0 0 12px; color: var(--soft); max-width: 78ch; }
a { color: var(--accent); }
nav ul { display: flex; flex-wrap: wrap; gap: 4px 18px; list-style: none; padding: 0; margin: 14px 0 20px; }
.cards { display: grid; grid-template-columns: repeat(auto-fit, minmax(140px, 1fr)); gap: 12px; margin: 0 0 16px; padding: 0; list-style: none; }
.cards li { background: var(--card); border: 1px solid var(--line); border-radius: 10px; padding: 12px 14px; }
.cards .label { display: block; color: var(--soft); font-size: 13px; }
.cards .value { display: block; font-size: 25px; font-weight: 650; font-variant-numeric: tabular-nums; line-height: 1.3; }
.cards .range { color: var(--soft); font-size: 12.5px; font-variant-numeric: tabular-nums; }
section { background: var(--card); border: 1px solid var(--line); border-radius: 10px; padding: 20px; margin: 0 0 16px; }
.alarm { border: 1px solid var(--bad); border-left-width: 6px; border-radius: 8px; padding: 10px 14px; margin: 0 0 16px; background: var(--card); color: var(--ink); max-width: none; }
.plots { display: grid; grid-template-columns: repeat(auto-fit, minmax(min(100%, 400px), 1fr)); gap: 20px 28px; margin: 8px 0; }
figure { margin: 0; max-width: 560px; display: flex; flex-direction: column; }
figcaption p { font-size: 13px; margin: 2px 0 6px; }
.legend { display: flex; flex-wrap: wrap; gap: 2px 14px; list-style: none; margin: 0 0 4px; padding: 0; font-size: 13px; }
.legend li { display: flex; align-items: center; gap: 6px; }
svg.plot { width: 100%; height: auto; font: 12.5px system-ui, sans-serif; margin-top: auto; overflow: visible; }
svg.plot text { fill: var(--soft); }
svg.plot .axis { fill: var(--ink); }
.grid { stroke: var(--line); }
.key { width: 18px; height: 10px; flex: none; }
.main { --tone: var(--main); } .other { --tone: var(--other); } .third { --tone: var(--third); }
.muted { --tone: var(--muted); } .bad { --tone: var(--bad); }
g polyline { fill: none; stroke: var(--tone); stroke-width: 2.2; stroke-linejoin: round; }
g line, .key line { stroke: var(--tone); stroke-width: 2; }
.dashed { stroke-dasharray: 5 4; }
.area { fill: var(--tone); opacity: .14; }
.dot, .key circle { fill: var(--tone); }
.hit { fill: var(--tone); opacity: 0; }
.hit:hover { opacity: 1; }
.scroll { overflow-x: auto; margin: 8px 0; }
.scroll:focus-visible, a:focus-visible { outline: 2px solid var(--accent); outline-offset: 2px; }
table { border-collapse: collapse; width: 100%; font-size: 14px; font-variant-numeric: tabular-nums; }
th, td { padding: 5px 16px 5px 0; border-bottom: 1px solid var(--line); text-align: left; white-space: nowrap; font-weight: 400; vertical-align: middle; }
thead th { color: var(--soft); font-size: 12.5px; }
tbody th { font-weight: 550; }
.number { text-align: right; }
.barred { display: grid; grid-template-columns: minmax(60px, 1fr) 5em; gap: 8px; align-items: center; }
.barred.wide { grid-template-columns: minmax(60px, 1fr) 9.5em; }
.bar { width: 100%; height: 10px; } .bar rect { fill: var(--tone); }
.stack { width: 100%; min-width: 160px; height: 14px; border-radius: 3px; display: block; }
.allow { fill: var(--allow); } .challenge { fill: var(--challenge); } .review { fill: var(--review); } .deny { fill: var(--deny); }
dl { display: grid; grid-template-columns: max-content 1fr; gap: 4px 18px; margin: 0; font-size: 14px; }
dt { color: var(--soft); } dd { margin: 0; overflow-wrap: anywhere; }
details summary { cursor: pointer; color: var(--accent); }
footer { max-width: 1160px; margin: 0 auto; padding: 4px 20px 32px; color: var(--soft); font-size: 13px; }
@media (max-width: 600px) {
  main, header, nav { padding: 0 12px; } header { padding-top: 20px; } section { padding: 14px; }
  h1 { font-size: 21px; } dl { grid-template-columns: 1fr; gap: 0; } dd { margin-bottom: 8px; }
  tbody th { white-space: normal; min-width: 9.5em; overflow-wrap: anywhere; }
  nav ul { gap: 8px 16px; } .cards { grid-template-columns: 1fr 1fr; } .cards .value { font-size: 21px; }
  .cards li:first-child:nth-last-child(odd) { grid-column: span 2; }
}
@media print { body { background: #fff; } section { break-inside: avoid; } nav { display: none; } }
`
