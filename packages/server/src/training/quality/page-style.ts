/** Style of the report: follows the reader's choice of light or dark, one column on a telephone. */
export const PAGE_STYLE = `
:root { --ground: #f5f7f8; --card: #ffffff; --ink: #17232b; --soft: #55656f; --line: #dbe3e7; --bar: #2f7d9a; --part: #c8452d;
  --refuse: #b3261e; --refuse-ground: #fde9e6; --warn: #8a5a00; --warn-ground: #fdf1d8; --note: #2b6277; --note-ground: #e3f1f6; --good: #1e6b43; --good-ground: #e1f3e8; }
@media (prefers-color-scheme: dark) { :root { --ground: #10181d; --card: #18232a; --ink: #e6edf0; --soft: #9fb0b9; --line: #2c3a43; --bar: #58a9c6; --part: #ee7a63;
  --refuse: #ff9b8e; --refuse-ground: #43201c; --warn: #f0c26a; --warn-ground: #3a2d12; --note: #8fcbe0; --note-ground: #173440; --good: #84d3a8; --good-ground: #163526; } }
* { box-sizing: border-box; }
body { margin: 0; background: var(--ground); color: var(--ink); font: 16px/1.5 system-ui, sans-serif; }
main { max-width: 1120px; margin: 0 auto; padding: 1.5rem 1rem 3rem; }
h1 { font-size: 1.6rem; margin: 0; }
h2 { font-size: 1.15rem; margin: 2rem 0 .75rem; }
p { margin: .25rem 0; overflow-wrap: anywhere; }
.files, .foot { color: var(--soft); }
.foot { margin-top: 2rem; font-size: .875rem; }
.verdict { display: inline-block; margin-top: .75rem; padding: .35rem .75rem; border-radius: .5rem; font-weight: 600; }
.verdict.refuse { background: var(--refuse-ground); color: var(--refuse); }
.verdict.passed { background: var(--good-ground); color: var(--good); }
.tiles { display: grid; grid-template-columns: repeat(auto-fit, minmax(9.5rem, 1fr)); gap: .75rem; margin: 1rem 0 0; }
.tiles div, .findings li, figure { background: var(--card); border: 1px solid var(--line); border-radius: .6rem; }
.tiles div { padding: .6rem .8rem; }
dt { color: var(--soft); font-size: .8125rem; }
dd { margin: 0; font-weight: 600; font-variant-numeric: tabular-nums; }
.findings { list-style: none; margin: 0 0 .6rem; padding: 0; display: grid; gap: .6rem; grid-template-columns: repeat(auto-fit, minmax(min(100%, 30rem), 1fr)); }
.findings li { padding: .6rem .9rem; }
.chip { padding: .05rem .5rem; border-radius: 1rem; font-size: .8125rem; font-weight: 600; }
.chip.refuse { background: var(--refuse-ground); color: var(--refuse); }
.chip.warn { background: var(--warn-ground); color: var(--warn); }
.chip.note { background: var(--note-ground); color: var(--note); }
code { font-size: .875rem; }
.mend { color: var(--soft); }
.lines { white-space: nowrap; }
.pictures { display: grid; grid-template-columns: repeat(auto-fit, minmax(min(100%, 25rem), 1fr)); gap: .75rem; align-items: start; }
figure { margin: 0; padding: .8rem .9rem; }
figcaption { font-weight: 600; margin-bottom: .4rem; }
figure p { color: var(--soft); font-size: .8125rem; }
svg { display: block; width: 100%; height: auto; font: 11px system-ui, sans-serif; }
svg text { fill: var(--soft); }
svg .grid { stroke: var(--line); }
svg .bar { fill: var(--bar); }
svg .part { fill: var(--part); }
.bars { width: 100%; border-collapse: collapse; font-size: .875rem; }
.bars th { text-align: left; font-weight: 400; padding: .2rem .6rem .2rem 0; width: 45%; overflow-wrap: anywhere; }
.bars small { display: block; color: var(--soft); font-size: .75rem; line-height: 1.2; }
.bars .figure { text-align: right; width: 4.2rem; white-space: nowrap; font-variant-numeric: tabular-nums; }
.track { display: block; height: .6rem; border-radius: .3rem; background: var(--ground); border: 1px solid var(--line); overflow: hidden; }
.fill { display: block; height: 100%; background: var(--bar); }
`
