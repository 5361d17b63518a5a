/** The style sheet of a report, for light and dark, wide and narrow. The series' colours keep their distance for people who see few of them (after Okabe and Ito). */
export const pageStyle = `
:root { color-scheme: light dark; --paper: #fff; --card: #f6f7f9; --ink: #16191d; --soft: #5b6470; --rule: #dfe3e8; --good: #0b7a4b; --bad: #b3261e; --warm: #e9ecf0;
  --s0: #0072b2; --s1: #d55e00; --s2: #009e73; --s3: #a3508a; --s4: #8f6a00; --s5: #3a3f47; }
@media (prefers-color-scheme: dark) { :root { --paper: #14171b; --card: #1c2026; --ink: #e8eaed; --soft: #a0a8b3; --rule: #323943; --good: #4cc38a; --bad: #ff7b72; --warm: #262c34;
  --s0: #56b4e9; --s1: #ff9a4d; --s2: #34d1a1; --s3: #e08ac4; --s4: #e6c229; --s5: #c6ccd4; } }
* { box-sizing: border-box; }
body { margin: 0; background: var(--paper); color: var(--ink); font: 15px/1.5 system-ui, sans-serif; }
main { max-width: 1080px; margin: 0 auto; padding: 32px 20px 64px; }
h1 { font-size: 26px; line-height: 1.2; margin: 0 0 4px; }
h2 { font-size: 18px; margin: 40px 0 12px; }
p { margin: 0 0 12px; }
.soft, .unit { color: var(--soft); font-weight: 400; }
.good { color: var(--good); } .bad { color: var(--bad); }
.tiles { display: grid; grid-template-columns: repeat(auto-fit, minmax(126px, 1fr)); gap: 12px; margin: 24px 0 0; padding: 0; list-style: none; }
.tiles li { background: var(--card); border: 1px solid var(--rule); border-radius: 8px; padding: 12px 14px; }
.tiles b { display: block; font-size: 22px; line-height: 1.3; font-variant-numeric: tabular-nums; }
.tiles span { color: var(--soft); font-size: 13px; }
.charts { display: grid; grid-template-columns: repeat(auto-fit, minmax(min(100%, 460px), 1fr)); gap: 16px; }
figure { margin: 0; background: var(--card); border: 1px solid var(--rule); border-radius: 8px; padding: 14px 14px 10px; min-width: 0; }
figcaption { font-weight: 600; margin-bottom: 6px; }
svg { display: block; width: 100%; height: auto; }
.tick { fill: var(--soft); font-size: 13px; } .end { text-anchor: end; } .middle { text-anchor: middle; }
.grid { stroke: var(--rule); stroke-width: 1; }
rect.warm { fill: var(--warm); }
.line { fill: none; stroke-width: 2; stroke-linejoin: round; stroke-linecap: round; }
.line.under { stroke-width: 5; opacity: 0.45; }
.line.s0 { stroke: var(--s0); } .line.s1 { stroke: var(--s1); } .line.s2 { stroke: var(--s2); } .line.s3 { stroke: var(--s3); } .line.s4 { stroke: var(--s4); } .line.s5 { stroke: var(--s5); }
.dot.s0, .area.s0 { fill: var(--s0); } .dot.s1, .area.s1 { fill: var(--s1); } .dot.s2, .area.s2 { fill: var(--s2); } .dot.s3, .area.s3 { fill: var(--s3); } .dot.s4, .area.s4 { fill: var(--s4); } .dot.s5, .area.s5 { fill: var(--s5); }
.legend { display: flex; flex-wrap: wrap; gap: 2px 16px; margin: 6px 0 0; padding: 0; list-style: none; font-size: 13px; color: var(--soft); }
.key { display: inline-block; width: 14px; height: 3px; border-radius: 2px; margin-right: 6px; vertical-align: middle; }
.key.s0 { background: var(--s0); } .key.s1 { background: var(--s1); } .key.s2 { background: var(--s2); } .key.s3 { background: var(--s3); } .key.s4 { background: var(--s4); } .key.s5 { background: var(--s5); }
.key.warm { height: 12px; background: var(--warm); border: 1px solid var(--rule); }
.scroll { overflow-x: auto; }
table { border-collapse: collapse; width: 100%; font-variant-numeric: tabular-nums; }
.caption { color: var(--soft); font-size: 13px; margin: 0 0 4px; }
th, td { padding: 6px 10px; border-bottom: 1px solid var(--rule); text-align: right; white-space: nowrap; font-weight: 400; }
thead th { color: var(--soft); font-size: 13px; }
th.name { text-align: left; padding-left: 0; }
td.text, thead th.text { text-align: left; white-space: normal; }
dl { display: grid; grid-template-columns: repeat(auto-fill, minmax(300px, 1fr)); gap: 0 32px; margin: 0; }
dl div { display: grid; grid-template-columns: 96px 1fr; gap: 12px; border-bottom: 1px solid var(--rule); padding: 6px 0; }
dt { color: var(--soft); } dd { margin: 0; overflow-wrap: anywhere; }
@media (max-width: 600px) { main { padding: 20px 14px 48px; } .tick { font-size: 17px; } th, td { padding: 6px 8px; } .tiles { grid-template-columns: 1fr 1fr; } }
`
